"""A notification: one thing that a referrer is to be told, and what has become of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

Purpose = Literal[
    "acknowledgement", "feedback", "written_form_chase", "disagreement_stage", "disagreement_answered"
]
State = Literal["waiting", "sent", "failed", "not_written", "told_by_person", "superseded"]
DecisionKind = Literal["pathways", "outcomes"]

FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
PATIENCE = timedelta(hours=24)
TOLD = frozenset({"sent", "told_by_person"})


@dataclass(frozen=True)
class Notification:
    """``about_at`` is when the contact was received, or when what is told was decided.

    ``stage`` is the one that a disagreement has come to, where that is what is told.

    ``services`` are those of the directory that the family is signposted to. ``cause`` tells one notification
    of a contact from another of the same purpose. ``reason`` says why it was not written, or why it failed.
    ``queued_at`` is when the hub was told that it is owed, and null once that is taken back. ``subject`` and
    ``text`` are what was sent, or would have been.
    """

    id: UUID
    partnership: str
    contact_id: UUID
    purpose: Purpose
    cause: str
    decision_kind: DecisionKind | None
    decision: str | None
    services: Sequence[str]
    about_at: datetime
    due_at: datetime
    created_at: datetime
    state: State
    reason: str | None
    trying_since: datetime
    tries: int
    queued_at: datetime | None
    sent_at: datetime | None
    told_how: str | None
    subject: str | None
    text: str | None
    stage: str | None = None

    def in_time(self, now: datetime) -> bool | None:
        """Whether the referrer was told in time; None while that is open, or where nobody is to be told."""
        if self.sent_at is not None:
            return self.sent_at <= self.due_at
        if self.state in ("superseded", "not_written") or now <= self.due_at:
            return None
        return False


@dataclass(frozen=True)
class Attempt:
    """One try: what came of it, and the code that the relay gave."""

    at: datetime
    result: str
    code: int | None


@dataclass(frozen=True)
class Whole:
    """A notification with every try at sending it."""

    notification: Notification
    attempts: Sequence[Attempt]


def next_try(tries: int, trying_since: datetime, now: datetime) -> datetime | None:
    """When to try again after so many tries; None where it is time to give up.

    The pauses grow from half a minute to an hour, so that a relay which is away for a night loses nothing.
    """
    pause = min(FIRST_PAUSE * 2 ** min(tries - 1, 10), LONGEST_PAUSE)
    return now + pause if now + pause <= trying_since + PATIENCE else None
