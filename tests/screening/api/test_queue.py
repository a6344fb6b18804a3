"""The list that a manager works from: the next to be late first."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from factories.screening import DUE_AT, RECEIVED_AT, Desk
from support.clock import FakeClock

TIMES = ("received_at", "due_at", "seconds_left", "seconds_elapsed", "seconds_late")
SOME_ID = "01980000-0000-7000-8000-000000000001"


class TestListScreenings:
    @pytest.mark.requirement("SCR-10")
    async def test_puts_the_next_to_be_late_first(self, desk: Desk) -> None:
        later = await desk.receive(received_at=RECEIVED_AT)
        sooner = await desk.receive(received_at=RECEIVED_AT - timedelta(hours=3))

        listed = (await desk.get()).json()

        assert [item["contact_id"] for item in listed["items"]] == [str(sooner), str(later)]

    @pytest.mark.requirement("SCR-10", "SCR-14")
    async def test_shows_the_time_left_and_the_time_gone(self, desk: Desk, clock: FakeClock) -> None:
        await desk.receive()
        clock.set(RECEIVED_AT + timedelta(hours=6))

        (item,) = (await desk.get()).json()["items"]

        assert {name: item[name] for name in (*TIMES, "late", "paused")} == {
            "received_at": "2026-11-18T10:00:00Z",
            "due_at": "2026-11-19T10:00:00Z",
            "seconds_left": 18 * 3600,
            "seconds_elapsed": 6 * 3600,
            "seconds_late": 0,
            "late": False,
            "paused": False,
        }

    @pytest.mark.requirement("SCR-10", "SCR-14")
    async def test_an_item_still_open_counts_as_late(self, desk: Desk, clock: FakeClock) -> None:
        await desk.receive()
        clock.set(DUE_AT + timedelta(minutes=1))

        listed = (await desk.get()).json()

        assert listed["counts"]["late"] == 1
        assert listed["items"][0]["late"] is True
        assert listed["items"][0]["seconds_left"] == 0
        assert listed["items"][0]["seconds_late"] == 60

    async def test_leaves_out_what_is_decided(self, desk: Desk) -> None:
        decided, open_ = await desk.receive(), await desk.receive()
        await desk.decide(decided)

        assert [item["contact_id"] for item in (await desk.get()).json()["items"]] == [str(open_)]
        assert [item["contact_id"] for item in (await desk.get(state="decided")).json()["items"]] == [
            str(decided)
        ]

    async def test_filters_by_rating_and_allocation(self, desk: Desk) -> None:
        rated, allocated, neither = [await desk.receive() for _ in range(3)]
        await desk.change(rated, "rating", {"rating": "red"})
        await desk.decide(allocated, "social_worker_screening", 3, worker="worker")

        async def found(role: str = "manager", **filters: str) -> set[str]:
            return {item["contact_id"] for item in (await desk.get(role=role, **filters)).json()["items"]}

        assert await found(rating="red") == {str(rated)}
        assert await found(rating="unrated") == {str(allocated), str(neither)}
        assert await found(allocated="yes") == {str(allocated)}
        assert await found(allocated="no") == {str(rated), str(neither)}
        assert await found(allocated="me") == set()
        assert await found(role="worker", allocated="me") == {str(allocated)}

    async def test_counts_the_whole_queue(self, desk: Desk) -> None:
        rated, allocated, _ = [await desk.receive() for _ in range(3)]
        await desk.change(rated, "rating", {"rating": "red"})
        await desk.decide(allocated, "social_worker_screening", 3, worker="worker")

        counts = (await desk.get(rating="red")).json()["counts"]

        assert counts["open"] == 3
        assert (counts["red"], counts["unrated"], counts["with_social_worker"]) == (1, 2, 1)

    async def test_gives_every_screening_once_over_its_pages(self, desk: Desk) -> None:
        ids = {str(await desk.receive(received_at=RECEIVED_AT - timedelta(hours=n % 2))) for n in range(5)}
        found: list[str] = []
        cursor: str | None = None
        for _ in range(3):
            page = (await desk.get(limit=2, **({"cursor": cursor} if cursor else {}))).json()
            found += [item["contact_id"] for item in page["items"]]
            cursor = page["next"]

        assert cursor is None
        assert len(found) == 5
        assert set(found) == ids

    async def test_refuses_a_cursor_it_did_not_give(self, desk: Desk) -> None:
        assert (await desk.get(cursor="nonsense")).status_code == 422

    async def test_shows_only_the_callers_partnerships(self, desk: Desk) -> None:
        await desk.receive()

        assert len((await desk.get()).json()["items"]) == 1
        elsewhere = (await desk.get(partnerships=("medway",))).json()
        assert elsewhere["items"] == []
        assert elsewhere["counts"]["open"] == 0

    @pytest.mark.requirement("SCR-11", "GOV-02")
    async def test_says_that_indicators_guide_and_the_protocol_is_past_its_review(self, desk: Desk) -> None:
        await desk.receive()

        listed = (await desk.get()).json()

        assert "guide" in listed["guidance"]
        assert listed["reviews"]["havering"]["passed"] is True
        assert "30 June 2024" in listed["reviews"]["havering"]["text"]


class TestGetScreening:
    async def test_gives_the_screening_with_its_version(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        answer = await desk.get(f"/{contact_id}")

        assert answer.headers["ETag"] == '"1"'
        assert answer.json()["reference"] == "HAV-26-7K3M9QXT"
        assert answer.json()["state"] == "awaiting_decision"

    async def test_every_look_is_audited(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.get(f"/{contact_id}", role="officer")

        assert ("screening.viewed", "officer") in await desk.audited(contact_id)

    async def test_is_not_found_outside_the_callers_partnerships(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        assert (await desk.get(f"/{contact_id}")).status_code == 200
        assert (await desk.get(f"/{contact_id}", partnerships=("medway",))).status_code == 404
        assert (await desk.get(f"/{uuid4()}")).status_code == 404
