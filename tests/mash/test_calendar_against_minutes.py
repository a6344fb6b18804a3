"""The calendar against the slow and obvious way: a clock that ticks minute by minute.

The reference here shares nothing with the calendar but the opening hours and the time zone.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest
from factories.calendar import (
    EARLY_FRIDAY,
    EVERY_NIGHT,
    LUNCH_GAP,
    OFFICE,
    SATURDAYS,
    create_hours,
    create_rule,
)
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mash.calendar import Pause, due, is_open, next_opening, remaining, with_pauses, working_between
from mash.partnerships.clocks import WEEKDAYS, OpeningHours

MINUTE = timedelta(minutes=1)
LONDON = ZoneInfo("Europe/London")
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2030, 11, 30, tzinfo=UTC)
SHAPES = [
    *(create_hours(days) for days in (OFFICE, EARLY_FRIDAY, LUNCH_GAP, SATURDAYS, EVERY_NIGHT)),
    create_hours(EVERY_NIGHT, closed_on_bank_holidays=False),
]
CHANGES = [
    datetime(year, month, day, tzinfo=UTC)
    for year, month, day in [
        *((2024, 3, 30), (2024, 10, 26), (2025, 3, 29), (2025, 10, 25), (2026, 3, 28), (2026, 10, 24)),
        *((2027, 3, 27), (2027, 10, 30), (2028, 3, 25), (2028, 10, 28), (2029, 3, 24), (2029, 10, 27)),
        *((2030, 3, 30), (2030, 10, 26)),
    ]
]

any_minute = st.integers(0, (LAST - FIRST) // MINUTE).map(lambda minutes: FIRST + minutes * MINUTE)
near_a_change = st.builds(
    lambda day, minutes: day + minutes * MINUTE, st.sampled_from(CHANGES), st.integers(-600, 3000)
)
moments = any_minute | near_a_change
shapes = st.sampled_from(SHAPES)


@cache
def england(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year, expand=False))


def opens_on(on: date, hours: OpeningHours) -> bool:
    shut = hours.closed_on_bank_holidays and on in england(on.year)
    return WEEKDAYS[on.weekday()] in hours.days and not shut


def open_by_the_wall_clock(at: datetime, hours: OpeningHours) -> bool:
    wall = at.astimezone(LONDON)
    if not opens_on(wall.date(), hours):
        return False
    spells = hours.days[WEEKDAYS[wall.weekday()]]
    return any(
        time.fromisoformat(opens) <= wall.time() < time.fromisoformat(shuts) for opens, shuts in spells
    )


def ticks(at: datetime) -> Iterator[datetime]:
    while True:
        yield at
        at += MINUTE


def first_open(at: datetime, hours: OpeningHours) -> datetime:
    return next(tick for tick in ticks(at) if open_by_the_wall_clock(tick, hours))


def count_off(start: datetime, minutes: int, counts: "Counts") -> datetime:
    at = start
    while minutes:
        minutes -= counts(at)
        at += MINUTE
    return at


class Counts:
    """Whether a minute counts: by the clock, and outside pauses."""

    def __init__(
        self, clock: str, past: bool, hours: OpeningHours, pauses: list[tuple[datetime, datetime]]
    ) -> None:
        self.clock, self.past, self.hours, self.pauses = clock, past, hours, pauses

    def __call__(self, at: datetime) -> bool:
        if any(start <= at < end for start, end in self.pauses):
            return False
        if self.clock == "elapsed":
            return True
        if self.past:
            return opens_on(at.astimezone(LONDON).date(), self.hours)
        return open_by_the_wall_clock(at, self.hours)


def due_by_ticking(
    received: datetime,
    minutes: int,
    clock: str,
    past: bool,
    hours: OpeningHours,
    pauses: list[tuple[datetime, datetime]],
) -> datetime:
    start = first_open(received, hours) if clock == "working" else received
    at = count_off(start, minutes, Counts(clock, past, hours, pauses))
    if clock == "elapsed" and not past and not open_by_the_wall_clock(at - MINUTE, hours):
        counts = Counts("working", False, hours, [])
        return next(tick for tick in ticks(at) if counts(tick) and not runs_through(tick, pauses))
    return at


def runs_through(at: datetime, pauses: list[tuple[datetime, datetime]]) -> bool:
    """Whether the clock stood still both in the minute before and in this one."""
    return all(any(start <= tick < end for start, end in pauses) for tick in (at - MINUTE, at))


def last_open_minute_after(received: datetime, working_days: int, hours: OpeningHours) -> datetime:
    seen: list[date] = []
    last = received
    for tick in ticks(received):
        on = tick.astimezone(LONDON).date()
        if open_by_the_wall_clock(tick, hours) and on > received.astimezone(LONDON).date():
            if on not in seen:
                seen.append(on)
            if len(seen) > working_days:
                return last + MINUTE
            last = tick
    raise AssertionError("the clock does not stop")


@pytest.mark.requirement("ENQ-02")
@given(
    received=moments,
    target=st.sampled_from([1, 4, 24, 72]),
    clock=st.sampled_from(["elapsed", "working"]),
    past=st.booleans(),
    hours=shapes,
)
@example(datetime(2026, 3, 3, 13, 1, tzinfo=UTC), 4, "working", False, SHAPES[0])
@example(datetime(2026, 12, 24, 16, 59, tzinfo=UTC), 72, "working", False, SHAPES[1])
@settings(max_examples=400, deadline=None)
def test_hours_agree_with_a_ticking_clock(
    received: datetime, target: int, clock: str, past: bool, hours: OpeningHours
) -> None:
    rule = create_rule(f"{target}h", clock, runs_past_closing=past)
    expected = due_by_ticking(received, target * 60, clock, past, hours, [])
    assert due(received, rule, hours).due_at == expected


@pytest.mark.requirement("ENQ-02")
@given(received=moments, working_days=st.integers(1, 6), hours=shapes)
@settings(max_examples=150, deadline=None)
def test_working_days_agree_with_a_ticking_clock(
    received: datetime, working_days: int, hours: OpeningHours
) -> None:
    found = due(received, create_rule(f"{working_days}wd", "working"), hours)
    assert found.due_at == last_open_minute_after(received, working_days, hours)


@pytest.mark.requirement("INT-08")
@given(at=moments, hours=shapes)
@settings(max_examples=400, deadline=None)
def test_opening_agrees_with_a_ticking_clock(at: datetime, hours: OpeningHours) -> None:
    assert is_open(at, hours) == open_by_the_wall_clock(at, hours)
    assert next_opening(at, hours) == first_open(at, hours)


@pytest.mark.requirement("SCR-14")
@given(
    received=moments,
    clock=st.sampled_from(["elapsed", "working"]),
    past=st.booleans(),
    hours=shapes,
    gaps=st.lists(st.tuples(st.integers(-300, 2000), st.integers(0, 900)), max_size=3),
)
@example(datetime(2026, 3, 1, 19, 0, tzinfo=UTC), "elapsed", False, SHAPES[0], [(510, 600)])
@settings(max_examples=400, deadline=None)
def test_pauses_agree_with_a_ticking_clock(
    received: datetime, clock: str, past: bool, hours: OpeningHours, gaps: list[tuple[int, int]]
) -> None:
    spans = [(received + start * MINUTE, received + (start + length) * MINUTE) for start, length in gaps]
    pauses = [Pause(start, end, "Waiting for the referrer") for start, end in spans]
    found = due(received, create_rule("8h", clock, runs_past_closing=past), hours)
    moved = with_pauses(found, pauses, received + timedelta(days=30))
    assert moved.due_at == due_by_ticking(received, 8 * 60, clock, past, hours, spans)


@pytest.mark.requirement("SCR-14")
@given(
    received=moments,
    later=st.integers(0, 6000),
    clock=st.sampled_from(["elapsed", "working"]),
    past=st.booleans(),
    hours=shapes,
)
@settings(max_examples=300, deadline=None)
def test_the_time_left_agrees_with_a_ticking_clock(
    received: datetime, later: int, clock: str, past: bool, hours: OpeningHours
) -> None:
    now = received + later * MINUTE
    found = due(received, create_rule("24h", clock, runs_past_closing=past), hours)
    counts = Counts(clock, past, hours, [])
    start = max(now, found.starts_at)
    ticked = sum(counts(start + n * MINUTE) for n in range(max(found.due_at - start, timedelta()) // MINUTE))
    assert remaining(now, found).left == ticked * MINUTE
    assert remaining(now, found).elapsed == later * MINUTE


@given(start=moments, minutes=st.integers(0, 20_000), hours=shapes)
@settings(max_examples=150, deadline=None)
def test_working_time_agrees_with_a_ticking_clock(start: datetime, minutes: int, hours: OpeningHours) -> None:
    ticked = sum(open_by_the_wall_clock(start + n * MINUTE, hours) for n in range(minutes))
    assert working_between(start, start + minutes * MINUTE, hours) == ticked * MINUTE
    assert working_between(start + minutes * MINUTE, start, hours) == timedelta()


@given(
    received=moments, seconds=st.integers(0, 59), clock=st.sampled_from(["elapsed", "working"]), hours=shapes
)
@settings(max_examples=300, deadline=None)
def test_a_later_receipt_is_never_due_earlier(
    received: datetime, seconds: int, clock: str, hours: OpeningHours
) -> None:
    rule = create_rule("4h", clock)
    later = due(received + timedelta(seconds=seconds), rule, hours)
    assert due(received, rule, hours).due_at <= later.due_at
