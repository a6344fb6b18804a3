"""What referrers were and are to be told."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from mash.access import HubStaff
from mash.web import HubDep, Page

from notifications.api.answers import NotificationDetail, NotificationRow, detail_answer, row_answer
from notifications.usecases.answering import look_at_contact, look_at_notification, retry

router = APIRouter(prefix="/v1/notifications", tags=["notifications"])


@router.get("")
async def list_contacts_notifications(
    contact_id: Annotated[UUID, Query()], caller: HubStaff, hub: HubDep
) -> Page[NotificationRow]:
    """List what one contact's referrer was or is to be told, oldest first."""
    async with hub.transaction(caller) as tx:
        found = await look_at_contact(tx, caller, contact_id)
    return Page(items=[row_answer(one, tx.now) for one in found])


@router.get("/{notification_id}")
async def get_one(notification_id: UUID, caller: HubStaff, hub: HubDep) -> NotificationDetail:
    """Give one notification with its words and every try. The words are absent until the first try."""
    async with hub.transaction(caller) as tx:
        whole = await look_at_notification(tx, caller, notification_id)
    return detail_answer(whole, tx.now)


@router.post("/{notification_id}/retry", status_code=202)
async def post_retry(notification_id: UUID, caller: HubStaff, hub: HubDep) -> NotificationDetail:
    """Try again what failed, or what could not be written until the contact was corrected."""
    async with hub.transaction(caller) as tx:
        whole = await retry(tx, caller, notification_id)
    return detail_answer(whole, tx.now)
