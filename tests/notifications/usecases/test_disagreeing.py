"""A disagreement is put before those who see to it, and its challenger hears who answers, and what."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from factories.notifications import EMAIL, LATER, SECRETS, Desk
from mash import partnerships
from mash.contracts import Event
from mash.contracts.screening import (
    DisagreementAnswered,
    DisagreementClosed,
    DisagreementRaised,
    DisagreementWentUp,
)
from support.clock import START
from support.smtp import Mailbox

TIMES = {
    DisagreementRaised: "raised_at",
    DisagreementWentUp: "went_up_at",
    DisagreementAnswered: "answered_at",
    DisagreementClosed: "closed_at",
}
STAGES = partnerships.get("havering").escalation
BY_TELEPHONE: dict[str, Any] = {"email": None, "may_write": False}


class Dispute:
    """One disagreement on a contact; each thing that happens to it comes an hour after the one before."""

    def __init__(self, desk: Desk, contact_id: UUID, challenger: str) -> None:
        self.desk = desk
        self.id = uuid4()
        self.about = {"contact_id": contact_id, "challenger_kind": challenger, "disagreement_id": self.id}
        self.now = START

    def event(self, kind: type[Event], stage: str = "team", **changes: Any) -> Event:
        self.now += timedelta(hours=1)
        times = {TIMES[kind]: self.now}
        if "due_at" in kind.model_fields:
            times["due_at"] = self.now + LATER
        return kind.model_validate({**kind.example, **self.about, "stage": stage, **times, **changes})

    async def happens(self, kind: type[Event], stage: str = "team", **changes: Any) -> None:
        await self.desk.hand(self.event(kind, stage, **changes))
        await self.desk.deliver()


async def dispute(desk: Desk, challenger: str = "referrer", **referrer: Any) -> Dispute:
    return Dispute(desk, await desk.receive(referrer=referrer), challenger)


async def kinds(desk: Desk) -> list[str]:
    return [task["kind"] for task in await desk.tasks()]


def words(mail: Any) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())


class TestOwner:
    @pytest.mark.requirement("ESC-03")
    async def test_is_to_be_told_by_a_manager_when_it_is_raised(self, desk: Desk) -> None:
        raised = await dispute(desk)
        await raised.happens(DisagreementRaised)
        [task] = await desk.tasks(role="manager")
        assert (task["kind"], task["stage"], task["owner"]) == ("disagreement", "team", STAGES["team"].owner)
        assert datetime.fromisoformat(task["due_at"]) == raised.now + LATER

    @pytest.mark.requirement("ESC-03")
    async def test_gives_way_to_the_next_stages(self, desk: Desk) -> None:
        raised = await dispute(desk)
        await raised.happens(DisagreementRaised)
        await raised.happens(DisagreementWentUp, "head_of_service")
        [task] = await desk.tasks()
        assert task["owner"] == STAGES["head_of_service"].owner
        assert datetime.fromisoformat(task["due_at"]) == raised.now + LATER

    @pytest.mark.parametrize("kind", [DisagreementAnswered, DisagreementClosed])
    async def test_has_nothing_to_do_once_it_is_answered_or_ended(
        self, desk: Desk, kind: type[Event]
    ) -> None:
        raised = await dispute(desk)
        await raised.happens(DisagreementRaised)
        await raised.happens(kind)
        assert await kinds(desk) == []

    async def test_has_a_task_for_each_disagreement(self, desk: Desk) -> None:
        first, second = await dispute(desk), await dispute(desk)
        await first.happens(DisagreementRaised)
        await second.happens(DisagreementRaised)
        await first.happens(DisagreementClosed)
        [task] = await desk.tasks()
        assert task["contact_id"] == str(second.about["contact_id"])

    async def test_is_not_called_on_by_an_event_that_was_overtaken(self, desk: Desk, smtp: Mailbox) -> None:
        raised = await dispute(desk)
        late = raised.event(DisagreementRaised)
        await raised.happens(DisagreementClosed, because="withdrawn")
        await desk.hand(late)
        await desk.deliver()
        assert await kinds(desk) == []
        assert len(smtp.messages) == 1


class TestReferrer:
    @pytest.mark.requirement("ESC-03", "FBK-06")
    async def test_is_told_who_answers_and_by_when(self, desk: Desk, smtp: Mailbox) -> None:
        raised = await dispute(desk)
        await raised.happens(DisagreementRaised)
        mail = smtp.messages[1]
        assert mail["Subject"] == "Your disagreement: reference HAV-26-7K3M9QXT"
        assert f"To answer: {STAGES['team'].owner}" in words(mail)
        assert "By Wednesday 25 November 2026 at 17:00 GMT" in words(mail)
        assert "goes to the next stage by itself" in words(mail)

    @pytest.mark.parametrize(
        ("result", "said"),
        [("upheld", "stand by"), ("changed", "will change what"), ("partly", "will change part")],
    )
    async def test_is_told_what_came_of_it_and_what_to_do(
        self, desk: Desk, smtp: Mailbox, result: str, said: str
    ) -> None:
        raised = await dispute(desk)
        await raised.happens(DisagreementAnswered, result=result)
        assert said in words(smtp.messages[1])
        assert "tell us by Wednesday 25 November 2026 at 17:00 GMT" in words(smtp.messages[1])

    async def test_is_told_that_the_last_stage_was_the_last(self, desk: Desk, smtp: Mailbox) -> None:
        raised = await dispute(desk)
        await raised.happens(DisagreementWentUp, "partnership")
        await raised.happens(DisagreementAnswered, "partnership")
        assert "next stage" not in words(smtp.messages[1]) + words(smtp.messages[2])
        assert "the answer of the last stage: Safeguarding partnership" in words(smtp.messages[2])

    async def test_is_told_once_however_often_the_event_comes(self, desk: Desk, smtp: Mailbox) -> None:
        raised = await dispute(desk)
        event = raised.event(DisagreementRaised)
        for _ in range(3):
            await desk.hand(event)
            await desk.deliver()
        assert len(smtp.messages) == 2
        assert await kinds(desk) == ["disagreement"]

    @pytest.mark.requirement("INT-22")
    async def test_is_never_written_to_where_that_is_not_safe(self, desk: Desk, smtp: Mailbox) -> None:
        raised = await dispute(desk, **BY_TELEPHONE)
        await raised.happens(DisagreementRaised)
        await raised.happens(DisagreementAnswered)
        assert smtp.messages == []
        assert await kinds(desk) == ["tell_in_person"]

    async def test_is_not_told_any_more_of_a_stage_that_it_has_left(self, desk: Desk, smtp: Mailbox) -> None:
        raised = await dispute(desk)
        desk.intake.is_away = True
        await raised.happens(DisagreementRaised)
        await raised.happens(DisagreementClosed, because="withdrawn")
        desk.intake.is_away = False
        desk.hub.clock.advance(hours=2)  # type: ignore[attr-defined]
        await desk.deliver()
        assert len(smtp.messages) == 1
        contact_id = UUID(str(raised.about["contact_id"]))
        assert (await desk.notification(contact_id, "disagreement_stage"))["state"] == "superseded"

    @pytest.mark.requirement("FBK-04")
    async def test_is_told_nothing_of_the_case(self, desk: Desk, smtp: Mailbox) -> None:
        raised = await dispute(desk)
        for stage in STAGES:
            await raised.happens(DisagreementWentUp, stage)
            await raised.happens(DisagreementAnswered, stage)
        assert len(smtp.messages) == 9
        for mail in smtp.messages:
            assert not [secret for secret in SECRETS if f" {secret.lower()} " in f" {words(mail).lower()} "]
            assert EMAIL not in words(mail)


class TestColleague:
    @pytest.mark.parametrize("challenger", ["hub", "agency"])
    async def test_is_told_of_the_answer_by_an_officer_and_never_by_mail(
        self, desk: Desk, smtp: Mailbox, challenger: str
    ) -> None:
        raised = await dispute(desk, challenger)
        await raised.happens(DisagreementRaised)
        await raised.happens(DisagreementAnswered)
        [task] = await desk.tasks(role="contact_officer")
        assert task["kind"] == "tell_challenger"
        done = await desk.post(f"/v1/tasks/{task['id']}/done", {"how": "dealt_with"}, version=1)
        assert done.status_code == 200
        assert len(smtp.messages) == 1

    @pytest.mark.parametrize(
        ("because", "left"),
        [
            ("accepted", []),
            ("withdrawn", []),
            ("not_taken_further", ["tell_challenger"]),
            ("final_answer", ["tell_challenger"]),
        ],
    )
    async def test_knows_already_where_they_ended_it_themselves(
        self, desk: Desk, because: str, left: list[str]
    ) -> None:
        raised = await dispute(desk, "agency")
        await raised.happens(DisagreementAnswered)
        await raised.happens(DisagreementClosed, because=because)
        assert await kinds(desk) == left

    async def test_an_answer_and_the_end_it_brings_count_in_either_order(self, desk: Desk) -> None:
        raised = await dispute(desk, "agency")
        answered = raised.event(DisagreementAnswered, "partnership")
        moment = {"closed_at": raised.now, "because": "final_answer"}
        await desk.hand(raised.event(DisagreementClosed, "partnership", **moment))
        await desk.hand(answered)
        assert await kinds(desk) == ["tell_challenger"]
