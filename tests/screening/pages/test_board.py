"""The board as somebody of the hub sees it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from factories.screening import DUE_AT, RECEIVED_AT, Desk
from support.clock import FakeClock
from support.pages import Page, visit


async def board(
    desk: Desk, path: str = "/board", role: str = "manager", partnership: str = "havering"
) -> Page:
    return await visit(desk.client, path, desk.tokens.issue(role, partnerships=[partnership]))


class TestBoard:
    @pytest.mark.requirement("SCR-10")
    async def test_puts_the_next_to_be_late_first_by_name(self, desk: Desk) -> None:
        later = await desk.receive(received_at=RECEIVED_AT)
        sooner = await desk.receive(received_at=RECEIVED_AT - timedelta(hours=3), immediate_danger=True)
        desk.intake.named(later)
        desk.intake.named(sooner, children=[{"unborn": True}, {"name": "Max Testcase"}], restricted=True)

        page = await board(desk)

        assert page.texts("tbody th a") == ["unborn child and 1 more", "Zoe Testcase, 7"]
        assert page.texts("tbody tr:first-child .govuk-tag") == ["Immediate danger", "Restricted"]

    @pytest.mark.requirement("SCR-14")
    async def test_shows_the_time_left_in_words(self, desk: Desk, clock: FakeClock) -> None:
        await desk.receive()
        clock.set(RECEIVED_AT + timedelta(hours=6))
        assert page_time(await board(desk)) == "18 h 0 min left due 19 Nov, 10am"

        clock.set(DUE_AT + timedelta(minutes=61))
        page = await board(desk)
        assert page_time(page) == "Late by 1 h 1 min due 19 Nov, 10am"
        assert "1 is late" in page.text

    async def test_tells_a_rating_by_word_and_shape(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        assert page_rating(await board(desk)) == "Not rated"
        rated = await desk.change(contact_id, "rating", {"rating": "amber", "rationale": "Seen."})
        assert rated.status_code == 200, rated.text
        page = await board(desk)
        assert page_rating(page) == "Amber"
        assert page.html.css_first("tbody .hub-rating svg path") is not None

    async def test_all_that_takes_the_focus_keeps_it_when_renewed(self, desk: Desk) -> None:
        await desk.receive(received_at=RECEIVED_AT - timedelta(days=9), immediate_danger=True)
        page = await board(desk)
        assert len(page.html.css("#queue a, #queue [tabindex]")) > 4
        assert page.texts("#queue a:not([id]), #queue [tabindex]:not([id])") == []

    async def test_filters_and_says_when_nothing_is_left(self, desk: Desk) -> None:
        await desk.receive()
        page = await (await board(desk)).submit({"rating": "red"}, button="Show")
        assert "Nothing here is as you asked for" in page.text
        assert page.fields("Show")["rating"] == ["red"]

    async def test_says_what_to_do_with_no_contact_at_all(self, desk: Desk) -> None:
        assert "No contact waits" in (await board(desk)).text

    async def test_is_shown_by_reference_where_intake_does_not_answer(self, desk: Desk) -> None:
        await desk.receive(reference="HAV-26-BBBBBBBB")
        desk.intake.is_away = True
        assert (await board(desk)).texts("tbody th a") == ["HAV-26-BBBBBBBB"]

    async def test_is_given_again_only_once_it_has_changed(self, desk: Desk) -> None:
        await desk.receive()
        (queue,) = (await board(desk)).html.css("#queue")
        seen = queue.attributes["hx-get"] or ""
        assert (await board(desk, seen)).status == 204

        await desk.receive()
        assert len((await board(desk, seen)).texts("tbody tr")) == 2

    async def test_says_first_that_a_child_is_in_danger_until_it_is_rated(self, desk: Desk) -> None:
        contact_id = await desk.receive(immediate_danger=True)
        await desk.receive()
        page = await board(desk)
        assert "1 says that a child is in immediate danger, and is not rated: open it now." in page.text
        assert len((await board(desk, page.links()["open it now"])).texts("tbody tr")) == 1

        rated = await desk.change(contact_id, "rating", {"rating": "red", "rationale": "Seen."})
        assert rated.status_code == 200, rated.text
        assert "immediate danger" not in (await board(desk)).texts(".hub-next")[0]

    async def test_shows_nothing_of_another_partnership(self, desk: Desk) -> None:
        await desk.receive()
        page = await board(desk, partnership="medway")
        assert page.texts("tbody tr") == []

    @pytest.mark.parametrize("role", ["analyst", "dpo", "ops", "referrer-school"])
    async def test_is_closed_to_who_screens_nothing(self, desk: Desk, role: str) -> None:
        page = await board(desk, role=role)
        assert (page.status, page.heading) == (403, "You may not open this")


def page_time(page: Page) -> str:
    return page.texts("tbody td")[1]


def page_rating(page: Page) -> str:
    return page.texts("tbody .hub-rating")[0]
