"""What is held about a person, thing by thing: whose words each is, and what may be given of it.

What a person said or is themselves is given unless the data protection officer says otherwise. All else waits
for the officer: it may be about, or from, somebody else.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, Literal

from mash.calendar import is_working_day
from mash.errors import Conflict, Invalid
from mash.partnerships import OpeningHours

from intake.domain.identity import identifiers

Decision = Literal["give", "give_cut", "withhold"]
LONGEST_EXTENSION_MONTHS: Final = 2

# Why something may be kept back, as the person is told.
EXEMPTIONS: Final[Mapping[str, str]] = {
    "serious_harm": "Giving it is likely to cause serious harm to the health of somebody "
    "(Data Protection Act 2018, schedule 3, parts 2 and 3).",
    "child_abuse": "It is about whether a child has been or may be abused, and giving it is not in that "
    "child's interests (Data Protection Act 2018, schedule 3, part 5).",
    "third_party": "It tells of somebody else, or was told by somebody else, who has not agreed and whose "
    "rights weigh more (Data Protection Act 2018, schedule 2, paragraph 16).",
    "crime": "Giving it is likely to harm the prevention or detection of crime "
    "(Data Protection Act 2018, schedule 2, paragraph 2).",
    "legal_privilege": "It is legal advice or was made for a court case "
    "(Data Protection Act 2018, schedule 2, paragraph 19).",
}
_PEOPLE: Final = {"children": "another child", "household": "another person", "adults": "another person"}
_WHOSE: Final = {
    "referrer": "whoever made the contact",
    "concern": "whoever made the contact",
    "history": "whoever made the contact",
    "professionals": "another professional",
    "consent": "the hub's staff",
    "call": "the hub's staff",
}
_FACTS: Final = ("reference", "received_at", "channel", "kind", "child_count", "repeat_count_ever")
THEIRS: Final = "the person who asks"


class ExemptionNotSaid(Invalid):
    """Something is kept back, and under which exemption is not said; or is said of what is given."""


class CutNotSaid(Invalid):
    """Something is given cut, and to what is not said; or is said of what is not cut."""


class ExtendedTooLong(Conflict):
    """An answer may be put off by two months at most, before it is due."""


@dataclass(frozen=True)
class Item:
    """One thing that is held. ``given_unless`` says that it goes unless the officer decides otherwise."""

    service: str
    id: str
    part: str
    whose: str
    content: Any = field(repr=False)
    given_unless: bool = False

    @property
    def name(self) -> str:
        """What it is called within its contact."""
        return f"{self.service}/{self.id}"


def due_on(received_on: date, months: int, hours: OpeningHours) -> date:
    """Return the same day so many months later, or that month's last; on a day off, the next working day."""
    year, month = divmod(received_on.year * 12 + received_on.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    day = date(year, month + 1, min(received_on.day, last))
    while not is_working_day(day, hours):
        day += timedelta(days=1)
    return day


def is_same(person: Mapping[str, Any], who: Mapping[str, Any]) -> bool:
    """Whether two descriptions share an NHS number, or a name and a date of birth."""
    return bool(set(identifiers(person)) & set(identifiers(who)))


def items_of(row: Mapping[str, Any], who: Mapping[str, Any]) -> Iterator[Item]:
    """Yield what a contact itself says, part by part, as it concerns ``who``."""
    document = row["document"]
    facts = {name: row[name] for name in _FACTS}
    yield Item("intake", "contact", "That we were contacted", THEIRS, facts, given_unless=True)
    is_only = len(document.get("children", ())) == 1
    for section, content in document.items():
        for place, (name, one) in enumerate(_parts(section, content), start=1):
            is_person = section in _PEOPLE and isinstance(one, Mapping) and is_same(one, who)
            theirs = is_person or (is_only and (section, name) == ("views", "child"))
            whose = THEIRS if theirs else _PEOPLE.get(section) or _WHOSE.get(section, "somebody else")
            title = f"{section}: {name}" if name else section
            yield Item("intake", f"document.{section}.{name or place}", title, whose, one, theirs)
    if row["reading"]:
        yield Item("intake", "reading", "What was read from a message", "the hub's software", row["reading"])


def _parts(section: str, content: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(content, list):
        yield from (("", one) for one in content)
    elif isinstance(content, Mapping) and section != "referrer":
        yield from content.items()
    else:
        yield "", content


def require_whole(decision: Decision, cut: str | None, exemption: str | None) -> None:
    """Refuse a decision that does not say what it must. Raises ``CutNotSaid``, ``ExemptionNotSaid``."""
    if (decision == "give_cut") is (cut is None):
        raise CutNotSaid("Say what is given in its place, where a part is cut, and only there.", field="cut")
    if (decision == "withhold") is (exemption is None):
        raise ExemptionNotSaid(
            "Say under which exemption it is kept back, where it is, and only there.", field="exemption"
        )
