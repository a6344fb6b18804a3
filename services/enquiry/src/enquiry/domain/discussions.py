"""A strategy discussion, which may be asked for at any point and runs beside the enquiry."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from mash.contracts.boundary import Conduct, DiscussionOutcome
from mash.errors import Conflict, Invalid

DiscussionState = Literal["asked", "held", "called_off"]


class DiscussionEndedAlready(Conflict):
    """The discussion was held or called off; what it agreed is not altered."""


class AttendantNotClear(Invalid):
    """Somebody who must attend is said to be of an agency that the partnership has not."""


class ConductNotClear(Invalid):
    """A section 47 enquiry is made jointly or by one agency, and nothing else is."""


@dataclass(frozen=True)
class Attendant:
    """Who must attend, or attended: a role, of an agency of the partnership or of somebody else."""

    role: str
    agency: str | None = None


@dataclass(frozen=True)
class Agreed:
    """One thing that was agreed: what is to be done, by whom, and by when."""

    what: str
    who: str
    due_on: date | None = None


@dataclass(frozen=True)
class Result:
    """What came of a discussion."""

    outcome: DiscussionOutcome
    conduct: Conduct | None
    rationale: str
    attended: tuple[Attendant, ...]
    actions: tuple[Agreed, ...]
    held_at: datetime


@dataclass(frozen=True)
class Discussion:
    """A discussion that was asked for. ``reason`` and what follows ``version`` are words."""

    id: UUID
    enquiry_id: UUID
    contact_id: UUID
    partnership: str
    state: DiscussionState
    asked_at: datetime
    asked_by: str
    meets_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    outcome: DiscussionOutcome | None
    conduct: Conduct | None
    version: int
    reason: str
    attend: tuple[Attendant, ...]
    attended: tuple[Attendant, ...] = ()
    actions: tuple[Agreed, ...] = ()
    rationale: str = ""

    @property
    def agencies(self) -> list[str]:
        """The agencies of the partnership that must attend, each once."""
        return sorted({one.agency for one in self.attend if one.agency is not None})


def check_attendants(attend: Sequence[Attendant], agencies: Iterable[str], field: str) -> None:
    """Raise :class:`AttendantNotClear`."""
    known = set(agencies)
    for number, one in enumerate(attend):
        if one.agency is not None and one.agency not in known:
            raise AttendantNotClear(
                "The partnership has no agency of that name.", field=f"{field}.{number}.agency"
            )


def check_time(meets_at: datetime | None, now: datetime) -> None:
    """Raise ``Invalid`` for a discussion that agencies would be told of when it is over."""
    if meets_at is not None and meets_at < now:
        raise Invalid("It meets later than now. Leave the time empty where none is set.", field="meets_at")


def check_result(result: Result, asked: Discussion, now: datetime) -> None:
    """Raise :class:`ConductNotClear`, or ``Invalid`` for a time that cannot be."""
    if (result.outcome == "section_47") != (result.conduct is not None):
        raise ConductNotClear(
            "Say whether the section 47 enquiry is joint or by one agency, and only where there is one.",
            field="conduct",
        )
    if not asked.asked_at <= result.held_at <= now:
        raise Invalid("It was held after it was asked for, and not later than now.", field="held_at")


def require_asked(discussion: Discussion) -> None:
    """Raise :class:`DiscussionEndedAlready`."""
    if discussion.state != "asked":
        raise DiscussionEndedAlready(f"This strategy discussion was {discussion.state.replace('_', ' ')}.")
