"""A message that the mail server had taken, and that came back."""

from __future__ import annotations

from uuid import UUID

from mash.access import Caller
from mash.hub import Transaction

from notifications.mail.bounces import read_bounce
from notifications.store.notifications import UnknownNotification, add_attempt, get_notification, save
from notifications.usecases.announcing import tell_failed
from notifications.usecases.delivering import raise_not_delivered

BOUNCED = "came_back"


async def take_bounce(tx: Transaction, caller: Caller, raw: bytes, domain: str) -> bool:
    """Have a person tell the referrer another way; False where nothing that was sent has come back.

    A report of a message that has been told otherwise since, or that came back before, changes nothing.
    """
    id = read_bounce(raw, domain)
    return id is not None and await _came_back(tx, caller, id)


async def _came_back(tx: Transaction, caller: Caller, id: UUID) -> bool:
    try:
        notification = await get_notification(tx, caller, id, lock=True)
    except UnknownNotification:
        return False
    if notification.state == "sent":
        await save(tx, notification, state="failed", reason=BOUNCED, sent_at=None)
        await add_attempt(tx, notification, "bounced", None)
        await raise_not_delivered(tx, notification)
        tell_failed(tx, notification)
        tx.audit(
            action="notification.bounced",
            case=notification.contact_id,
            caller=caller,
            detail={"notification_id": str(id)},
        )
    return True
