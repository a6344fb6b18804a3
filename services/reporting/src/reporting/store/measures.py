"""What is measured: in which month each thing counts, by when it was due, and when it was done.

What is still open counts as well, and so does silence: a request that was closed after it was due, without
an answer, was late and never came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import sqlalchemy as sa

from reporting.store.tables import (
    case_grade,
    contact,
    disagreement_stage,
    enquiry,
    meeting_rating,
    notification,
    request,
)

Column = sa.ColumnElement[Any]
Where = sa.ColumnElement[bool]


class Lasting(Protocol):
    """Anything with a beginning and an end: a month, or months on end."""

    @property
    def starts_at(self) -> datetime: ...

    @property
    def ends_at(self) -> datetime: ...


@dataclass(frozen=True)
class Measure:
    """One kind of thing. ``done`` is null while it is open; ``began`` says in which month it counts.

    ``used`` holds where what came late was still there in time for the decision, if that is asked at all.
    """

    table: sa.Table
    began: Column
    started: Column
    due: Column
    done: Column
    counted: tuple[Where, ...] = ()
    used: Where | None = None

    def within(self, partnership: str, span: Lasting) -> Where:
        """Return the condition for a partnership's in a month, or in months on end."""
        mine = self.table.c.partnership == partnership
        return sa.and_(mine, self.began >= span.starts_at, self.began < span.ends_at, *self.counted)


_asked, _told, _stage = request.c, notification.c, disagreement_stage.c

CONTACTS = Measure(
    contact, contact.c.received_at, contact.c.received_at, contact.c.due_at, contact.c.decided_at
)
# Withdrawn ones are counted with the rest; nobody was late with them.
ENQUIRIES = Measure(enquiry, enquiry.c.opened_at, enquiry.c.opened_at, enquiry.c.due_at, enquiry.c.decided_at)
STANDING_ENQUIRIES = Measure(
    enquiry,
    enquiry.c.opened_at,
    enquiry.c.opened_at,
    enquiry.c.due_at,
    enquiry.c.decided_at,
    (enquiry.c.withdrawn_at.is_(None),),
)
# One that was cancelled before it was due, unanswered, was asked of nobody in the end.
ANSWERS = Measure(
    request,
    _asked.requested_at,
    _asked.requested_at,
    _asked.due_at,
    sa.func.coalesce(_asked.returned_at, _asked.closed_at),
    (sa.or_(_asked.returned_at.is_not(None), _asked.closed_at.is_(None), _asked.closed_at > _asked.due_at),),
    sa.and_(
        _asked.returned_at > _asked.due_at,
        sa.or_(_asked.closed_at.is_(None), _asked.returned_at <= _asked.closed_at),
    ),
)
# What was taken back before it was told was never owed.
FEEDBACK = Measure(
    notification,
    _told.due_at,
    _told.since_at,
    _told.due_at,
    _told.sent_at,
    (_told.purpose == "feedback", _told.dropped_at.is_(None)),
)
# What was taken back, or sent up before it was due, was never late.
DISAGREEMENTS = Measure(
    disagreement_stage,
    _stage.began_at,
    _stage.began_at,
    _stage.due_at,
    sa.func.coalesce(_stage.answered_at, _stage.left_at),
    (sa.or_(_stage.left_at.is_(None), _stage.left_because == "unanswered"),),
)
# A meeting rates a case there and then, and an audit grades it: nothing is ever late.
MEETINGS = Measure(
    meeting_rating,
    meeting_rating.c.rated_at,
    meeting_rating.c.rated_at,
    meeting_rating.c.rated_at,
    meeting_rating.c.rated_at,
)
AUDITS = Measure(
    case_grade,
    case_grade.c.audited_at,
    case_grade.c.audited_at,
    case_grade.c.audited_at,
    case_grade.c.audited_at,
)
