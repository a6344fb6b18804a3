"""Looks at screenings. Each leaves a line in the audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from mash.access import Caller
from mash.hub import Transaction

from screening.domain.queue import Counts, Filters
from screening.domain.screening import Screening
from screening.store.queue import count_screenings, list_screenings, pulse_of_screenings
from screening.store.records import Record, list_changes, list_decisions, list_notes, list_pauses
from screening.store.screenings import get_screening

Position = tuple[datetime, UUID]


@dataclass(frozen=True)
class Queue:
    """A page of screenings, the next to be late first, and how many there are of each kind in all.

    ``pulse`` is the word that :func:`feel_pulse` gives for the same list.
    """

    screenings: Sequence[Screening]
    next: Position | None
    counts: Counts
    pulse: str


@dataclass(frozen=True)
class Whole:
    """A screening with everything kept beside it."""

    screening: Screening
    decisions: Sequence[Record]
    notes: Sequence[Record]
    pauses: Sequence[Record]
    changes: Sequence[Record]


async def look_at_queue(
    tx: Transaction, caller: Caller, filters: Filters, after: Position | None, limit: int
) -> Queue:
    """A page of the screenings in the caller's partnerships, after a position."""
    found = await list_screenings(tx, caller, filters, after, limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    shown = [str(one.contact_id) for one in found[:limit]]
    tx.audit(action="screening.listed", caller=caller, detail={"contacts": shown})
    counts, pulse = await count_screenings(tx, caller)
    return Queue(
        screenings=found[:limit],
        next=(last.due_at, last.contact_id) if last else None,
        counts=counts,
        pulse=pulse,
    )


async def feel_pulse(tx: Transaction, caller: Caller) -> str:
    """A word by which a page tells whether the list it shows is still the same. It shows no case."""
    return await pulse_of_screenings(tx, caller)


async def look_at_screening(tx: Transaction, caller: Caller, contact_id: UUID) -> Whole:
    """One screening and all that belongs to it."""
    screening = await get_screening(tx, caller, contact_id)
    tx.audit(action="screening.viewed", case=contact_id, caller=caller)
    return await with_records(tx, screening)


async def with_records(tx: Transaction, screening: Screening) -> Whole:
    """A screening with what is kept beside it."""
    contact_id = screening.contact_id
    return Whole(
        screening=screening,
        decisions=await list_decisions(tx, contact_id),
        notes=await list_notes(tx, contact_id),
        pauses=await list_pauses(tx, contact_id),
        changes=await list_changes(tx, contact_id),
    )
