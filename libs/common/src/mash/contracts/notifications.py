"""Events of the notifications service."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from mash.contracts.base import ContactEvent, Event

Purpose = Literal[
    "acknowledgement",
    "feedback",
    "written_form_chase",
    "alert",
    "disagreement_stage",
    "disagreement_answered",
]

_NOTIFICATION = {
    "partnership": "havering",
    "contact_id": "01980000-0000-7000-8000-000000000001",
    "notification_id": "01980000-0000-7000-8000-000000000005",
    "purpose": "feedback",
}


class _NotificationEvent(ContactEvent):
    producer = "notifications"

    notification_id: UUID
    purpose: Purpose


class NotificationQueued(_NotificationEvent):
    """Somebody is to be told. The clock began at ``since_at``: receipt, or the decision that is fed back.

    The notifications service publishes it as it plans a message, so that one never sent is counted too,
    and :class:`NotificationDropped` where nobody is to be told of it after all.
    """

    noun, verb = "notification", "queued"
    example = {
        **_NOTIFICATION,
        "since_at": "2026-03-03T16:00:00Z",
        "due_at": "2026-03-05T16:00:00Z",
    }

    since_at: AwareDatetime
    due_at: AwareDatetime


class NotificationSent(_NotificationEvent):
    """A message was handed to the mail server, or a person recorded that they told the referrer."""

    noun, verb = "notification", "sent"
    example = {
        **_NOTIFICATION,
        "due_at": "2026-03-05T16:00:00Z",
        "sent_at": "2026-03-03T16:00:05Z",
        "in_time": True,
    }

    due_at: AwareDatetime
    sent_at: AwareDatetime
    in_time: bool


class NotificationFailed(_NotificationEvent):
    """A message could not be delivered, and is now a task for a person."""

    noun, verb = "notification", "failed"
    example = {**_NOTIFICATION, "failed_at": "2026-03-03T16:00:05Z"}

    failed_at: AwareDatetime


class NotificationDropped(_NotificationEvent):
    """What somebody was to be told is told to nobody any more: it no longer stands, or may not be written."""

    noun, verb = "notification", "dropped"
    example = {**_NOTIFICATION, "dropped_at": "2026-03-03T17:00:00Z"}

    dropped_at: AwareDatetime


EVENTS: tuple[type[Event], ...] = (
    NotificationQueued,
    NotificationSent,
    NotificationFailed,
    NotificationDropped,
)
