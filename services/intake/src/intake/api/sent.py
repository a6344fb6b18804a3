"""What a referrer has sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from mash.access import Referrer
from mash.web import HubDep
from pydantic import AwareDatetime, BaseModel

from intake.usecases.list_sent import list_sent

router = APIRouter(tags=["contacts"])


class SentLine(BaseModel):
    """A contact that a referrer has sent, without a word of it."""

    reference: str
    received_at: AwareDatetime
    completed_at: AwareDatetime | None
    child_count: int


@router.get("/v1/sent", response_model=list[SentLine])
async def get_sent(hub: HubDep, caller: Referrer) -> Sequence[Any]:
    """List the contacts that you sent, the newest first."""
    async with hub.transaction(caller) as tx:
        return await list_sent(tx, caller)
