"""What is due when: the clock starts at receipt, never restarts, and stops only for a recorded reason.

How a target is counted:

- Hours on the elapsed clock are real hours from receipt; four are four on the night the clocks change.
  Where a rule may not run past closing, a time that falls while the hub is shut is due as it next opens:
  a time before closing would give less than the target, and could come before receipt.
- Hours on the working clock are opening hours. Out of hours the count starts at the next opening. Where a
  rule may run past closing, it goes on through the night once started, and stands still only on days when
  the hub does not open, so that 24 hours are one working day.
- ``2d`` is the same time of day by London's clock so many calendar days later.
- ``5wd`` is closing time on the fifth working day after the date of receipt, whatever the hour of receipt.
  A receipt in the evening or at a weekend is not put off by a day: the child has waited as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Protocol

from mash.calendar.hours import (
    Hours,
    RoundTheClock,
    Span,
    add_working,
    closing_time,
    elapsed,
    next_opening,
    working_between,
)
from mash.calendar.london import in_london, in_utc
from mash.calendar.targets import Clock, Target, TargetNotUnderstood, read_target
from mash.errors import Invalid


class Rule(Protocol):
    """What the calendar asks of a rule; a partnership's own are `mash.partnerships.DueRule`."""

    @property
    def target(self) -> str: ...
    @property
    def clock(self) -> Clock: ...
    @property
    def runs_past_closing(self) -> bool: ...
    @property
    def reading(self) -> str: ...
    @property
    def why(self) -> str: ...
    @property
    def otherwise(self) -> str: ...


class PauseNotAllowed(Invalid):
    """A pause without a reason, or one that ends before it starts."""


@dataclass(frozen=True)
class Pause:
    """A stop of the clock with its reason. ``until_at`` is none while it lasts."""

    from_at: datetime
    until_at: datetime | None
    reason: str

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise PauseNotAllowed("The clock pauses only with a recorded reason.", field="reason")
        if self.until_at is not None and elapsed(self.from_at, self.until_at) < timedelta():
            raise PauseNotAllowed("A pause cannot end before it starts.", field="until_at")


@dataclass(frozen=True)
class Due:
    """When something is due, and how that was reckoned; all times in UTC.

    ``starts_at`` is when the count began. ``runs_out_at`` is when the target is used up; ``due_at``, the time
    to work to, differs only where it had to wait for the hub to open. ``counted`` says in words how it was
    counted; ``reading``, ``why`` and ``otherwise`` are the profile's. ``other_due_at`` is the time by the
    clock not chosen, counted as ``other_counted`` says.
    """

    received_at: datetime
    starts_at: datetime
    runs_out_at: datetime
    due_at: datetime
    target: Target
    clock: Clock
    counted: str
    reading: str
    why: str
    otherwise: str
    other_due_at: datetime
    other_counted: str
    counts_in: Hours | None = field(repr=False)
    waits_for: Hours | None = field(repr=False)

    def moved(self, start: datetime, end: datetime) -> Due:
        """The same, put off by a pause: by what the target's clock counts in it.

        A target already used up, and only waiting for the hub to open, waits for the end of the pause too.
        """
        paused = self.counted_between(start, end)
        if start >= self.runs_out_at:
            runs_out_at = end
        elif self.counts_in:
            runs_out_at = add_working(self.runs_out_at, paused, self.counts_in)
        else:
            runs_out_at = self.runs_out_at + paused
        return replace(self, runs_out_at=runs_out_at, due_at=_settled(runs_out_at, self.waits_for))

    def counted_between(self, start: datetime, end: datetime) -> timedelta:
        """The time between two moments by the target's clock; nought if the second is not the later."""
        if self.counts_in:
            return working_between(start, end, self.counts_in)
        return max(elapsed(start, end), timedelta())


@dataclass(frozen=True)
class Remaining:
    """Where a case stands against its target, to be shown together.

    ``left`` is by the target's own clock and nought once late. ``late_by`` and ``elapsed`` are real time: the
    one since it was due, the other since receipt, with its pauses and nights.
    """

    left: timedelta
    late_by: timedelta
    elapsed: timedelta

    @property
    def is_late(self) -> bool:
        """Whether the due time has gone by."""
        return self.late_by > timedelta()


