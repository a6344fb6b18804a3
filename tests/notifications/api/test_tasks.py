"""What a person has to do: raised once, listed by when it is due, done once, closed if it settles itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.notifications import (
    EMAIL,
    LATER,
    REFERENCE,
    Desk,
    create_decided,
    create_enquiry_decided,
    create_form_overdue,
    create_reopened,
)
from mash.contracts import Event
from mash.contracts.enquiry import (
    EnquiryReady,
    EnquiryResumed,
    EnquiryWithdrawn,
    RequestCancelled,
    RequestOverdue,
    RequestRaised,
    ReturnRaised,
    ReturnReceived,
)
from mash.contracts.screening import (
    ScreeningConfirmed,
    ScreeningDueSoon,
    ScreeningOverdue,
    ScreeningRaised,
)
from support.clock import START
from support.smtp import Mailbox

BY_TELEPHONE = {"email": None, "may_write": False}


def create(event: type[Event], contact_id: UUID, **changes: Any) -> Event:
    return event.model_validate({**event.example, "contact_id": contact_id, **changes})


async def kinds(desk: Desk, **wanted: Any) -> list[str]:
    return [task["kind"] for task in await desk.tasks(**wanted)]


@pytest.mark.requirement("SCR-10")
class TestScreening:
    async def test_about_to_be_late_is_raised_to_the_manager(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create(ScreeningDueSoon, contact_id, due_at=START + LATER))
        [task] = await desk.tasks(role="manager")
        assert (task["kind"], task["reference"], task["late"]) == ("screening_due_soon", REFERENCE, False)
        assert task["contact_id"] == str(contact_id)

    async def test_late_takes_the_place_of_about_to_be(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create(ScreeningDueSoon, contact_id))
        for _ in range(2):
            await desk.hand(create(ScreeningOverdue, contact_id, due_at=START - LATER))
        [task] = await desk.tasks()
        assert (task["kind"], task["late"]) == ("screening_overdue", True)

    async def test_decided_closes_both(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create(ScreeningOverdue, contact_id))
        await desk.hand(create_decided(contact_id))
        assert await kinds(desk) == []
        assert await kinds(desk, open=False) == ["screening_overdue"]

    async def test_a_warning_overtaken_by_the_decision_is_not_raised(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id))
        await desk.hand(create(ScreeningOverdue, contact_id))
        assert await kinds(desk) == []

    async def test_a_reopened_contact_is_raised_again(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id))
        await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        await desk.hand(create(ScreeningOverdue, contact_id))
        assert await kinds(desk) == ["screening_overdue"]

    async def test_news_after_the_decision_is_raised_until_it_is_decided_again(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id))
        await desk.hand(create(ScreeningRaised, contact_id))
        assert await kinds(desk) == ["new_information"]
        await desk.hand(create_decided(contact_id, decided_at=START + LATER))
        assert await kinds(desk) == []

    async def test_news_after_the_decision_rests_once_the_manager_has_confirmed_it(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id))
        await desk.hand(create(ScreeningRaised, contact_id))
        await desk.hand(create(ScreeningConfirmed, contact_id))
        assert await kinds(desk) == []

    async def test_a_decision_that_was_taken_back_before_its_event_came_closes_nothing(
        self, desk: Desk
    ) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        await desk.hand(create(ScreeningOverdue, contact_id))
        await desk.hand(create_decided(contact_id))
        assert await kinds(desk) == ["screening_overdue"]


class TestOpenCase:
    async def test_is_raised_once_to_a_social_worker(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        decided = create_decided(contact_id, pathway="allocated_worker")
        for _ in range(2):
            await desk.hand(decided)
        [task] = await desk.tasks(role="social_worker")
        assert (task["kind"], task["contact_id"]) == ("open_case", str(contact_id))

    async def test_rests_when_the_decision_is_taken_back(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id, pathway="allocated_worker"))
        await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        assert await kinds(desk) == []

    async def test_is_not_raised_by_a_decision_that_was_taken_back_before_its_event_came(
        self, desk: Desk
    ) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        await desk.hand(create_decided(contact_id, pathway="allocated_worker"))
        assert await kinds(desk) == []

    async def test_is_not_closed_by_a_reopening_that_comes_after_the_next_decision(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id, pathway="allocated_worker", decided_at=START + 2 * LATER))
        await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        assert await kinds(desk) == ["open_case"]


class TestEnquiry:
    async def test_a_late_agency_is_raised_once_and_then_as_told_to_its_lead(self, desk: Desk) -> None:
        contact_id = uuid4()
        await desk.hand(create(RequestOverdue, contact_id))
        await desk.hand(create(RequestOverdue, contact_id))
        assert await kinds(desk) == ["request_overdue"]
        await desk.hand(create(RequestRaised, contact_id))
        [task] = await desk.tasks()
        assert (task["kind"], task["agency"], task["reference"]) == ("request_raised", "police", None)

    @pytest.mark.parametrize("event", [ReturnReceived, RequestCancelled])
    async def test_an_answer_closes_what_was_asked(self, desk: Desk, event: type[Event]) -> None:
        await desk.hand(create(RequestOverdue, uuid4()))
        await desk.hand(create(event, uuid4()))
        assert await kinds(desk) == []

    async def test_one_that_is_back_waits_for_its_decision(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create(EnquiryReady, contact_id))
        await desk.hand(create(RequestRaised, contact_id))
        assert set(await kinds(desk)) == {"enquiry_ready", "request_raised"}
        await desk.hand(create_enquiry_decided(contact_id))
        assert await kinds(desk) == []

    async def test_one_that_waits_for_an_agency_again_is_back_no_more(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create(EnquiryReady, contact_id))
        await desk.hand(create(RequestRaised, contact_id))
        await desk.hand(create(EnquiryResumed, contact_id))
        assert await kinds(desk) == ["request_raised"]
        await desk.hand(create(EnquiryReady, contact_id))
        assert set(await kinds(desk)) == {"enquiry_ready", "request_raised"}

    @pytest.mark.requirement("RET-06")
    async def test_news_after_its_end_is_put_before_the_manager(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_enquiry_decided(contact_id))
        await desk.hand(create(ReturnReceived, contact_id))
        for _ in range(2):
            await desk.hand(create(ReturnRaised, contact_id))
        [task] = await desk.tasks(role="manager")
        assert (task["kind"], task["agency"]) == ("return_raised", "police")

    async def test_one_withdrawn_asks_nothing_more(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create(EnquiryReady, contact_id))
        await desk.hand(create(EnquiryWithdrawn, contact_id))
        assert await kinds(desk) == []


@pytest.mark.requirement("INT-04")
class TestWrittenForm:
    async def test_is_chased_by_mail_and_by_an_officer(self, desk: Desk, smtp: Mailbox) -> None:
        contact_id = await desk.receive()
        for _ in range(2):
            await desk.hand(create_form_overdue(contact_id))
            await desk.deliver()
        assert smtp.messages[1]["Subject"] == f"Please send the written form: reference {REFERENCE}"
        assert len(smtp.messages) == 2
        [task] = await desk.tasks()
        assert (task["kind"], task["role"]) == ("written_form", "contact_officer")
        assert (await desk.notification(contact_id, "written_form_chase"))["in_time"] is True

    async def test_is_the_officers_alone_where_nobody_may_write(self, desk: Desk, smtp: Mailbox) -> None:
        await desk.hand(create_form_overdue(await desk.receive(referrer=BY_TELEPHONE)))
        await desk.deliver()
        assert smtp.messages == []
        assert await kinds(desk) == ["written_form"]

    async def test_is_chased_no_more_once_it_has_come(self, desk: Desk) -> None:
        call, other = await desk.receive(), await desk.receive()
        await desk.hand(create_form_overdue(call))
        await desk.hand(create_form_overdue(other))
        await desk.receive(follows_contact_id=call)
        assert [task["contact_id"] for task in await desk.tasks()] == [str(other)]

    async def test_is_dealt_with_by_an_officer(self, desk: Desk) -> None:
        await desk.hand(create_form_overdue(await desk.receive()))
        [task] = await desk.tasks()
        answer = await desk.post(f"/v1/tasks/{task['id']}/done", {"how": "dealt_with"}, version=1)
        assert answer.status_code == 200
        assert answer.headers["etag"] == '"2"'
        assert answer.json()["done_by"] == "officer"


@pytest.mark.requirement("FBK-04")
class TestTellInPerson:
    async def create_task(self, desk: Desk) -> tuple[UUID, dict[str, Any]]:
        contact_id = await desk.receive(referrer=BY_TELEPHONE)
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        [task] = await desk.tasks()
        return contact_id, task

    async def test_counts_as_told(self, desk: Desk) -> None:
        contact_id, task = await self.create_task(desk)
        answer = await desk.post(f"/v1/tasks/{task['id']}/done", {"how": "telephone"}, version=1)
        assert answer.status_code == 200
        told = await desk.notification(contact_id, "feedback")
        assert (told["state"], told["told_how"], told["in_time"]) == ("told_by_person", "telephone", True)
        [event] = await desk.told()
        assert (event["event"], event["purpose"]) == ("notification.sent.v1", "feedback")

    async def test_not_possible_says_why_and_tells_nobody(self, desk: Desk) -> None:
        contact_id, task = await self.create_task(desk)
        path = f"/v1/tasks/{task['id']}/done"
        silent = await desk.post(path, {"how": "not_possible"}, version=1)
        assert (silent.status_code, silent.json()["errors"][0]["field"]) == (422, "note")
        answer = await desk.post(path, {"how": "not_possible", "note": "Nobody answers."}, version=1)
        assert answer.status_code == 200
        assert (await desk.notification(contact_id, "feedback"))["state"] == "not_written"
        assert await desk.told() == []

    async def test_a_second_officer_is_told_that_it_is_done(self, desk: Desk) -> None:
        _, task = await self.create_task(desk)
        path = f"/v1/tasks/{task['id']}/done"
        await desk.post(path, {"how": "telephone"}, version=1)
        stale = await desk.post(path, {"how": "letter"}, version=1)
        again = await desk.post(path, {"how": "letter"}, version=2)
        assert (stale.status_code, again.status_code) == (412, 409)
        assert len(await desk.told()) == 1

    async def test_is_closed_by_a_new_decision_that_is_to_be_told_instead(self, desk: Desk) -> None:
        contact_id, first = await self.create_task(desk)
        await desk.hand(create_decided(contact_id, pathway="fast_track", decided_at=START + LATER))
        await desk.deliver()
        [second] = await desk.tasks()
        assert second["id"] != first["id"]
        assert second["notification_id"] == (await desk.notification(contact_id, "feedback"))["id"]

    async def test_a_message_told_by_a_person_is_not_sent_any_more(
        self, desk: Desk, smtp: Mailbox, clock: Any
    ) -> None:
        smtp.answer = "451 Try again later"
        contact_id = await desk.receive()
        for _ in range(8):
            clock.advance(minutes=10)
            await desk.deliver()
        [task] = await desk.tasks()
        await desk.post(f"/v1/tasks/{task['id']}/done", {"how": "telephone"}, version=1)
        smtp.answer = "250 Message accepted"
        clock.advance(hours=3)
        await desk.deliver()
        assert smtp.messages == []
        told = await desk.notification(contact_id, "acknowledgement")
        assert (told["state"], told["in_time"]) == ("told_by_person", False)


class TestDoTask:
    async def test_a_managers_task_is_refused_to_an_officer(self, desk: Desk) -> None:
        await desk.hand(create(EnquiryReady, uuid4()))
        [task] = await desk.tasks()
        path = f"/v1/tasks/{task['id']}/done"
        refused = await desk.post(path, {"how": "dealt_with"}, version=1)
        allowed = await desk.post(path, {"how": "dealt_with"}, role="manager", version=1)
        assert (refused.status_code, allowed.status_code) == (403, 200)

    async def test_nobody_is_told_by_a_task_that_tells_nobody(self, desk: Desk) -> None:
        await desk.hand(create_form_overdue(await desk.receive()))
        [task] = await desk.tasks()
        answer = await desk.post(f"/v1/tasks/{task['id']}/done", {"how": "telephone"}, version=1)
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "how")

    async def test_needs_the_version_that_was_read(self, desk: Desk) -> None:
        await desk.hand(create_form_overdue(await desk.receive()))
        [task] = await desk.tasks()
        answer = await desk.post(f"/v1/tasks/{task['id']}/done", {"how": "dealt_with"})
        assert answer.status_code == 428


class TestListTasks:
    async def test_gives_a_page_at_a_time_those_due_first_at_the_top(self, desk: Desk) -> None:
        for hours in (5, 1, 3):
            due_at = START + timedelta(hours=hours)
            await desk.hand(create(ScreeningDueSoon, uuid4(), due_at=due_at))
        first = (await desk.get("/v1/tasks", limit=2)).json()
        rest = (await desk.get("/v1/tasks", limit=2, cursor=first["next"])).json()
        times = [task["due_at"] for page in (first, rest) for task in page["items"]]
        assert times == sorted(times)
        assert len(times) == 3
        assert rest["next"] is None

    @pytest.mark.parametrize("cursor", ["WyJub3doZXJlIiwgIjEiXQ", "eA", "WzEsMl0"])
    async def test_refuses_a_cursor_of_another_list(self, desk: Desk, cursor: str) -> None:
        answer = await desk.get("/v1/tasks", cursor=cursor)
        assert answer.status_code == 422

    async def test_holds_no_address(self, desk: Desk, smtp: Mailbox) -> None:
        smtp.refused = {EMAIL}
        await desk.receive()
        answer = await desk.get("/v1/tasks")
        assert answer.json()["items"]
        assert EMAIL not in answer.text
