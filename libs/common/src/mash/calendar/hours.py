"""When a hub is open, and sums in its opening hours.

A hub is open from its opening time up to, but not at, its closing time, by London's clock, and on England's
bank holidays only if its hours say so. Each span of a day is turned into UTC before anything is added up,
so that sums are right on the days when the clocks change.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Protocol

from mash.calendar.london import LONDON, in_london, in_utc
from mash.errors import Invalid

Span = tuple[datetime, datetime]


class Hours(Protocol):
    """What the calendar asks of opening hours; a partnership's own are `mash.partnerships.OpeningHours`."""

    @property
    def closed_on_bank_holidays(self) -> bool: ...

    def spells(self, weekday: int) -> Sequence[tuple[time, time]]:
        """The (opens, closes) times of a weekday, Monday being 0, in order."""


@dataclass(frozen=True)
class RoundTheClock:
    """The whole of every day on which a hub opens, for rules that run on after closing."""

    hours: Hours

    @property
    def closed_on_bank_holidays(self) -> bool:
        return self.hours.closed_on_bank_holidays

    def spells(self, weekday: int) -> Sequence[tuple[time, time]]:
        return [(time(), time())] if self.hours.spells(weekday) else []


class CalendarEnds(Invalid):
    """The sum runs into years for which England's bank holidays are not known."""


class NeverOpen(Invalid):
    """Opening hours were asked for where there are none at all."""


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """England's bank holidays in a year, substitute days included.

    The package is read on first use because importing it takes half a second.
    """
    import holidays

    england = holidays.country_holidays("GB", subdiv="ENG", years=year, expand=False)
    if not england.start_year <= year <= england.end_year:
        raise CalendarEnds(
            f"England's bank holidays are known from {england.start_year} to {england.end_year} only."
        )
    return frozenset(england)


def is_working_day(on: date, hours: Hours) -> bool:
    """Whether the hub opens at all on a date."""
    if not hours.spells(on.weekday()):
        return False
    return not (hours.closed_on_bank_holidays and on in bank_holidays(on.year))


def is_open(at: datetime, hours: Hours) -> bool:
    """Whether the hub is open at a moment; at closing time it is not."""
    return any(opens <= in_utc(at) < closes for opens, closes in spans(in_london(at).date(), hours))


def next_opening(at: datetime, hours: Hours) -> datetime:
    """The first moment from ``at`` on when the hub is open: ``at`` itself if it is open then."""
    start = in_utc(at)
    return next(max(opens, start) for opens, closes in _spans_from(start, hours) if start < closes)


def closing_time(on: date, working_days: int, hours: Hours) -> datetime:
    """Closing time on the last of so many working days that follow a date."""
    _refuse_never_open(hours)
    while working_days:
        on += timedelta(days=1)
        working_days -= is_working_day(on, hours)
    return spans(on, hours)[-1][1]


def elapsed(from_at: datetime, to_at: datetime) -> timedelta:
    """Real time between two moments, whatever zones they are written in."""
    return in_utc(to_at) - in_utc(from_at)


def working_between(start: datetime, end: datetime, hours: Hours) -> timedelta:
    """Opening hours between two moments; nought where the end is not after the start."""
    start, end = in_utc(start), in_utc(end)
    total = timedelta()
    if end <= start:
        return total
    for opens, closes in _spans_from(start, hours):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta())
    return total


def add_working(start: datetime, worked: timedelta, hours: Hours) -> datetime:
    """The moment by which so much opening time has passed since ``start``.

    Time used up exactly at closing ends at closing, not at the next opening. Adding no time gives ``start``
    itself while the hub is open or just closing, and else the next opening.
    """
    start = in_utc(start)
    for opens, closes in _spans_from(start, hours):
        begin = max(opens, start)
        if worked <= closes - begin:
            return begin + worked
        worked -= closes - begin
    raise AssertionError("opening hours do not end")


def spans(on: date, hours: Hours) -> list[Span]:
    """The hours of one London date in UTC, in order; none when the hub does not open."""
    if not is_working_day(on, hours):
        return []
    return [(_utc(on, opens), _utc(on, closes, closing=True)) for opens, closes in hours.spells(on.weekday())]


def _spans_from(start: datetime, hours: Hours) -> Iterator[Span]:
    """Spans that end at or after a moment, in order, without end."""
    _refuse_never_open(hours)
    on = in_london(start).date()
    while True:
        yield from (span for span in spans(on, hours) if span[1] >= start)
        on += timedelta(days=1)


def _refuse_never_open(hours: Hours) -> None:
    if not any(hours.spells(weekday) for weekday in range(7)):
        raise NeverOpen("This partnership has no opening hours, so nothing can be counted in working time.")


def _utc(on: date, at: time, *, closing: bool = False) -> datetime:
    """A London wall time in UTC. Closing at 00:00 is the midnight that ends the day."""
    if closing and at == time():
        on += timedelta(days=1)
    return datetime.combine(on, at, LONDON).astimezone(UTC)
