"""What arrived in the mailbox, for the hub's people: what was set aside, what waits, the raw message."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import ContactOfficer, HubStaff
from mash.web import Cursor, HubDep, Page, decode_cursor

from intake.api.cursors import Limit, next_cursor
from intake.api.files import attachment
from intake.api.forms import ReviewForm
from intake.api.views import EmailReceipt, MessageLine, MessageView
from intake.usecases.review_message import (
    list_messages,
    open_raw,
    set_aside_by_person,
    take_in_by_person,
    view_message,
)

router = APIRouter(prefix="/v1/messages", tags=["messages"])

Status = Literal["arrived", "taken_in", "set_aside"]


@router.get("")
async def get_messages(
    hub: HubDep,
    caller: HubStaff,
    status: Status | None = None,
    reviewed: bool | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[MessageLine]:
    """List messages, the newest first. ``reviewed=false`` gives those that wait for a person."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        rows = await list_messages(tx, caller, status=status, reviewed=reviewed, after=after, limit=limit)
    return Page(items=[MessageLine(**row) for row in rows], next=next_cursor(rows, limit))


@router.get("/{message_id}", response_model=MessageView)
async def get_message(message_id: UUID, hub: HubDep, caller: HubStaff) -> dict[str, Any]:
    """See what was read from a message, and what became of it."""
    async with hub.transaction(caller) as tx:
        return await view_message(tx, caller, message_id)


@router.get("/{message_id}/raw", response_class=Response)
async def get_raw(message_id: UUID, hub: HubDep, caller: HubStaff) -> Response:
    """Download a message as it came."""
    async with hub.transaction(caller) as tx:
        raw = await open_raw(tx, caller, message_id)
    return attachment(raw, "message.eml", "message/rfc822")


@router.post("/{message_id}/take-in", response_model=EmailReceipt)
async def post_take_in(
    message_id: UUID, form: ReviewForm, hub: HubDep, officer: ContactOfficer
) -> dict[str, Any]:
    """Say that a message is a referral after all: it becomes a contact for you to complete."""
    async with hub.transaction(officer) as tx:
        return await take_in_by_person(tx, officer, message_id, form.reason)


@router.post("/{message_id}/set-aside", response_model=EmailReceipt)
async def post_set_aside(
    message_id: UUID, form: ReviewForm, hub: HubDep, officer: ContactOfficer
) -> dict[str, Any]:
    """Say that a message is no referral. It is kept, with your reason."""
    async with hub.transaction(officer) as tx:
        return await set_aside_by_person(tx, officer, message_id, form.reason)
