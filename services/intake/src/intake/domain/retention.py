"""How long a contact is kept: by how it ended, the partnership's periods, and the children's ages.

The time that a case is kept ends with a whole day. Where it counts from a birth, it ends with the year, so
that the day kept in the store is nobody's birthday.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from mash.calendar import LONDON, in_london
from mash.partnerships import Partnership
from mash.partnerships.retention import MESSAGE, RESTRICTED, KeptFor

from intake.domain.dates import read_date

NIGHT = time(3)


@dataclass(frozen=True)
class Kept:
    """By which rule something is kept, and the last day of its time."""

    rule: str
    until: date


def kept(
    partnership: Partnership,
    decision: str,
    closed_at: datetime,
    births: Iterable[date | None],
    *,
    restricted: bool,
) -> Kept:
    """Return how long a contact is kept; of two rules that apply, the one that asks for longer."""
    names = [_rule_for(partnership, decision), *([RESTRICTED] if restricted else [])]
    closed_on, known = in_london(closed_at).date(), list(births)
    found = [Kept(name, _until(partnership.kept_for[name], closed_on, known)) for name in names]
    return max(found, key=lambda one: one.until)


def _rule_for(partnership: Partnership, decision: str) -> str:
    return next(name for name, rule in partnership.kept_for.items() if decision in rule.decisions)


def _until(rule: KeptFor, closed_on: date, births: list[date | None]) -> date:
    youngest = None if None in births else max((one for one in births if one), default=None)
    if rule.counts_from == "birth" and youngest is not None:
        return max(date(youngest.year + rule.years, 12, 31), closed_on)
    return years_after(closed_on, rule.years)


def years_after(day: date, years: int) -> date:
    """Return the same day so many years later; the 28th for a 29th of February that there is not."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def births(document: Mapping[str, Any]) -> list[date | None]:
    """Return the children's dates of birth, with none for a child whose is not known."""
    return [read_date(child.get("dob")) for child in document.get("children", ())]


def message_kept_until(partnership: Partnership, received_at: datetime) -> date:
    """Return the last day of a message that became no contact."""
    return years_after(in_london(received_at).date(), partnership.kept_for[MESSAGE].years)


def counted_by(partnership: Partnership) -> bytes:
    """Return a digest of the partnership's periods, by which a count that is out of date is known."""
    periods = sorted((name, rule.model_dump_json()) for name, rule in partnership.kept_for.items())
    return hashlib.sha256(repr(periods).encode()).digest()


def next_night(now: datetime) -> datetime:
    """Return the next three o'clock in the morning in London, which there is on every day of the year."""
    today = in_london(now).date()
    nights = (datetime.combine(today + timedelta(days=ahead), NIGHT, LONDON) for ahead in (0, 1))
    return next(at for at in (night.astimezone(UTC) for night in nights) if at > now)
