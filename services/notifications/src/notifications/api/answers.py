"""What answers hold. None of them holds a name, an address or a telephone number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from mash import partnerships
from mash.web import Page, encode_cursor
from pydantic import AwareDatetime, BaseModel, Field

from notifications.domain.notification import Notification, Whole
from notifications.domain.tasks import ListedTask


class NotificationRow(BaseModel):
    """One thing that a contact's referrer was or is to be told."""

    id: UUID
    partnership: str
    contact_id: UUID
    purpose: str
    decision: str | None
    about_at: AwareDatetime
    due_at: AwareDatetime
    in_time: bool | None
    state: str
    reason: str | None
    tries: int
    sent_at: AwareDatetime | None
    told_how: str | None


class AttemptAnswer(BaseModel):
    """One try at sending. ``code`` is the mail server's, and absent where it gave none."""

    at: AwareDatetime
    result: str
    code: int | None


class NotificationDetail(NotificationRow):
    """The same with its words, as sent or as they are to be told, and every try."""

    subject: str | None
    text: str | None
    attempts: list[AttemptAnswer]


class TaskAnswer(BaseModel):
    """Something that a person has to do, or has done."""

    id: UUID
    partnership: str
    contact_id: UUID
    reference: str | None
    kind: str
    words: str
    role: str
    due_at: AwareDatetime
    late: bool
    raised_at: AwareDatetime
    notification_id: UUID | None
    enquiry_id: UUID | None
    agency: str | None
    stage: str | None
    subject: str | None = Field(description="Whose look was noticed, by their id at the sign-in.")
    owner: str | None
    done_at: AwareDatetime | None
    done_by: str | None
    how: str | None
    note: str | None
    version: int


def row_answer(notification: Notification, now: datetime) -> NotificationRow:
    """A notification in a list."""
    return NotificationRow(**_row(notification, now))


def detail_answer(whole: Whole, now: datetime) -> NotificationDetail:
    """A notification by itself."""
    return NotificationDetail(
        **_row(whole.notification, now),
        subject=whole.notification.subject,
        text=whole.notification.text,
        attempts=[AttemptAnswer(**vars(one)) for one in whole.attempts],
    )


def task_answer(listed: ListedTask, now: datetime) -> TaskAnswer:
    """A task with its contact's reference."""
    task = listed.task
    stages = partnerships.get(task.partnership).escalation
    return TaskAnswer(
        **vars(task),
        words=task.words,
        late=task.is_late(now),
        reference=listed.reference,
        owner=stages[task.stage].owner if task.stage else None,
    )


def tasks_answer(listed: Sequence[ListedTask], limit: int, now: datetime) -> Page[TaskAnswer]:
    """A page of tasks."""
    last = listed[-1].task if len(listed) == limit else None
    return Page(
        items=[task_answer(one, now) for one in listed],
        next=encode_cursor(last.done_at or last.due_at, last.id) if last else None,
    )


def _row(notification: Notification, now: datetime) -> dict[str, Any]:
    names = NotificationRow.model_fields.keys() - {"in_time"}
    return {name: getattr(notification, name) for name in names} | {"in_time": notification.in_time(now)}
