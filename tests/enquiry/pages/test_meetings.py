"""The daily meeting's pages, as the hub's people work in them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from factories.enquiry import Desk
from factories.meetings import SAID, Meetings, items_of
from support.clock import FakeClock
from support.pages import Page, visit

DAY = timedelta(days=1)
ACTION = {
    "what": "Ring the ward.",
    "due-day": "19",
    "due-month": "11",
    "due-year": "2026",
    "agency": "health",
}


@pytest.fixture
def meetings(desk: Desk) -> Meetings:
    return Meetings(desk)


async def opens(desk: Desk, path: str, role: str = "manager", **who: Any) -> Page:
    return await visit(desk.client, path, desk.tokens.issue(role, **who))


async def named(meetings: Meetings, kind: str = "merlin", **changes: Any) -> UUID:
    """A contact that came in, about Wren Example."""
    contact = await meetings.receives(kind, **changes)
    meetings.desk.intake.named(contact)
    return contact


async def case_page(meetings: Meetings, contact: UUID, role: str = "manager") -> Page:
    opened = await meetings.opened()
    item = items_of(opened)[str(contact)]["agenda_item_id"]
    return await opens(meetings.desk, f"/meetings/{opened['meeting_id']}/items/{item}", role)


@pytest.mark.requirement("MTG-01")
class TestAgenda:
    async def test_is_on_the_list_so_far(self, desk: Desk, meetings: Meetings) -> None:
        assert "No meeting is planned" in (await opens(desk, "/meetings")).text
        await named(meetings)
        await named(meetings, "hospital")
        page = await opens(desk, "/meetings", "worker")
        assert page.texts(".hub-counts__one") == ["1 Police Merlins", "1 Hospital notifications"]
        assert "Read what is on it so far" in page.links()

    async def test_names_the_children_in_its_sections(self, desk: Desk, meetings: Meetings) -> None:
        await named(meetings)
        planned = await meetings.next()
        page = await opens(desk, f"/meetings/{planned['meeting_id']}", "officer")
        assert page.texts("tbody th a") == ["Wren Example, 7"]
        assert page.texts("caption") == ["Police Merlins (1)"]
        assert "The agenda makes itself until 19 November 2026 at 9am" in page.text

    async def test_is_shown_by_reference_where_intake_does_not_answer(
        self, desk: Desk, meetings: Meetings
    ) -> None:
        await named(meetings, reference="HAV-26-BBBBBBBB")
        opened = await meetings.opened()
        desk.intake.is_away = True
        page = await opens(desk, f"/meetings/{opened['meeting_id']}")
        assert page.texts("tbody th a") == ["HAV-26-BBBBBBBB"]

    async def test_takes_a_case_by_its_reference(self, desk: Desk, meetings: Meetings) -> None:
        await named(meetings, "form", reference="HAV-26-BYHAND01")
        opened = await meetings.opened()
        page = await opens(desk, f"/meetings/{opened['meeting_id']}", "worker")
        for typed, error in (
            ("", "Give the reference of the contact"),
            ("HAV-26-NOBODY", "No contact of this partnership that you may know of has this reference"),
            ("HAV-26-" + "A" * 20, "Reference is too long: 20 characters at most"),
        ):
            failed = await page.submit({"reference": typed}, button="Add to the agenda")
            assert (failed.status, failed.errors) == (422, [error])
            assert failed.fields("Add to the agenda")["reference"] == [typed]
        page = await page.submit({"reference": "hav-26-byhand01"}, button="Add to the agenda")
        assert page.texts("caption")[0] == "Added by hand (1)"

    async def test_outstanding_actions_come_before_it(
        self, desk: Desk, meetings: Meetings, clock: FakeClock
    ) -> None:
        await meetings.acts(await meetings.opened(), due_on="2026-11-17")
        clock.advance(minutes=1)
        await named(meetings)
        clock.advance(DAY)
        opened = await meetings.opened()
        page = await opens(desk, f"/meetings/{opened['meeting_id']}")
        assert page.texts("caption") == ["Outstanding actions of earlier meetings", "Police Merlins (1)"]
        assert "Overdue" in page.texts("tbody .govuk-tag")


@pytest.mark.requirement("MTG-02")
class TestRecording:
    async def test_who_came(self, desk: Desk, meetings: Meetings) -> None:
        opened = await meetings.opened()
        page = await opens(desk, f"/meetings/{opened['meeting_id']}/attendance", "worker")
        page = await page.submit({"who-police": "PC Alder Testcase"})
        assert page.errors == ["Say whether Police came or sent apologies"]
        page = await page.submit({"came-police": "yes", "who-police": "a" * 201})
        assert page.errors == ["Who of Police is too long: 200 characters at most"]
        assert page.texts("#who-police-error")
        page = await page.submit(
            {"who-police": "PC Alder Testcase", "who-health": "Named nurse", "came-health": "no"}
        )
        assert page.path == f"/meetings/{opened['meeting_id']}"
        assert "PC Alder Testcase, came" in page.text
        assert "Named nurse, sent apologies" in page.text

    async def test_what_was_said_and_what_is_to_be_done(self, desk: Desk, meetings: Meetings) -> None:
        page = await case_page(meetings, await named(meetings), "worker")
        assert page.heading == "Wren Example, 7 To discuss"
        page = await page.submit({"said": SAID}, button="Save what was said")
        assert page.heading == "Wren Example, 7 Discussed"
        page = await page.submit(ACTION, button="Agree the action")
        assert page.texts("tbody th > span") == ["Ring the ward."]
        assert page.fields("Save what was said")["said"] == [SAID]

    async def test_keeps_what_was_typed_where_something_is_missing(
        self, desk: Desk, meetings: Meetings
    ) -> None:
        page = await case_page(meetings, await named(meetings))
        page = await page.submit({**ACTION, "due-month": "13"}, button="Agree the action")
        assert (page.status, page.errors) == (422, ["The day must be a real date"])
        assert page.fields("Agree the action")["what"] == ["Ring the ward."]
        page = await page.submit({"said": " "}, button="Save what was said")
        assert page.errors == ["Write what was said, what was done well or what is learnt"]

    async def test_tells_of_somebody_elses_change_and_keeps_the_words(
        self, desk: Desk, meetings: Meetings
    ) -> None:
        page = await case_page(meetings, await named(meetings))
        await page.submit({"said": "Hers."}, button="Save what was said")
        late = await page.submit({"said": SAID}, button="Save what was said")
        assert late.status == 412
        assert late.fields("Save what was said")["said"] == [SAID]
        assert "Somebody else has changed this" in late.text
        assert late.texts(".hub-said") == ["Hers."]
        again = await late.submit(button="Save what was said")
        assert again.status == 200

    async def test_a_form_with_a_fault_stays_on_what_was_seen(self, desk: Desk, meetings: Meetings) -> None:
        page = await case_page(meetings, await named(meetings))
        await page.submit({"said": "Hers."}, button="Save what was said")
        for fault, button in (({"said": ""}, "Save what was said"), ({}, "Save the rating"), ({}, "Put off")):
            late = await page.submit(fault, button=button)
            assert late.status == 422
            assert (await late.submit({"said": SAID}, button="Save what was said")).status == 412

    async def test_an_action_sent_twice_is_one_and_can_be_done(self, desk: Desk, meetings: Meetings) -> None:
        page = await case_page(meetings, await named(meetings))
        await page.submit(ACTION, button="Agree the action")
        page = await page.submit(ACTION, button="Agree the action")
        assert page.texts("tbody th > span") == ["Ring the ward."]
        actions = await opens(desk, "/meetings/actions", "officer")
        (done,) = [href for text, href in actions.links().items() if text.startswith("Say that it is done")]
        page = await (await opens(desk, done, "officer")).submit({"note": "They rang back."})
        assert "All that meetings agreed is done" in page.text
        assert "They rang back" in (await opens(desk, done)).text

    async def test_an_action_and_learning_of_no_one_case(self, desk: Desk, meetings: Meetings) -> None:
        at = f"/meetings/{(await meetings.opened())['meeting_id']}"
        page = await (await opens(desk, f"{at}/new-action")).submit({**ACTION, "agency": ""})
        assert page.errors == ["Choose whose action it is"]
        page = await page.submit({"agency": "health"})
        assert "No one case" in page.texts("tbody td")
        learnt = await opens(desk, f"{at}/learning")
        page = await learnt.submit({"good_practice": "All had read it.", "learning": "Ask sooner."})
        assert "Ask sooner." in page.text
        late = await learnt.submit({"learning": "Other."})
        assert late.status == 412
        assert "Ask sooner." in late.texts(".hub-said")
        assert late.fields()["learning"] == ["Other."]

    async def test_who_came_as_somebody_else_wrote_it_is_shown(self, desk: Desk, meetings: Meetings) -> None:
        page = await opens(desk, f"/meetings/{(await meetings.opened())['meeting_id']}/attendance")
        await page.submit({"who-police": "PC Alder Testcase", "came-police": "yes"})
        late = await page.submit({"who-health": "Named nurse", "came-health": "yes"})
        assert late.status == 412
        assert "PC Alder Testcase, came" in late.text

    async def test_words_for_a_form_that_is_gone_are_not_lost(self, desk: Desk, meetings: Meetings) -> None:
        page = await case_page(meetings, await named(meetings))
        await page.submit({"reason": "Health was not there."}, button="Put off")
        late = await page.submit({"said": SAID}, button="Save what was said")
        assert f"What you sent, which was not kept What was said and decided {SAID}" in late.text
        await meetings.close(await meetings.opened())
        late = await page.submit(ACTION, button="Agree the action")
        assert "What is to be done Ring the ward." in late.text
        assert "What was said and decided" not in late.text

    async def test_what_came_of_an_action_that_was_done_meanwhile_is_not_lost(
        self, desk: Desk, meetings: Meetings
    ) -> None:
        await meetings.acts(await meetings.opened())
        actions = await opens(desk, "/meetings/actions")
        (done,) = [href for text, href in actions.links().items() if text.startswith("Say that it is done")]
        page = await opens(desk, done)
        await page.submit({"note": "They rang back."})
        late = await page.submit({"note": "She holds it."})
        assert "What you sent, which was not kept What came of it She holds it." in late.text

    async def test_all_of_it_is_printed_without_the_rooms(self, desk: Desk, meetings: Meetings) -> None:
        page = await case_page(meetings, await named(meetings))
        await page.submit({"said": SAID}, button="Save what was said")
        await page.submit(ACTION, button="Agree the action")
        meeting = (await meetings.next())["meeting_id"]
        printed = await opens(desk, f"/meetings/{meeting}/print")
        for words in ("Wren Example, 7", SAID, "Ring the ward.", "Nobody has recorded who came."):
            assert words in printed.text
        assert printed.texts("nav") == []
        assert printed.html.css("form") == []


@pytest.mark.requirement("MTG-03")
class TestRating:
    async def test_is_given_to_the_open_enquiry(self, desk: Desk, meetings: Meetings) -> None:
        contact = await named(meetings)
        enquiry = await meetings.enquires(contact, "amber")
        page = await case_page(meetings, contact)
        page = await page.submit({"rationale": "Worse."}, button="Save the rating")
        assert page.errors == ["Choose the final rating"]
        page = await page.submit({"rating": "red"}, button="Save the rating")
        assert page.texts(".govuk-summary-list .hub-rating") == ["Amber", "Red"]
        assert "The enquiry has this rating" in page.text
        assert (await desk.enquiry(enquiry))["rating"] == "red"

    async def test_is_not_given_to_an_enquiry_that_was_not_seen(self, desk: Desk, meetings: Meetings) -> None:
        contact = await named(meetings)
        enquiry = await meetings.enquires(contact, "amber")
        page = await case_page(meetings, contact)
        await desk.informs(enquiry)
        page = await page.submit({"rating": "red"}, button="Save the rating")
        assert page.errors == ["Write why"]
        page = await page.submit({"rationale": "Worse."}, button="Save the rating")
        assert page.status == 412
        assert (await desk.enquiry(enquiry))["rating"] == "amber"
        page = await page.submit(button="Save the rating")
        assert (await desk.enquiry(enquiry))["rating"] == "red"

    async def test_tells_of_an_enquiry_that_was_opened_meanwhile(
        self, desk: Desk, meetings: Meetings
    ) -> None:
        contact = await named(meetings)
        page = await case_page(meetings, contact)
        enquiry = await meetings.enquires(contact, "amber")
        page = await page.submit({"rating": "red"}, button="Save the rating")
        page = await page.submit({"rationale": "Worse."}, button="Save the rating")
        assert len(page.errors) == 1
        assert page.errors[0].startswith("An enquiry has been opened since you opened this page.")
        assert "The enquiry, with each agency's answer" in page.links()
        await page.submit(button="Save the rating")
        assert (await desk.enquiry(enquiry))["rating"] == "red"

    async def test_without_one_leads_on_to_screening(self, desk: Desk, meetings: Meetings) -> None:
        page = await case_page(meetings, await named(meetings))
        page = await page.submit({"rating": "green", "rationale": "Helped."}, button="Save the rating")
        assert "a manager takes it up in screening" in page.text

    async def test_is_not_offered_to_a_worker(self, desk: Desk, meetings: Meetings) -> None:
        page = await case_page(meetings, await named(meetings), "worker")
        assert "Save the rating" not in page.texts("button")


class TestBeginningAndEnd:
    async def test_a_manager_calls_one(self, desk: Desk, meetings: Meetings) -> None:
        page = await opens(desk, "/meetings")
        failed = await page.submit({"held_on-day": "17", "held_on-month": "11", "held_on-year": "2026"})
        assert failed.errors == ["A meeting is called for today or a later day."]
        page = await failed.submit({"held_on-day": "18"})
        assert page.heading == "Daily MASH meeting, 18 November 2026 Open"
        assert "Record who is here" in page.links()

    async def test_closing_says_what_is_left(self, desk: Desk, meetings: Meetings) -> None:
        await named(meetings)
        at = f"/meetings/{(await meetings.opened())['meeting_id']}"
        page = await opens(desk, f"{at}/closing")
        assert "1 case was not discussed, and goes to the next meeting: Wren Example, 7" in page.text
        page = await page.submit()
        assert page.heading.endswith("Closed")
        assert "18 November 2026" in (await opens(desk, "/meetings")).texts("tbody th")
        assert (await opens(desk, f"{at}/closing", "worker")).status == 403

    async def test_a_case_is_put_off_with_a_reason(self, desk: Desk, meetings: Meetings) -> None:
        page = await case_page(meetings, await named(meetings))
        assert (await page.submit(button="Put off")).errors == ["Write why"]
        page = await page.submit({"reason": "Health was not there."}, button="Put off")
        assert "It goes to the next meeting" in page.text
        assert "Health was not there." in page.text

    async def test_it_is_opened_early_on_its_day(
        self, desk: Desk, meetings: Meetings, clock: FakeClock
    ) -> None:
        await named(meetings)
        planned = await meetings.next()
        at = f"/meetings/{planned['meeting_id']}"
        assert "Open the meeting now" not in (await opens(desk, at)).texts("button")
        clock.advance(timedelta(hours=22))
        page = await (await opens(desk, at, "worker")).submit(button="Open the meeting now")
        assert page.heading.endswith("Open")


class TestWhoMay:
    @pytest.mark.parametrize("path", ["", "/attendance", "/learning", "/new-action", "/print"])
    async def test_another_partnership_finds_nothing(self, desk: Desk, meetings: Meetings, path: str) -> None:
        at = f"/meetings/{(await meetings.opened())['meeting_id']}{path}"
        assert (await opens(desk, at)).status == 200
        assert (await opens(desk, at, partnerships=["redbridge"])).status == 404
        assert (await opens(desk, at, "analyst")).status == 403

    async def test_a_restricted_case_is_there_for_those_named_alone(
        self, desk: Desk, meetings: Meetings
    ) -> None:
        contact = await named(meetings, restricted=True)
        await meetings.restricts(contact, "manager-named")
        meeting = (await meetings.opened())["meeting_id"]
        known = await meetings.read(meeting, "manager", subject="manager-named")
        item = items_of(known)[str(contact)]["agenda_item_id"]
        at = f"/meetings/{meeting}/items/{item}"
        assert (await opens(desk, at, subject="manager-named")).status == 200
        for path in (at, f"/meetings/{meeting}", f"/meetings/{meeting}/print"):
            page = await opens(desk, path)
            assert "Wren" not in page.text
        assert (await opens(desk, at)).status == 404
