"""London's clock: what a time on the wall means, and how a time is said to people.

Python adds and compares two times of one zone by the face of the clock, so that four hours over the last
Sunday in March come out as three. All sums are therefore done in UTC: ``in_utc`` first.
"""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from mash.errors import Invalid

LONDON = ZoneInfo("Europe/London")


class TimeNotUnderstood(Invalid):
    """What was given is not a date with a time of day."""


def in_utc(at: datetime) -> datetime:
    """The same moment in UTC. Refuses a time without an offset: it could be any of several moments."""
    if at.utcoffset() is None:
        raise ValueError("a time needs its offset from UTC")
    return at.astimezone(UTC)


def in_london(at: datetime) -> datetime:
    """The same moment as a clock in London shows it."""
    return in_utc(at).astimezone(LONDON)


def spoken(at: datetime) -> str:
    """A moment as people say it: ``Tuesday 3 March 2026 at 17:01``, with GMT or BST."""
    local = in_london(at)
    clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
    return f"{local:%A} {local.day} {local:%B %Y} at {clock} {local.tzname()}"


def read_time(text: str, field: str = "received_at") -> tuple[datetime, list[str]]:
    """Read an ISO 8601 time, London's unless it has an offset; gives it in UTC, with notes for the reader.

    When the clocks go forward an hour is missing: a time in it is read by the clock that was not yet put
    forward. When they go back an hour comes twice: the first of the two is taken. A note says so each time.
    """
    try:
        at = datetime.fromisoformat(text.strip())
    except ValueError:
        at = None
    if at is None or not {":", "T"} & set(text.upper()):
        raise TimeNotUnderstood(
            "must be a date with a time of day, such as 2026-03-03T13:01 (London time) "
            "or 2026-03-03T13:01+00:00.",
            field=field,
        )
    if not 1900 <= at.year <= 2100:
        raise TimeNotUnderstood("must lie within the years 1900 to 2100.", field=field)
    if at.utcoffset() is not None:
        return at.astimezone(UTC), []
    return at.replace(tzinfo=LONDON).astimezone(UTC), _notes(at)


def _notes(wall: datetime) -> list[str]:
    first = wall.replace(tzinfo=LONDON, fold=0)
    second = wall.replace(tzinfo=LONDON, fold=1)
    if first.utcoffset() == second.utcoffset():
        return []
    if in_london(first).replace(tzinfo=None) != wall:
        return [f"{wall:%H:%M} did not exist in London (clocks went forward): read as {spoken(first)}."]
    return [f"{wall:%H:%M} came twice in London (clocks went back): read as the first, {spoken(first)}."]
