"""Which requests of the queue somebody asks for, how many there are of each kind, and whom they are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mash.contracts.boundary import Person

Which = Literal["waiting", "late", "answered", "closed", "all"]
Taken = Literal["yes", "no", "me"]

# Of what waits the next to be late comes first; of what is over the last to be due.
NEWEST_FIRST: frozenset[Which] = frozenset({"answered", "closed"})


@dataclass(frozen=True)
class Filters:
    """Which requests are wanted."""

    which: Which = "waiting"
    rating: str | None = None
    taken: Taken | None = None
    partnership: str | None = None


@dataclass(frozen=True)
class Counts:
    """Of what waits for the agency: how much, and how much of it is of each kind.

    ``due_soon`` has a quarter of its time left or less, and is not late.
    """

    waiting: int
    late: int
    due_soon: int
    red: int
    amber: int
    green: int
    mine: int
    not_taken: int


def full_name(person: Person) -> str | None:
    """Given and family name, as far as they are known."""
    return " ".join(part for part in (person.given, person.family) if part) or None


def age_years(born_on: date, today: date) -> int:
    """Whole years on a day."""
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def called(person: Person, today: date) -> str:
    """``Robin Testcase, 9``, ``unborn child``, ``name not known, 3``."""
    if person.edd and not person.dob:
        return "unborn child"
    name = full_name(person) or "name not known"
    return f"{name}, {age_years(person.dob, today)}" if person.dob else name


def title(people: Sequence[Person], today: date) -> str:
    """Whom a request is about: the first child, or else the first person, and how many more."""
    first = next((one for one in people if one.role == "child"), people[0] if people else None)
    if first is None:
        return "Nobody named"
    more = len(people) - 1
    return called(first, today) + (f" and {more} more" if more else "")
