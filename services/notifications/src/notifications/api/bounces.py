"""Messages that came back, handed in by whoever reads the mailbox that they went out from."""

from __future__ import annotations

from fastapi import APIRouter, Request
from mash.access import Mailbox
from mash.web import HubDep
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from notifications.settings import Settings
from notifications.usecases.bouncing import take_bounce

router = APIRouter(prefix="/v1/bounces", tags=["bounces"])

MEDIA_TYPE = "message/rfc822"
_BODY = {
    "requestBody": {
        "required": True,
        "content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class BounceAnswer(BaseModel):
    """Whether the report was about a message of ours. One that was not is left to a person to read."""

    recognised: bool


@router.post("", openapi_extra=_BODY)
async def post_bounce(request: Request, hub: HubDep, caller: Mailbox) -> BounceAnswer:
    """Take a mail server's report that a message was not delivered (RFC 3464)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != MEDIA_TYPE:
        raise HTTPException(415)
    assert isinstance(hub.settings, Settings)
    raw = await request.body()
    async with hub.transaction(caller) as tx:
        return BounceAnswer(recognised=await take_bounce(tx, caller, raw, hub.settings.mail_domain))
