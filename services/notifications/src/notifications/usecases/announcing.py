"""What the hub is told of a message: that it is owed, and what has become of it."""

from __future__ import annotations

from typing import TypedDict
from uuid import UUID

from mash.contracts.notifications import (
    NotificationDropped,
    NotificationFailed,
    NotificationQueued,
    NotificationSent,
)
from mash.hub import Transaction

from notifications.domain.notification import Notification, Purpose


class _About(TypedDict):
    partnership: str
    contact_id: UUID
    notification_id: UUID
    purpose: Purpose


def tell_queued(tx: Transaction, notification: Notification) -> None:
    """Tell the hub that somebody is to be told, now that it is known that they may be."""
    since_at, due_at = notification.about_at, notification.due_at
    tx.emit(NotificationQueued(**_about(notification), since_at=since_at, due_at=due_at))


def tell_sent(tx: Transaction, notification: Notification) -> None:
    """Tell the hub that the referrer knows, as of now."""
    tx.emit(
        NotificationSent(
            **_about(notification),
            due_at=notification.due_at,
            sent_at=tx.now,
            in_time=tx.now <= notification.due_at,
        )
    )


def tell_failed(tx: Transaction, notification: Notification) -> None:
    """Tell the hub that the message did not reach the referrer."""
    tx.emit(NotificationFailed(**_about(notification), failed_at=tx.now))


def tell_dropped(tx: Transaction, notification: Notification) -> None:
    """Tell the hub that nobody is to be told after all."""
    tx.emit(NotificationDropped(**_about(notification), dropped_at=tx.now))


def _about(notification: Notification) -> _About:
    return {
        "partnership": notification.partnership,
        "contact_id": notification.contact_id,
        "notification_id": notification.id,
        "purpose": notification.purpose,
    }
