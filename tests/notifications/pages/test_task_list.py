"""The tasks as people see and do them."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.notifications import LATER, REFERENCE, Desk, create_decided
from mash.contracts.enquiry import EnquiryReady
from mash.contracts.intake import AccessChanged
from mash.contracts.screening import ScreeningOverdue
from mash.contracts.shared import AccessRaised
from support.clock import START, FakeClock
from support.pages import Page, visit

BY_TELEPHONE = {"email": None, "may_write": False}


async def tasks(
    desk: Desk,
    path: str = "/tasks",
    role: str = "officer",
    partnerships: tuple[str, ...] = ("havering",),
    **who: Any,
) -> Page:
    return await visit(desk.client, path, desk.tokens.issue(role, partnerships=partnerships, **who))


async def to_be_told(desk: Desk) -> UUID:
    """A decided contact whose referrer has to be told by a person."""
    contact_id = await desk.receive(referrer=BY_TELEPHONE)
    await desk.hand(create_decided(contact_id))
    await desk.deliver()
    desk.intake.named(contact_id)
    return contact_id


async def late(desk: Desk) -> UUID:
    """A contact that is late, which is the manager's task."""
    contact_id = await desk.receive()
    event = ScreeningOverdue.model_validate(
        {**ScreeningOverdue.example, "contact_id": contact_id, "due_at": START - LATER}
    )
    await desk.hand(event)
    return contact_id


async def looked(desk: Desk, kind: str = "own_case") -> UUID:
    contact_id = await desk.receive()
    await desk.hand(
        AccessRaised(
            partnership="havering",
            contact_id=contact_id,
            service="intake",
            kind=kind,
            by="worker",
            at=START,
        )
    )
    return contact_id


async def first(page: Page) -> Page:
    (link, *_) = [href for href in page.links().values() if href.startswith("/tasks/")]
    return await visit(page.client, link, page.headers)


class TestTasks:
    async def test_are_mine_first_due_first_by_name(self, desk: Desk) -> None:
        await to_be_told(desk)
        await late(desk)
        page = await tasks(desk)
        assert page.texts("tbody th a") == ["Tell the referrer: Wren Example, 7"]
        assert "Yours" in page.texts("tbody .govuk-tag")
        assert "Nothing is past its time" in page.text

    async def test_are_the_teams_where_that_is_asked(self, desk: Desk) -> None:
        await to_be_told(desk)
        await late(desk)
        page = await (await tasks(desk)).submit({"whose": "all"}, button="Show")
        assert page.texts("tbody th a") == [
            f"Decide: late: {REFERENCE}",
            "Tell the referrer: Wren Example, 7",
        ]
        assert "3 h 0 min ago" in page.texts("tbody td")[1]
        assert "1 of these is past its time" in page.text

    async def test_say_what_to_do_with_none(self, desk: Desk) -> None:
        assert "Nothing waits for you" in (await tasks(desk)).text
        assert "Nothing waits for anybody" in (await tasks(desk, "/tasks?whose=all")).text

    async def test_that_are_done_are_listed_the_last_first(self, desk: Desk, clock: FakeClock) -> None:
        await to_be_told(desk)
        await late(desk)
        of_manager = await first(await tasks(desk, role="manager"))
        await of_manager.submit({"how": "dealt_with"})
        clock.advance(minutes=1)
        await (await first(await tasks(desk))).submit({"how": "telephone"})
        page = await tasks(desk, "/tasks?whose=done")
        assert [text.split(":")[0] for text in page.texts("tbody th a")] == ["Tell the referrer", "Decide"]
        assert page.texts("caption") == ["Tasks, the last done first"]
        newest = (await desk.get("/v1/tasks", open=False, limit=1)).json()
        older = (await desk.get("/v1/tasks", open=False, limit=1, cursor=newest["next"])).json()
        kinds = [task["kind"] for listed in (newest, older) for task in listed["items"]]
        assert kinds == ["tell_in_person", "screening_overdue"]

    async def test_are_shown_by_reference_where_intake_does_not_answer(self, desk: Desk) -> None:
        await to_be_told(desk)
        desk.intake.is_away = True
        assert REFERENCE in (await tasks(desk)).texts("tbody td")[0]

    async def test_are_none_of_another_partnerships(self, desk: Desk) -> None:
        await to_be_told(desk)
        assert (await tasks(desk, "/tasks?whose=all", partnerships=("medway",))).texts("tbody tr") == []

    @pytest.mark.parametrize("role", ["analyst", "ops", "referrer-school"])
    async def test_are_closed_to_who_has_none(self, desk: Desk, role: str) -> None:
        assert (await tasks(desk, role=role)).status == 403


