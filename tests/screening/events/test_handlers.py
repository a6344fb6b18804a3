"""What the service does with the hub's events, and in whatever order they come."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from factories.screening import RECEIVED_AT, Desk, create_opened, create_received
from mash.contracts.enquiry import EnquiryDecided, EnquiryWithdrawn
from mash.contracts.intake import ContactCompleted, ContactSupplemented
from mash.contracts.screening import ScreeningOpened, ScreeningRaised, ScreeningReopened
from mash.messaging.handlers import Wait
from support.clock import FakeClock


def create_supplemented(contact_id: UUID, version: int = 2) -> ContactSupplemented:
    given = {**ContactSupplemented.example, "contact_id": contact_id, "contact_version": version}
    return ContactSupplemented.model_validate(given)


def create_completed(contact_id: UUID, version: int = 2, children: int = 3) -> ContactCompleted:
    given = {
        **ContactCompleted.example,
        "contact_id": contact_id,
        "contact_version": version,
        "child_count": children,
    }
    return ContactCompleted.model_validate(given)


def create_decided(contact_id: UUID, enquiry_id: UUID) -> EnquiryDecided:
    given = {**EnquiryDecided.example, "contact_id": contact_id, "enquiry_id": enquiry_id}
    return EnquiryDecided.model_validate(given)


def create_withdrawn(contact_id: UUID, enquiry_id: UUID) -> EnquiryWithdrawn:
    given = {**EnquiryWithdrawn.example, "contact_id": contact_id, "enquiry_id": enquiry_id}
    return EnquiryWithdrawn.model_validate(given)


class TestContactReceived:
    @pytest.mark.requirement("SCR-10", "SCR-14", "GOV-03")
    async def test_opens_a_screening_due_from_receipt(self, desk: Desk, clock: FakeClock) -> None:
        clock.set(RECEIVED_AT + timedelta(hours=5))

        contact_id = await desk.receive()

        (event,) = await desk.events(ScreeningOpened)
        assert event == {
            "partnership": "havering",
            "contact_id": str(contact_id),
            "received_at": "2026-11-18T10:00:00Z",
            "due_at": "2026-11-19T10:00:00Z",
            "threshold_version": "2023-06",
        }

    async def test_opens_one_screening_however_often_it_is_told(self, desk: Desk) -> None:
        received = create_received()
        await desk.hand(received)
        await desk.hand(received)

        assert len(await desk.events(ScreeningOpened)) == 1
        assert (await desk.get()).json()["counts"]["open"] == 1


class TestContactChanged:
    async def test_waits_for_the_contact_itself(self, desk: Desk) -> None:
        for event in (create_supplemented(uuid4()), create_completed(uuid4())):
            with pytest.raises(Wait):
                await desk.hand(event)

    async def test_shows_that_there_is_new_information(self, desk: Desk) -> None:
        contact_id = await desk.receive()

        await desk.hand(create_supplemented(contact_id))

        screening = await desk.screening(contact_id)
        assert (screening["new_information"], screening["contact_version"]) == (True, 2)
        assert screening["changes"][-1]["fields"] == ["contact"]

    async def test_an_older_version_that_comes_later_changes_nothing(self, desk: Desk) -> None:
        contact_id = await desk.receive(needs_person=True)
        await desk.hand(create_completed(contact_id, version=3, children=3))
        await desk.hand(create_completed(contact_id, version=2, children=1))

        screening = await desk.screening(contact_id)
        assert (screening["child_count"], screening["contact_version"]) == (3, 3)
        assert screening["needs_person"] is False

    async def test_after_the_decision_it_is_raised_and_listed(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.hand(create_supplemented(contact_id))
        await desk.decide(contact_id)
        assert await desk.events(ScreeningRaised) == []

        await desk.hand(create_supplemented(contact_id, version=3))

        (event,) = await desk.events(ScreeningRaised)
        assert (event["contact_id"], event["contact_version"]) == (str(contact_id), 3)
        listed = (await desk.get(state="new_information")).json()
        assert [item["contact_id"] for item in listed["items"]] == [str(contact_id)]
        assert listed["counts"]["new_information_after_decision"] == 1


class TestEnquiry:
    async def test_shows_the_outcome(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        enquiry_id = await desk.open_enquiry(contact_id)

        await desk.hand(create_decided(contact_id, enquiry_id))

        screening = await desk.screening(contact_id)
        assert (screening["enquiry_state"], screening["enquiry_outcome"]) == ("decided", "early_help")
        assert screening["decisions"][-1]["kind"] == "enquiry_decided"

    @pytest.mark.requirement("SCR-14")
    async def test_a_withdrawn_enquiry_puts_the_contact_back_with_its_clock(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        contact_id = await desk.receive()
        enquiry_id = await desk.open_enquiry(contact_id)
        clock.advance(hours=30)

        await desk.hand(create_withdrawn(contact_id, enquiry_id))

        screening = await desk.screening(contact_id)
        assert (screening["state"], screening["enquiry_state"]) == ("awaiting_decision", "withdrawn")
        assert screening["rating"] == "amber"
        assert screening["seconds_late"] == 6 * 3600
        (event,) = await desk.events(ScreeningReopened)
        assert event["because"] == "enquiry_withdrawn"

    async def test_what_is_told_before_the_opening_waits_for_it(self, desk: Desk) -> None:
        contact_id, enquiry_id = await desk.receive(), uuid4()
        await desk.change(contact_id, "rating", {"rating": "amber"})
        await desk.decide(contact_id, "enquiry", 3, agencies=["police"])

        with pytest.raises(Wait):
            await desk.hand(create_withdrawn(contact_id, enquiry_id))
        await desk.hand(create_opened(contact_id, enquiry_id=enquiry_id))
        await desk.hand(create_withdrawn(contact_id, enquiry_id))

        assert (await desk.screening(contact_id))["state"] == "awaiting_decision"

    async def test_the_end_of_another_enquiry_leaves_it_decided(self, desk: Desk) -> None:
        contact_id = await desk.receive()
        await desk.open_enquiry(contact_id)

        await desk.hand(create_withdrawn(contact_id, uuid4()))
        await desk.hand(create_decided(contact_id, uuid4()))

        screening = await desk.screening(contact_id)
        assert (screening["state"], screening["enquiry_state"]) == ("decided", "open")

    async def test_waits_for_the_contact_itself(self, desk: Desk) -> None:
        with pytest.raises(Wait):
            await desk.hand(create_opened(uuid4()))
