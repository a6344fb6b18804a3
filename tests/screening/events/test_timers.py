"""A contact about to be late, or late, is raised: once, and at the right time."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from factories.screening import DUE_AT, RECEIVED_AT, Desk
from mash.contracts.enquiry import EnquiryWithdrawn
from mash.contracts.screening import ScreeningDueSoon, ScreeningOverdue
from support.clock import FakeClock

MINUTE = timedelta(minutes=1)
SOON_AT = DUE_AT - timedelta(hours=6)


async def raised(desk: Desk) -> tuple[int, int]:
    """How often this was raised: nearly late, late."""
    while await desk.fire_timers():
        pass
    return len(await desk.events(ScreeningDueSoon)), len(await desk.events(ScreeningOverdue))


@pytest.mark.requirement("SCR-10")
async def test_nearly_late_and_late_are_each_raised_once(desk: Desk, clock: FakeClock) -> None:
    await desk.receive()

    found = []
    for moment in (SOON_AT - MINUTE, SOON_AT, DUE_AT - MINUTE, DUE_AT, DUE_AT + timedelta(days=3)):
        clock.set(moment)
        found.append(await raised(desk))

    assert found == [(0, 0), (1, 0), (1, 0), (1, 1), (1, 1)]
    (event,) = await desk.events(ScreeningOverdue)
    assert event["due_at"] == "2026-11-19T10:00:00Z"


async def test_nothing_is_raised_once_it_is_decided(desk: Desk, clock: FakeClock) -> None:
    contact_id = await desk.receive()
    await desk.decide(contact_id)
    clock.set(DUE_AT + MINUTE)

    assert await raised(desk) == (0, 0)


async def test_a_contact_that_comes_late_to_us_is_raised_as_late_only(desk: Desk, clock: FakeClock) -> None:
    clock.set(DUE_AT + timedelta(hours=4))
    await desk.receive()

    assert await raised(desk) == (0, 1)


@pytest.mark.requirement("SCR-14")
async def test_a_pause_moves_both(desk: Desk, clock: FakeClock) -> None:
    contact_id = await desk.receive()
    clock.set(RECEIVED_AT + timedelta(hours=1))
    await desk.change(contact_id, "pause", {"reason": "Which child it is has to be asked."})
    clock.set(DUE_AT + timedelta(hours=2))
    assert await raised(desk) == (0, 0)
    await desk.change(contact_id, "resume")

    clock.advance(hours=16)
    assert await raised(desk) == (0, 0)
    clock.advance(hours=1)
    assert await raised(desk) == (1, 0)
    clock.advance(hours=6)
    assert await raised(desk) == (1, 1)


@pytest.mark.requirement("SCR-14")
async def test_what_is_reopened_late_is_raised_at_once(desk: Desk, clock: FakeClock) -> None:
    contact_id = await desk.receive()
    await desk.decide(contact_id)
    clock.set(DUE_AT + MINUTE)
    await desk.change(contact_id, "reopen", {"reason": "The school rang again."})

    assert await raised(desk) == (0, 1)


async def test_what_was_raised_is_not_raised_again_when_an_enquiry_is_withdrawn(
    desk: Desk, clock: FakeClock
) -> None:
    contact_id: UUID = await desk.receive()
    clock.set(DUE_AT + MINUTE)
    assert await raised(desk) == (0, 1)
    enquiry_id = await desk.open_enquiry(contact_id)
    withdrawn = {**EnquiryWithdrawn.example, "contact_id": contact_id, "enquiry_id": enquiry_id}
    await desk.hand(EnquiryWithdrawn.model_validate(withdrawn))

    assert await raised(desk) == (0, 1)
