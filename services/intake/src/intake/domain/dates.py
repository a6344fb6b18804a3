"""Which dates a contact can hold, and what they say on the day of receipt."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

EARLIEST_BIRTH = date(1900, 1, 1)
EDD_AHEAD = timedelta(days=300)
EDD_BEHIND = timedelta(days=60)
CHILD_BELOW_YEARS = 18
REPEAT_MONTHS = 6
PEOPLE = ("children", "household", "adults")


@dataclass(frozen=True)
class Fault:
    """A date that cannot be: where it is in the document, and the rule it breaks."""

    field: str
    rule: str


def impossible_dates(document: Mapping[str, Any], today: date) -> Iterator[Fault]:
    """Find the dates that no person can have."""
    for section in PEOPLE:
        for number, person in enumerate(document.get(section, ())):
            yield from _faults(f"{section}.{number}", person, today)


def _faults(where: str, person: Mapping[str, Any], today: date) -> Iterator[Fault]:
    if (born := read_date(person.get("dob"))) is not None:
        if born > today:
            yield Fault(f"{where}.dob", "A date of birth cannot be in the future.")
        elif born < EARLIEST_BIRTH:
            yield Fault(f"{where}.dob", "A date of birth cannot be before 1900.")
    if (expected := read_date(person.get("edd"))) is not None:
        if expected - today > EDD_AHEAD:
            yield Fault(f"{where}.edd", "A baby cannot be due more than 300 days from now.")
        elif today - expected > EDD_BEHIND and born is None:
            yield Fault(f"{where}.edd", "An unborn baby cannot be more than 60 days overdue.")


def read_date(value: str | None) -> date | None:
    """Return a date as a document holds it."""
    return date.fromisoformat(value) if value else None


def is_unborn(child: Mapping[str, Any]) -> bool:
    """Whether the child has an expected date of delivery and has not been born."""
    return bool(child.get("edd")) and not child.get("dob")


def age_years(child: Mapping[str, Any], today: date) -> int | None:
    """Return the child's age in whole years, estimated if need be; an unborn child has none."""
    born = read_date(child.get("dob"))
    if born is None:
        return None if is_unborn(child) else child.get("estimated_age_years")
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def months_before(moment: datetime, months: int) -> datetime:
    """Return the same day so many months earlier, or that month's last day where it has no such day."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    return moment.replace(year=year, month=month + 1, day=min(moment.day, last_day))
