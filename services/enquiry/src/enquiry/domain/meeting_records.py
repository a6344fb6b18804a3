"""What is kept of a meeting: the meeting itself, the cases on its agenda, and who is to do what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from enquiry.domain.meeting import ItemState, MeetingState


@dataclass(frozen=True)
class Meeting:
    """A partnership's meeting of one day. ``opened_at`` is when its agenda was closed.

    ``content`` are words: who attended, and what was done well or learnt in general.
    """

    id: UUID
    partnership: str
    held_on: date
    agenda_closes_at: datetime
    starts_at: datetime
    state: MeetingState
    opened_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None
    version: int
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Item:
    """A contact on the agenda of a meeting.

    ``applied`` is whether the rating after is that of an open enquiry; else it is the meeting's view, which a
    manager takes up in screening.
    """

    id: UUID
    meeting_id: UUID
    partnership: str
    contact_id: UUID
    reference: str
    because: tuple[str, ...]
    added_at: datetime
    added_by: str | None
    state: ItemState
    rating_before: str | None
    rating_after: str | None = None
    rated_at: datetime | None = None
    rated_by: str | None = None
    applied: bool = False
    version: int = 1
    content: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Action:
    """What an agency is to do by a date. ``content`` holds ``what``, and ``done``: what came of it."""

    id: UUID
    meeting_id: UUID
    agenda_item_id: UUID | None
    partnership: str
    contact_id: UUID | None
    sealed_under: UUID
    agency: str
    due_on: date
    made_at: datetime
    made_by: str
    done_at: datetime | None = None
    done_by: str | None = None
    version: int = 1
    content: Mapping[str, Any] = field(default_factory=dict)

    def is_overdue(self, today: date) -> bool:
        """Whether its day has passed, and nobody has said that it is done."""
        return self.done_at is None and self.due_on < today
