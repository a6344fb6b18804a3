"""The hub's mailbox: e-mails as they were received."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request, Response
from mash.access import Mailbox
from mash.errors import Invalid
from mash.web import HubDep
from pydantic import StringConstraints

from intake.api.scope import partnership_for
from intake.api.views import EmailReceipt
from intake.usecases.read_message import read
from intake.usecases.take_in_email import keep, outcome, take_in

router = APIRouter(tags=["messages"])

MEDIA_TYPE = "message/rfc822"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary", "minLength": 1}}},
    }
}


class EmptyMessage(Invalid):
    """There is nothing in the message at all."""


@router.post("/v1/emails", status_code=201, response_model=EmailReceipt, openapi_extra=_BODY)
async def post_email(
    request: Request,
    hub: HubDep,
    caller: Mailbox,
    response: Response,
    partnership: Annotated[
        Annotated[str, StringConstraints(max_length=40)] | None,
        Query(description="Needed only where more than one partnership is served."),
    ] = None,
) -> dict[str, Any]:
    """Take in an e-mail (RFC 5322). It is kept before it is read; the same one again changes nothing."""
    mailbox_of = partnership_for(hub, caller, partnership)
    raw = await _message(request)
    async with hub.transaction(caller) as tx:
        kept = await keep(tx, caller, mailbox_of, raw)
    found = await read(hub, raw) if kept.waits else None
    async with hub.transaction(caller) as tx:
        receipt = await take_in(tx, kept.id, found) if found else await outcome(tx, kept.id)
    response.status_code = 201 if kept.is_new else 200
    return receipt


async def _message(request: Request) -> bytes:
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type != MEDIA_TYPE:
        raise HTTPException(415)
    raw = await request.body()
    if not raw.strip():
        raise EmptyMessage("The message is empty.", field="body")
    return raw
