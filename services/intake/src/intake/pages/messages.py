"""What arrived in the mailbox and became no contact: somebody looks, and may take it in after all."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, ContactOfficer, HubStaff
from mash.errors import Conflict, Invalid
from mash.hub import Hub
from mash.web import Cursor, HubDep, decode_cursor
from mash.web.pages import Form, page_router, render, see_other

from intake.api.cursors import next_cursor
from intake.api.forms import ReviewForm
from intake.usecases.read_message import words_of
from intake.usecases.review_message import (
    list_messages,
    open_raw,
    set_aside_by_person,
    take_in_by_person,
    view_message,
)

router = page_router()

Which = Literal["waiting", "set_aside", "taken_in", "all"]
ROWS: Final = 50
_FILTERS: Final[dict[Which, dict[str, Any]]] = {
    "waiting": {"status": None, "reviewed": False},
    "set_aside": {"status": "set_aside", "reviewed": None},
    "taken_in": {"status": "taken_in", "reviewed": None},
    "all": {"status": None, "reviewed": None},
}
_DECISIONS: Final = {"take_in": take_in_by_person, "set_aside": set_aside_by_person}


@router.get("/messages")
async def get_messages(
    request: Request, caller: HubStaff, hub: HubDep, which: Which = "waiting", cursor: Cursor = None
) -> Response:
    """List messages, those that wait for a person unless others are asked for."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        rows = await list_messages(tx, caller, **_FILTERS[which], after=after, limit=ROWS)
    return render(
        request, "messages/list.html", messages=rows, which=which, following=next_cursor(rows, ROWS)
    )


@router.get("/messages/{message_id}")
async def get_message(request: Request, caller: HubStaff, hub: HubDep, message_id: UUID) -> Response:
    """Show a message's words as plain text, and what was read from them."""
    return await _message(request, caller, hub, message_id, Form())


@router.post("/messages/{message_id}")
async def post_decision(request: Request, officer: ContactOfficer, hub: HubDep, message_id: UUID) -> Response:
    """Take a message in or leave it aside, with the reason."""
    form = await Form.read(request)
    decide = _DECISIONS.get(form.text("decision"))
    if decide is None:
        form.fail("", "Press one of the two buttons")
    if not form.text("reason"):
        form.fail("reason", "Say why")
    body = form.body(ReviewForm, {"reason": form.text("reason")}) if not form.errors else None
    if body is None or decide is None:
        return await _message(request, officer, hub, message_id, form)
    try:
        async with hub.transaction(officer) as tx:
            became = await decide(tx, officer, message_id, body.reason)
    except (Conflict, Invalid) as refusal:
        form.refuse(refusal)
        return await _message(request, officer, hub, message_id, form)
    contacts = became["contacts"]
    return see_other(f"/contacts/{contacts[0]['id']}" if len(contacts) == 1 else f"/messages/{message_id}")


async def _message(request: Request, caller: Caller, hub: Hub, message_id: UUID, form: Form) -> Response:
    async with hub.transaction(caller) as tx:
        message = await view_message(tx, caller, message_id)
        raw = await open_raw(tx, caller, message_id)
    return render(
        request,
        "messages/message.html",
        422 if form.errors else 200,
        message=message,
        reading=message["reading"] or {},
        words=await words_of(hub, raw),
        form=form,
    )
