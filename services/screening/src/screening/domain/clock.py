"""How long a screening has left. The clock starts at receipt and never restarts, whatever the rating."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mash.calendar import Due, Pause, add_working, due, remaining, with_pauses
from mash.errors import Conflict
from mash.partnerships import Partnership

from screening.domain.screening import Screening

RULE = "screening.decision"


class AlreadyPaused(Conflict):
    """The clock stands still already."""


class NotPaused(Conflict):
    """The clock is running."""


@dataclass(frozen=True)
class Deadlines:
    """When a manager is told that the time is nearly up, and when it is up."""

    due_soon_at: datetime
    due_at: datetime


@dataclass(frozen=True)
class Standing:
    """Where a screening stands: ``left`` by the target's own clock, the others in real time."""

    due_at: datetime
    left: timedelta
    late_by: timedelta
    elapsed: timedelta

    @property
    def is_late(self) -> bool:
        """Whether the due time has gone by."""
        return self.late_by > timedelta()


def deadlines(
    received_at: datetime, partnership: Partnership, pauses: Sequence[Pause], now: datetime
) -> Deadlines:
    """When a contact received then is due, with the time paused so far.

    It is nearly due when the partnership's own share of its time for reminders has gone.
    """
    whole = due(received_at, partnership.due_rules[RULE], partnership.hours)
    share = partnership.reminders.points[0]
    part = share * whole.counted_between(whole.starts_at, whole.due_at)
    in_hours = whole.counts_in
    soon_at = add_working(whole.starts_at, part, in_hours) if in_hours else whole.starts_at + part
    soon = replace(whole, runs_out_at=soon_at, due_at=soon_at, waits_for=None)
    return Deadlines(
        due_soon_at=with_pauses(soon, pauses, now).due_at,
        due_at=with_pauses(whole, pauses, now).due_at,
    )


def standing(screening: Screening, partnership: Partnership, now: datetime) -> Standing:
    """Where ``screening`` stands now, or stood when it was decided.

    While the clock is stopped the due time moves on with it; the real time since receipt never stops.
    """
    at = screening.decided_at if screening.is_decided and screening.decided_at else now
    kept = replace(_due(screening, partnership), due_at=screening.due_at, runs_out_at=screening.due_at)
    if screening.paused_at is not None:
        kept = with_pauses(kept, [Pause(screening.paused_at, None, "Paused.")], at)
    rest = remaining(at, kept)
    return Standing(kept.due_at, rest.left, rest.late_by, rest.elapsed)


def _due(screening: Screening, partnership: Partnership) -> Due:
    return due(screening.received_at, partnership.due_rules[RULE], partnership.hours)


def require_running(screening: Screening) -> None:
    """Raise :class:`AlreadyPaused` where the clock stands still."""
    if screening.paused_at is not None:
        raise AlreadyPaused(f"The clock of contact {screening.reference} is paused already.")


def require_paused(screening: Screening) -> None:
    """Raise :class:`NotPaused` where the clock is running."""
    if screening.paused_at is None:
        raise NotPaused(f"The clock of contact {screening.reference} is not paused.")
