"""Every referrer who may be written to learns at once that their contact has come."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from factories.notifications import EMAIL, REFERENCE, Desk, create_received
from support.clock import FakeClock
from support.smtp import Mailbox


def words(mail: Any) -> str:
    return " ".join(mail.get_body(("plain",)).get_content().split())


@pytest.mark.requirement("INT-07")
class TestAcknowledge:
    async def test_goes_at_once_with_the_reference_and_whom_to_ring(self, desk: Desk, smtp: Mailbox) -> None:
        contact_id = await desk.receive()
        [mail] = smtp.messages
        assert smtp.recipients == [[EMAIL]]
        assert f"Your reference is {REFERENCE}." in words(mail)
        assert "ring 999 now. Then ring the MASH duty line." in words(mail)
        [one] = await desk.notifications(contact_id)
        assert (one["state"], one["in_time"], one["tries"]) == ("sent", True, 1)

    async def test_tells_the_hub_that_it_was_in_time(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        [event] = await desk.told()
        assert event["event"] == "notification.sent.v1"
        assert event["contact_id"] == str(contact_id)
        assert event["purpose"] == "acknowledgement"
        assert event["in_time"] is True

    async def test_is_sent_once_however_often_the_event_comes(self, desk: Desk, smtp: Mailbox) -> None:
        received = create_received()
        desk.intake.knows(received.contact_id)
        for _ in range(3):
            await desk.hand(received)
            await desk.deliver()
        assert len(smtp.messages) == 1

    async def test_asks_a_professional_for_what_is_wanted(self, desk: Desk, smtp: Mailbox) -> None:
        await desk.receive(referrer={"missing": ["household", "where each child lives"]})
        assert "- where each child lives - who else lives in the home" in words(smtp.messages[0])

    async def test_rings_before_anything_else_in_immediate_danger(self, desk: Desk, smtp: Mailbox) -> None:
        await desk.receive(immediate_danger=True, referrer={"immediate_danger": True})
        assert words(smtp.messages[0]).startswith("If a child is in immediate danger, ring 999 now.")

    @pytest.mark.requirement("INT-08")
    async def test_gives_the_night_number_while_the_hub_is_shut(
        self, desk: Desk, smtp: Mailbox, clock: FakeClock
    ) -> None:
        clock.set(datetime(2026, 11, 20, 22, 0, tzinfo=UTC))
        await desk.receive(received_at=clock())
        said = words(smtp.messages[0])
        assert "ring the Emergency Duty Team on 01708 433999" in said
        assert "We open again on Monday 23 November 2026 at 09:00 GMT." in said

    async def test_is_late_when_intake_was_away_for_more_than_an_hour(
        self, desk: Desk, smtp: Mailbox, clock: FakeClock
    ) -> None:
        desk.intake.is_away = True
        contact_id = await desk.receive()
        assert smtp.messages == []
        desk.intake.is_away = False
        clock.advance(hours=1, minutes=1)
        await desk.deliver()
        assert (await desk.notification(contact_id, "acknowledgement"))["in_time"] is False
        assert len(smtp.messages) == 1