class TestTheOfficersOwn:
    @pytest.mark.requirement("SEAL-05")
    @pytest.mark.parametrize("kind", ["own_case", "emergency_opening"])
    async def test_are_for_the_data_protection_officer_alone(self, desk: Desk, kind: str) -> None:
        await looked(desk, kind)
        page = await tasks(desk, role="dpo")
        assert len(page.texts("tbody tr")) == 1
        assert "worker" in (await first(page)).text
        for role in ("officer", "worker", "manager"):
            assert (await tasks(desk, "/tasks?whose=all", role)).texts("tbody tr") == []

    async def test_are_not_found_by_who_knows_their_address(self, desk: Desk) -> None:
        await looked(desk)
        page = await first(await tasks(desk, role="dpo"))
        assert (await tasks(desk, page.path, "manager")).status == 404

    async def test_are_done_with_a_note(self, desk: Desk) -> None:
        await looked(desk)
        page = await first(await tasks(desk, role="dpo"))
        page = await page.submit({"how": "dealt_with", "note": "They cover for a colleague."})
        assert page.path == "/tasks"
        done = await tasks(desk, "/tasks?whose=done", "dpo")
        assert "They cover for a colleague." in done.text

    async def test_show_them_no_task_of_the_hubs(self, desk: Desk) -> None:
        await to_be_told(desk)
        assert (await tasks(desk, "/tasks?whose=all", "dpo")).texts("tbody tr") == []


class TestDoing:
    @pytest.mark.requirement("FBK-04")
    async def test_telling_counts_as_told(self, desk: Desk) -> None:
        contact_id = await to_be_told(desk)
        page = await (await first(await tasks(desk))).submit({"how": "telephone"})
        assert page.path == "/tasks"
        told = await desk.notification(contact_id, "feedback")
        assert (told["state"], told["told_how"]) == ("told_by_person", "telephone")

    async def test_what_was_not_possible_says_why(self, desk: Desk) -> None:
        await to_be_told(desk)
        page = await (await first(await tasks(desk))).submit({"how": "not_possible"})
        assert (page.status, page.errors) == (422, ["Say in the note why it was not possible."])
        assert page.fields()["how"] == ["not_possible"]
        assert (await page.submit({"note": "Nobody answers."})).path == "/tasks"

    async def test_says_how_it_was_done(self, desk: Desk) -> None:
        await to_be_told(desk)
        page = await (await first(await tasks(desk))).submit({"note": "Rang twice."})
        assert (page.status, page.errors) == (422, ["Choose how it was done"])
        assert page.fields()["note"] == ["Rang twice."]

    async def test_keeps_the_words_where_somebody_was_faster(self, desk: Desk) -> None:
        await to_be_told(desk)
        form = await first(await tasks(desk))
        await form.submit({"how": "letter"})
        page = await form.submit({"how": "telephone", "note": "Rang twice."})
        assert page.status == 412
        assert page.fields()["note"] == ["Rang twice."]
        assert "By letter".lower() in page.text.lower()

    async def test_a_managers_task_is_read_and_not_done_by_an_officer(self, desk: Desk) -> None:
        await late(desk)
        page = await first(await tasks(desk, "/tasks?whose=all"))
        assert "The manager does this one" in page.text
        assert not page.html.css("input[name=how]")
        (task,) = await desk.tasks()
        answer = await desk.client.post(
            f"/tasks/{task['id']}",
            data={"how": "dealt_with", "version": "1"},
            headers={**page.headers, "accept": "text/html"},
        )
        assert answer.status_code == 403

    async def test_leads_to_the_enquiry(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        event = EnquiryReady.model_validate({**EnquiryReady.example, "contact_id": contact_id})
        await desk.hand(event)
        page = await first(await tasks(desk, role="manager"))
        assert "Open the enquiry" in page.links()

    async def test_is_not_found_in_another_partnership(self, desk: Desk) -> None:
        await to_be_told(desk)
        path = (await first(await tasks(desk))).path
        assert (await tasks(desk, path, partnerships=("medway",))).status == 404
        assert (await tasks(desk, f"/tasks/{uuid4()}")).status == 404

    async def test_is_not_found_where_the_case_is_restricted_to_others(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        contact_id = await to_be_told(desk)
        path = (await first(await tasks(desk))).path
        await desk.hand(
            AccessChanged.model_validate(
                {
                    **AccessChanged.example,
                    "contact_id": contact_id,
                    "partnership": "havering",
                    "restricted": True,
                    "named": [],
                    "changed_at": clock(),
                }
            )
        )
        assert (await tasks(desk, path)).status == 404
        assert (await tasks(desk)).texts("tbody tr") == []
