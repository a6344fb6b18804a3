"""The timers of a screening, and the stopping of its clock."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.contracts.screening import ScreeningDueSoon, ScreeningOverdue, ScreeningPaused, ScreeningResumed
from mash.hub import Transaction

from screening.domain.clock import deadlines, require_paused, require_running
from screening.domain.screening import Screening, require_open
from screening.store.records import end_pause, start_pause
from screening.store.screenings import find_for_event, get_for_change, mark, save

DUE_SOON = "screening.due_soon"
OVERDUE = "screening.overdue"


def set_timers(tx: Transaction, screening: Screening) -> None:
    """Set what has not been raised yet; a time already past is raised at once."""
    key = str(screening.contact_id)
    if screening.raised_due_soon_at is None:
        tx.schedule(DUE_SOON, key, screening.due_soon_at)
    if screening.raised_overdue_at is None:
        tx.schedule(OVERDUE, key, screening.due_at)


def stop_timers(tx: Transaction, screening: Screening) -> None:
    """Take the timers away: it is decided, or its clock stands still."""
    tx.cancel_timer(DUE_SOON, str(screening.contact_id))
    tx.cancel_timer(OVERDUE, str(screening.contact_id))


async def raise_due_soon(tx: Transaction, contact_id: UUID) -> None:
    """Tell that a screening is about to be late, unless it is decided, paused or late by now."""
    screening = await find_for_event(tx, contact_id)
    if screening is None or not _runs(screening) or tx.now >= screening.due_at:
        return
    await mark(tx, contact_id, raised_due_soon_at=tx.now)
    tx.emit(
        ScreeningDueSoon(partnership=screening.partnership, contact_id=contact_id, due_at=screening.due_at)
    )


async def raise_overdue(tx: Transaction, contact_id: UUID) -> None:
    """Tell that a screening is late, once."""
    screening = await find_for_event(tx, contact_id)
    if screening is None or not _runs(screening):
        return
    await mark(tx, contact_id, raised_overdue_at=tx.now)
    tx.emit(
        ScreeningOverdue(partnership=screening.partnership, contact_id=contact_id, due_at=screening.due_at)
    )


async def pause_screening(
    tx: Transaction, caller: Caller, contact_id: UUID, version: int, reason: str
) -> Screening:
    """Stop the clock, for a reason that is kept."""
    screening = await get_for_change(tx, caller, contact_id, version)
    require_open(screening)
    require_running(screening)
    await start_pause(tx, screening, by=caller.subject, reason=reason)
    stop_timers(tx, screening)
    tx.emit(ScreeningPaused(partnership=screening.partnership, contact_id=contact_id, paused_at=tx.now))
    tx.audit(action="screening.paused", case=contact_id)
    return await save(tx, screening, ["clock"], by=caller.subject, paused_at=tx.now)


async def resume_screening(tx: Transaction, caller: Caller, contact_id: UUID, version: int) -> Screening:
    """Let the clock run again; what is due moves by the time that the clock stood still."""
    screening = await get_for_change(tx, caller, contact_id, version)
    require_open(screening)
    require_paused(screening)
    running = await running_clock(tx, screening, by=caller.subject)
    screening = await save(tx, screening, ["clock"], by=caller.subject, **running)
    set_timers(tx, screening)
    tx.emit(
        ScreeningResumed(
            partnership=screening.partnership,
            contact_id=contact_id,
            resumed_at=tx.now,
            due_at=screening.due_at,
        )
    )
    tx.audit(action="screening.resumed", case=contact_id)
    return screening


async def running_clock(tx: Transaction, screening: Screening, *, by: str) -> dict[str, Any]:
    """The columns of a clock that runs: none to change, or those after the pause that ends now."""
    if screening.paused_at is None:
        return {}
    pauses = await end_pause(tx, screening, by=by)
    moved = deadlines(screening.received_at, partnerships.get(screening.partnership), pauses, tx.now)
    return {"paused_at": None, "due_at": moved.due_at, "due_soon_at": moved.due_soon_at}


def _runs(screening: Screening) -> bool:
    return not screening.is_decided and screening.paused_at is None
