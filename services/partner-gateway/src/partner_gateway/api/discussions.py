"""Strategy discussions that the agency must attend."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from fastapi import APIRouter
from mash.access import Researcher
from mash.contracts.boundary import Attendant
from mash.web import Cursor, HubDep, Page, decode_cursor

from partner_gateway.api.paging import Limit, next_cursor
from partner_gateway.api.views import View
from partner_gateway.usecases.discussing import look_at_discussions

router = APIRouter(prefix="/v1/discussions", tags=["discussions"])


class DiscussionView(View):
    """A discussion as the hub last told of it: who must attend, when, and what came of it."""

    discussion_id: UUID
    enquiry_id: UUID
    partnership: str
    reference: str
    state: str
    reason: str
    meets_at: datetime | None
    attend: list[Attendant]
    asked_at: datetime
    asked_by: str
    outcome: str | None
    conduct: str | None
    received_at: datetime


@router.get("")
async def get_discussions(
    caller: Researcher, hub: HubDep, cursor: Cursor = None, limit: Limit = 50
) -> Page[DiscussionView]:
    """List the strategy discussions that the agency must, or had to, attend, the newest first."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        found = [
            DiscussionView.model_validate(one) for one in await look_at_discussions(tx, caller, after, limit)
        ]
    last = next_cursor(len(found), limit, found[-1].asked_at, found[-1].discussion_id) if found else None
    return Page(items=found, next=last)
