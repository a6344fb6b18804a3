"""What is learnt about a contact while its enquiry is open is put before whoever decides it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from factories.enquiry import Desk
from mash.contracts import Event
from mash.contracts.intake import ContactCompleted, ContactSupplemented
from support.clock import FakeClock


def create_supplemented(contact_id: UUID, at: datetime) -> ContactSupplemented:
    changes = {"contact_id": contact_id, "added_at": at}
    return ContactSupplemented.model_validate({**ContactSupplemented.example, **changes})


def create_completed(contact_id: UUID, at: datetime) -> ContactCompleted:
    changes = {"contact_id": contact_id, "completed_at": at}
    return ContactCompleted.model_validate({**ContactCompleted.example, **changes})


class TestContactChanged:
    @pytest.mark.parametrize("create", [create_supplemented, create_completed])
    async def test_shows_in_the_list_and_on_the_enquiry(
        self, desk: Desk, clock: FakeClock, create: Callable[[UUID, datetime], Event]
    ) -> None:
        contact_id = uuid4()
        id = await desk.open("police", contact_id=contact_id)
        assert (await desk.enquiry(id))["contact_changed_at"] is None
        clock.advance(hours=1)
        await desk.hand(create(contact_id, clock.now))
        (listed,) = (await desk.get()).json()["items"]
        found = await desk.enquiry(id)
        assert listed["contact_changed_at"] == found["contact_changed_at"] is not None
        assert datetime.fromisoformat(found["contact_changed_at"]) == clock.now
        assert (found["history"][-1]["action"], found["history"][-1]["by"]) == (
            "contact_changed",
            "service:intake",
        )

    async def test_nobody_decides_without_having_seen_it(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = uuid4()
        id = await desk.open("police", contact_id=contact_id)
        read = (await desk.enquiry(id))["version"]
        clock.advance(hours=1)
        await desk.hand(create_supplemented(contact_id, clock.now))
        stale = await desk.change(id, "withdrawal", {"reason": "Not needed."}, version=read)
        assert (stale.status_code, stale.json()["changed"]) == (412, ["contact"])

    async def test_what_came_before_the_enquiry_is_no_news(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = uuid4()
        id = await desk.open("police", contact_id=contact_id)
        await desk.hand(create_supplemented(contact_id, clock.now - timedelta(minutes=1)))
        found = await desk.enquiry(id)
        assert (found["contact_changed_at"], found["version"]) == (None, 1)

    async def test_the_latest_change_counts_whichever_comes_first(self, desk: Desk, clock: FakeClock) -> None:
        contact_id, opened_at = uuid4(), clock.now
        id = await desk.open("police", contact_id=contact_id)
        for hours in (2, 1):
            await desk.hand(create_supplemented(contact_id, opened_at + timedelta(hours=hours)))
        found = await desk.enquiry(id)
        assert datetime.fromisoformat(found["contact_changed_at"]) == opened_at + timedelta(hours=2)

    async def test_a_closed_enquiry_stays_as_it_was(self, desk: Desk, clock: FakeClock) -> None:
        contact_id = uuid4()
        id = await desk.open("police", contact_id=contact_id)
        await desk.change(id, "withdrawal", {"reason": "Not needed."})
        before = await desk.enquiry(id)
        clock.advance(hours=1)
        await desk.hand(create_supplemented(contact_id, clock.now))
        after = await desk.enquiry(id)
        assert (after["contact_changed_at"], after["version"]) == (None, before["version"])

    async def test_a_contact_without_an_enquiry_is_passed_over(self, desk: Desk, clock: FakeClock) -> None:
        await desk.hand(create_completed(uuid4(), clock.now))
        assert (await desk.get()).json()["items"] == []
