"""Contacts as they come from intake: one opens a screening, and what is added to one is never lost."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mash import partnerships
from mash.access.cases import keep_restricted
from mash.contracts.intake import ContactCompleted, ContactReceived, ContactSupplemented
from mash.contracts.screening import ScreeningOpened, ScreeningRaised
from mash.hub import Transaction
from mash.messaging.handlers import Wait

from screening.domain.clock import deadlines
from screening.domain.screening import Screening
from screening.store.screenings import add_screening, find_for_event, save
from screening.usecases.timing import set_timers

INTAKE = "service:intake"


async def open_screening(tx: Transaction, event: ContactReceived) -> None:
    """Open the screening of a contact, due by its partnership's calendar from the moment of receipt."""
    partnership = partnerships.get(event.partnership)
    times = deadlines(event.received_at, partnership, [], tx.now)
    screening = Screening(
        contact_id=event.contact_id,
        partnership=event.partnership,
        reference=event.reference,
        channel=event.channel,
        kind=event.kind,
        source_code=event.source_code,
        referrer_kind=event.referrer_kind,
        received_at=event.received_at,
        child_count=event.child_count,
        unborn=event.unborn,
        repeat_count=event.repeat_count,
        immediate_danger=event.immediate_danger,
        needs_person=event.needs_person,
        out_of_hours=event.out_of_hours,
        may_write=event.may_write,
        missing=tuple(event.missing),
        threshold_version=partnership.current_thresholds,
        opened_at=tx.now,
        due_at=times.due_at,
        due_soon_at=times.due_soon_at,
    )
    if not await add_screening(tx, screening):
        return
    if event.restricted:
        await keep_restricted(tx, event.partnership, [event.contact_id], event.received_at)
    set_timers(tx, screening)
    tx.emit(
        ScreeningOpened(
            partnership=screening.partnership,
            contact_id=screening.contact_id,
            received_at=screening.received_at,
            due_at=screening.due_at,
            threshold_version=screening.threshold_version,
        )
    )
    tx.audit(action="screening.opened", case=screening.contact_id)


async def note_supplement(tx: Transaction, event: ContactSupplemented) -> None:
    """Put before the screeners that the referrer, or a worker, has added to the contact."""
    await _note_change(tx, event, event.added_at)


async def note_completion(tx: Transaction, event: ContactCompleted) -> None:
    """Put before the screeners what a contact officer has completed or corrected."""
    await _note_change(
        tx,
        event,
        event.completed_at,
        child_count=event.child_count,
        unborn=event.unborn,
        repeat_count=event.repeat_count,
        missing=tuple(event.missing),
        needs_person=False,
    )


async def _note_change(
    tx: Transaction, event: ContactSupplemented | ContactCompleted, at: datetime, **values: Any
) -> None:
    """Keep the newest version. Every copy is stale from now: nobody decides on what they have not seen."""
    screening = await find_for_event(tx, event.contact_id)
    if screening is None:
        raise Wait("the contact has not been received yet")
    if event.contact_version <= screening.contact_version:
        return
    screening = await save(
        tx,
        screening,
        ["contact"],
        by=INTAKE,
        contact_version=event.contact_version,
        contact_changed_at=at,
        **values,
    )
    tx.audit(action="screening.contact_changed", case=event.contact_id)
    if screening.is_decided:
        tx.emit(
            ScreeningRaised(
                partnership=screening.partnership,
                contact_id=screening.contact_id,
                reason="new_information",
                contact_version=screening.contact_version,
                raised_at=tx.now,
            )
        )
