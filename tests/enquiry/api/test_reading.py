"""The list of enquiries, and one enquiry with the answers side by side."""

from __future__ import annotations

import pytest
from factories.enquiry import Desk
from support.clock import FakeClock


class TestListEnquiries:
    async def test_the_first_due_comes_first(self, desk: Desk) -> None:
        green = await desk.open("police", rating="green")
        red = await desk.open("police", rating="red")
        amber = await desk.open("police", rating="amber")
        items = (await desk.get()).json()["items"]
        assert [one["enquiry_id"] for one in items] == [str(red), str(amber), str(green)]

    @pytest.mark.requirement("SCR-14")
    async def test_time_left_and_time_gone_are_shown_together(self, desk: Desk, clock: FakeClock) -> None:
        await desk.open("police", rating="red")
        clock.advance(hours=1)
        (item,) = (await desk.get()).json()["items"]
        assert (item["seconds_left"], item["seconds_elapsed"], item["is_late"]) == (10800, 3600, False)
        clock.advance(hours=4)
        (item,) = (await desk.get()).json()["items"]
        assert (item["seconds_left"], item["seconds_late"], item["is_late"]) == (0, 3600, True)

    async def test_each_agency_has_its_gauge(self, desk: Desk) -> None:
        id = await desk.open("police", "health")
        await desk.says(id, "health")
        (item,) = (await desk.get()).json()["items"]
        assert item["agencies"] == [
            {"agency": "police", "state": "waiting", "answer": None},
            {"agency": "health", "state": "answered", "answer": "nil"},
        ]

    async def test_holds_no_word_that_was_returned(self, desk: Desk) -> None:
        await desk.informs(await desk.open("police"))
        assert "Testcase" not in (await desk.get()).text

    async def test_closed_ones_are_found_by_state_and_by_contact(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.decide(id, silent_rationale="The child cannot wait.")
        contact_id = (await desk.enquiry(id))["contact_id"]
        counts = [
            len((await desk.get(**wanted)).json()["items"])
            for wanted in ({}, {"state": "decided"}, {"state": "withdrawn"}, {"contact_id": contact_id})
        ]
        assert counts == [0, 1, 0, 1]

    async def test_can_be_narrowed_to_a_rating(self, desk: Desk) -> None:
        red = await desk.open("police", rating="red")
        await desk.open("police", rating="amber")
        items = (await desk.get(rating="red")).json()["items"]
        assert [one["enquiry_id"] for one in items] == [str(red)]

    async def test_goes_on_where_the_page_before_ended(self, desk: Desk) -> None:
        opened = {str(await desk.open("police", rating="amber")) for _ in range(5)}
        seen: list[str] = []
        cursor: dict[str, str] = {}
        for _ in range(3):
            page = (await desk.get(limit=2, **cursor)).json()
            seen += [one["enquiry_id"] for one in page["items"]]
            cursor = {"cursor": page["next"]} if page["next"] else {}
        assert (set(seen), len(seen), cursor) == (opened, 5, {})

    @pytest.mark.parametrize("cursor", ["x", "WzFd", "WzEsMl0", "WyIyMDI2LTAxLTAxVDAwOjAwOjAwIiwiYSJd"])
    async def test_a_cursor_of_ones_own_making_is_refused(self, desk: Desk, cursor: str) -> None:
        assert (await desk.get(cursor=cursor)).status_code == 422


class TestReadEnquiry:
    @pytest.mark.requirement("ENQ-05")
    async def test_answers_lie_side_by_side_in_the_order_asked(self, desk: Desk) -> None:
        id = await desk.open("police", "health", "housing")
        await desk.informs(id, "housing")
        await desk.says(id, "police")
        found = await desk.enquiry(id)
        assert [(one["agency_title"], one["answer"]) for one in found["requests"]] == [
            ("Police", "nil"),
            ("Health", None),
            ("Housing", "information"),
        ]

    async def test_says_what_each_agency_was_asked(self, desk: Desk) -> None:
        id = await desk.open("police", concerns=[])
        ids = [question["id"] for question in (await desk.request(id))["questions"]]
        assert ids == ["police.known", "police.danger"]

    async def test_a_clock_stops_with_the_answer(self, desk: Desk, clock: FakeClock) -> None:
        id = await desk.open("police", "health", rating="red")
        clock.advance(hours=1)
        await desk.says(id)
        clock.advance(hours=9)
        police, health = (await desk.enquiry(id))["requests"]
        assert (police["seconds_elapsed"], police["is_late"]) == (3600, False)
        assert (health["seconds_elapsed"], health["is_late"]) == (36000, True)

    async def test_says_how_its_hours_are_counted(self, desk: Desk) -> None:
        found = await desk.enquiry(await desk.open("police", rating="red"))
        assert "whether or not the hub is open" in found["counted"]

    async def test_has_all_that_was_done_in_order(self, desk: Desk) -> None:
        id = await desk.open("police")
        await desk.rate(id, "red")
        await desk.informs(id)
        await desk.decide(id)
        history = (await desk.enquiry(id))["history"]
        assert [(one["version"], one["action"], one["by"]) for one in history] == [
            (1, "opened", "service:screening"),
            (2, "rating_changed", "manager"),
            (3, "returned", "agency:police"),
            (4, "decided", "manager"),
        ]
