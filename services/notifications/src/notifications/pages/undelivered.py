"""What did not reach a referrer, and the proof of what each was told."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, HubStaff
from mash.errors import NotFound
from mash.hub import Hub
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor
from mash.web.pages import Asker, Asks, Form, page_router, render, see_other

from notifications.api.answers import detail_answer, row_answer
from notifications.pages import notification_words as words
from notifications.usecases.answering import (
    NothingToRetry,
    look_at_contact,
    look_at_notification,
    look_at_undelivered,
    retry,
)

router = page_router()

ROWS = 50


class NothingTold(NotFound):
    """There is no such contact, or nothing that its referrer was or is to be told."""


@router.get("/undelivered")
async def get_undelivered(
    request: Request, caller: HubStaff, hub: HubDep, asker: Asker, cursor: Cursor = None
) -> Response:
    """Show the messages that came back, wait, or cannot be written."""
    async with hub.transaction(caller) as tx:
        found = await look_at_undelivered(tx, caller, decode_cursor(cursor), ROWS)
    last = found[-1] if len(found) == ROWS else None
    return render(
        request,
        "undelivered/list.html",
        messages=[row_answer(one, tx.now) for one in found],
        headers=await asker.headers(one.contact_id for one in found),
        following=encode_cursor(last.due_at, last.id) if last else None,
        now=tx.now,
        words=words,
    )


@router.get("/undelivered/{notification_id}")
async def get_message(
    request: Request, notification_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show one message with its words, and every try at sending it."""
    return await _message(request, hub, caller, asker, notification_id)


@router.post("/undelivered/{notification_id}/retry")
async def post_retry(
    request: Request, notification_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Try again what failed, or what could not be written until the contact was corrected."""
    form = Form()
    try:
        async with hub.transaction(caller) as tx:
            await retry(tx, caller, notification_id)
    except NothingToRetry as refusal:
        form.refuse(refusal)
        return await _message(request, hub, caller, asker, notification_id, form)
    return see_other(f"/undelivered/{notification_id}")


@router.get("/contacts/{contact_id}/feedback")
async def get_feedback(
    request: Request, contact_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show what a contact's referrer was told, when, how, and whether in time."""
    async with hub.transaction(caller) as tx:
        found = await look_at_contact(tx, caller, contact_id)
    header = (await asker.headers([contact_id])).get(contact_id)
    if header is None and not found:
        raise NothingTold("There is no such contact.")
    return render(
        request,
        "undelivered/contact.html",
        messages=[row_answer(one, tx.now) for one in found],
        contact_id=contact_id,
        header=header,
        tab="contact",
        words=words,
    )


async def _message(
    request: Request, hub: Hub, caller: Caller, asker: Asks, id: UUID, form: Form | None = None
) -> Response:
    async with hub.transaction(caller) as tx:
        found = await look_at_notification(tx, caller, id)
    message = detail_answer(found, tx.now)
    return render(
        request,
        "undelivered/message.html",
        status=409 if form else 200,
        form=form or Form(),
        message=message,
        # What is not to reach anybody was taken off the queue, and no task was raised.
        is_task=found.notification.queued_at is not None,
        header=(await asker.headers([message.contact_id])).get(message.contact_id),
        words=words,
    )
