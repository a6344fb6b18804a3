"""The referrer learns what was decided, as much as that referrer may know, within the time of feedback."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, get_args
from uuid import uuid4

import pytest
from factories.notifications import (
    EMAIL,
    LATER,
    SECRETS,
    Desk,
    create_decided,
    create_enquiry_decided,
    create_form_overdue,
    create_reopened,
)
from mash.contracts.enquiry import Outcome
from mash.contracts.screening import Pathway
from mash.partnerships import get
from support.clock import START, FakeClock
from support.smtp import Mailbox

PUBLIC = {"is_professional": False, "kind": "public"}


def words(mail: Any) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())


@pytest.mark.requirement("FBK-01")
class TestFeedBack:
    async def test_tells_a_professional_the_pathway(self, desk: Desk, smtp: Mailbox) -> None:
        await desk.hand(create_decided(await desk.receive(), pathway="early_help"))
        await desk.deliver()
        said = words(smtp.messages[1])
        assert "It has been passed to Early Help, who will speak to the family." in said
        assert "If you disagree or learn more" in said

    async def test_waits_for_the_outcome_where_the_pathway_is_an_enquiry(
        self, desk: Desk, smtp: Mailbox
    ) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id, pathway="enquiry"))
        await desk.deliver()
        assert len(smtp.messages) == 1
        await desk.hand(create_enquiry_decided(contact_id, outcome="lado", decided_at=START + LATER))
        await desk.deliver()
        assert "Local Authority Designated Officer" in words(smtp.messages[1])

    async def test_is_due_two_working_days_after_the_decision(self, desk: Desk) -> None:
        friday = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id, decided_at=friday))
        feedback = await desk.notification(contact_id, "feedback")
        assert datetime.fromisoformat(feedback["due_at"]) == datetime(2026, 11, 24, 16, 0, tzinfo=UTC)

    @pytest.mark.parametrize(("wait", "in_time"), [(timedelta(hours=47), True), (timedelta(hours=49), False)])
    async def test_is_measured_against_48_hours(
        self, desk: Desk, smtp: Mailbox, clock: FakeClock, wait: timedelta, in_time: bool
    ) -> None:
        contact_id = await desk.receive()
        desk.intake.is_away = True
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        desk.intake.is_away = False
        clock.advance(wait)
        await desk.deliver()
        assert (await desk.notification(contact_id, "feedback"))["in_time"] is in_time
        assert (await desk.told())[-1]["in_time"] is in_time
        assert len(smtp.messages) == 2

    async def test_is_sent_once_however_often_the_event_comes(self, desk: Desk, smtp: Mailbox) -> None:
        decided, event_id = create_decided(await desk.receive()), uuid4()
        for _ in range(3):
            await desk.hand(decided, event_id)
            await desk.deliver()
        assert len(smtp.messages) == 2


class TestSecondDecision:
    async def test_is_told_as_well_and_takes_the_place_of_the_first(self, desk: Desk, smtp: Mailbox) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id, pathway="close_with_advice"))
        await desk.deliver()
        await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        await desk.hand(create_decided(contact_id, pathway="fast_track", decided_at=START + 2 * LATER))
        await desk.deliver()
        assert "takes the place of" not in words(smtp.messages[1])
        assert "This takes the place of what we told you before." in words(smtp.messages[2])
        states = [one["state"] for one in await desk.notifications(contact_id)]
        assert states == ["sent", "sent", "sent"]

    async def test_keeps_the_first_from_being_told_if_it_has_not_been(
        self, desk: Desk, smtp: Mailbox
    ) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id, pathway="close_with_advice"))
        await desk.hand(create_decided(contact_id, pathway="fast_track", decided_at=START + LATER))
        await desk.deliver()
        assert "accepted as a referral" in words(smtp.messages[1])
        assert len(smtp.messages) == 2
        assert [one["state"] for one in await desk.notifications(contact_id)] == [
            "sent",
            "superseded",
            "sent",
        ]

    async def test_is_told_alone_when_the_first_comes_after_it(self, desk: Desk, smtp: Mailbox) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id, pathway="fast_track", decided_at=START + LATER))
        await desk.hand(create_decided(contact_id, pathway="close_with_advice"))
        await desk.deliver()
        assert len(smtp.messages) == 2
        assert "accepted as a referral" in words(smtp.messages[1])

    async def test_a_contact_reopened_tells_nothing_until_it_is_decided(
        self, desk: Desk, smtp: Mailbox
    ) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id))
        await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        await desk.deliver()
        assert len(smtp.messages) == 1

    @pytest.mark.requirement("REP-08")
    async def test_takes_back_what_the_hub_was_told_of_the_first(self, desk: Desk, smtp: Mailbox) -> None:
        contact_id = await desk.receive()
        smtp.answer = "451 Try again later"
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        first = await desk.notification(contact_id, "feedback")
        for _ in range(2):
            await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        [dropped] = (await desk.told())[1:]
        assert (dropped["event"], dropped["notification_id"]) == ("notification.dropped.v1", first["id"])

    async def test_takes_nothing_back_of_which_the_hub_was_told_nothing(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_decided(contact_id))
        await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        assert [one["event"] for one in await desk.told()] == ["notification.sent.v1"]

    async def test_keeps_a_first_that_failed_from_being_tried_again(self, desk: Desk, smtp: Mailbox) -> None:
        contact_id = await desk.receive()
        smtp.refused = {EMAIL}
        await desk.hand(create_decided(contact_id))
        await desk.deliver()
        failed = await desk.notification(contact_id, "feedback")
        await desk.hand(create_reopened(contact_id, reopened_at=START + LATER))
        answer = await desk.post(f"/v1/notifications/{failed['id']}/retry")
        assert (answer.status_code, answer.json()["state"]) == (409, "superseded")
        assert (await desk.told())[-1]["event"] == "notification.dropped.v1"


# What Havering's managers can decide, but for an enquiry, which is told when it ends.
TOLD = sorted(get("havering").pathways.keys() & set(get_args(Pathway)) - {"enquiry"})


@pytest.mark.requirement("FBK-04")
class TestWhatIsSaid:
    @pytest.mark.parametrize("referrer", [{}, PUBLIC], ids=["professional", "public"])
    @pytest.mark.parametrize("pathway", TOLD)
    async def test_of_a_pathway_holds_nothing_of_the_case(
        self, desk: Desk, smtp: Mailbox, pathway: Pathway, referrer: dict[str, Any]
    ) -> None:
        await desk.hand(create_decided(await desk.receive(referrer=referrer), pathway=pathway))
        await desk.deliver()
        assert len(smtp.messages) == 2
        assert_holds_no_secret(smtp)

    @pytest.mark.parametrize("referrer", [{}, PUBLIC], ids=["professional", "public"])
    @pytest.mark.parametrize("outcome", get_args(Outcome))
    async def test_of_an_outcome_holds_nothing_of_the_case(
        self, desk: Desk, smtp: Mailbox, outcome: Outcome, referrer: dict[str, Any]
    ) -> None:
        await desk.hand(create_enquiry_decided(await desk.receive(referrer=referrer), outcome=outcome))
        await desk.deliver()
        assert len(smtp.messages) == 2
        assert_holds_no_secret(smtp)

    @pytest.mark.parametrize("referrer", [{}, PUBLIC], ids=["professional", "public"])
    async def test_when_a_form_is_chased_holds_nothing_of_the_case(
        self, desk: Desk, smtp: Mailbox, referrer: dict[str, Any]
    ) -> None:
        await desk.hand(create_form_overdue(await desk.receive(referrer=referrer)))
        await desk.deliver()
        assert len(smtp.messages) == 2
        assert_holds_no_secret(smtp)

    async def test_to_the_public_is_the_same_whatever_service_it_went_to(
        self, desk: Desk, smtp: Mailbox
    ) -> None:
        for outcome in ("section_17_assessment", "strategy_discussion_section_47", "lado", "channel"):
            await desk.hand(create_enquiry_decided(await desk.receive(referrer=PUBLIC), outcome=outcome))
        await desk.deliver()
        said = {words(mail) for mail in smtp.messages if mail["Subject"].startswith("About")}
        assert len(said) == 1
        assert "have passed it to the right team" in said.pop()


def assert_holds_no_secret(smtp: Mailbox) -> None:
    for mail in smtp.messages:
        # The recipient's own address is where it has to be, and nowhere else.
        headers = [f"{name}: {value}" for name, value in mail.items() if name != "To"]
        bodies = [part.get_content() for part in mail.walk() if not part.is_multipart()]
        whole = "\n".join([*headers, *bodies]).lower()
        assert not [secret for secret in SECRETS if holds(whole, secret.lower())]


def holds(whole: str, secret: str) -> bool:
    letters = "".join(one if one.isalnum() else " " for one in whole)
    return f" {secret} " in f" {' '.join(letters.split())} " or (len(secret) > 6 and secret in whole)