def due(received_at: datetime, rule: Rule, hours: Hours) -> Due:
    """When what was received is due under a rule, in UTC. ``received_at`` must carry its offset."""
    received_at = in_utc(received_at)
    target = read_target(rule.target)
    if target.own_clock not in (None, rule.clock):
        raise TargetNotUnderstood(f"must be {target.own_clock} for a target in {target.unit}.", field="clock")
    count = _count(target, rule.clock, rule.runs_past_closing, hours)
    starts_at, runs_out_at = count.run(received_at)
    other = _other_count(target, rule.clock, hours)
    return Due(
        received_at=received_at,
        starts_at=starts_at,
        runs_out_at=runs_out_at,
        due_at=_settled(runs_out_at, count.waits_for),
        target=target,
        clock=rule.clock,
        counted=count.words,
        reading=rule.reading or count.words,
        why=rule.why,
        otherwise=rule.otherwise,
        other_due_at=other.run(received_at)[1],
        other_counted=other.words,
        counts_in=count.counts_in,
        waits_for=count.waits_for,
    )


def with_pauses(due: Due, pauses: Sequence[Pause], now: datetime) -> Due:
    """The same due time moved on by the time paused so far, in the target's own clock.

    Pauses that overlap count once; one still running counts up to ``now``. A pause that starts after the
    due time changes nothing: what is late stays late.
    """
    for start, end in _merged(pauses, due.starts_at, in_utc(now)):
        if start >= due.due_at:
            break
        due = due.moved(start, end)
    return due


def remaining(now: datetime, due: Due) -> Remaining:
    """The time left by the target's clock, and the real time gone since receipt."""
    return Remaining(
        left=due.counted_between(max(in_utc(now), due.starts_at), due.due_at),
        late_by=max(elapsed(due.due_at, now), timedelta()),
        elapsed=elapsed(due.received_at, now),
    )


@dataclass(frozen=True)
class _Count:
    """One way of counting a target: in which hours (none: real time), and whether it waits for opening."""

    target: Target
    hours: Hours
    counts_in: Hours | None
    waits_for: Hours | None
    words: str

    def run(self, received_at: datetime) -> Span:
        """When the count starts, and when the target is used up."""
        if self.target.unit == "wd":
            return received_at, closing_time(in_london(received_at).date(), self.target.count, self.hours)
        if self.target.unit == "d":
            return received_at, _days_later(received_at, self.target.count)
        if self.counts_in is None:
            return received_at, received_at + self.target.duration
        starts_at = next_opening(received_at, self.hours)
        return starts_at, add_working(starts_at, self.target.duration, self.counts_in)


def _count(target: Target, clock: Clock, past_closing: bool, hours: Hours) -> _Count:
    words = f"{target} {_WORDS[clock, past_closing]}"
    if target.unit == "wd":
        words = f"{target}: closing time on the last, counted from the day after the date of receipt."
    if target.unit == "d":
        words = f"{target}: the same time of day by London's clock, counted from the date of receipt."
    if clock == "elapsed":
        return _Count(target, hours, None, None if past_closing else hours, words)
    runs_on = past_closing and target.unit != "wd"
    return _Count(target, hours, RoundTheClock(hours) if runs_on else hours, None, words)


def _other_count(target: Target, clock: Clock, hours: Hours) -> _Count:
    """The reading not chosen: real time for working time, calendar days for working days, and the reverse."""
    if target.own_clock is not None:
        target = replace(target, unit="d" if target.unit == "wd" else "wd")
    if clock == "working":
        return _count(target, "elapsed", True, hours)
    return _count(target, "working", False, hours)


def _settled(runs_out_at: datetime, waits_for: Hours | None) -> datetime:
    return add_working(runs_out_at, timedelta(), waits_for) if waits_for else runs_out_at


def _days_later(received_at: datetime, count: int) -> datetime:
    return (in_london(received_at) + timedelta(days=count)).astimezone(UTC)


def _merged(pauses: Sequence[Pause], starts_at: datetime, now: datetime) -> list[Span]:
    """Pauses as spans in order, joined where they overlap, within the running of the clock so far."""
    spans: list[Span] = []
    for pause in sorted(pauses, key=lambda pause: in_utc(pause.from_at)):
        start = max(in_utc(pause.from_at), starts_at)
        end = min(in_utc(pause.until_at or now), now)
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        elif start < end:
            spans.append((start, end))
    return spans


_WORDS: dict[tuple[Clock, bool], str] = {
    ("elapsed", True): "of real time from receipt, whether or not the hub is open.",
    ("elapsed", False): "of real time from receipt; if the hub is shut then, when it next opens.",
    ("working", True): "from receipt, or from the next opening if received while shut; "
    "nights count and days when the hub does not open do not.",
    ("working", False): "of opening time from receipt, or from the next opening if received while shut.",
}
