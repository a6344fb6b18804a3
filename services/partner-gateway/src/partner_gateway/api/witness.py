"""What the agency keeps of the hub's audits, to hold against the hub."""

from __future__ import annotations

from fastapi import APIRouter
from mash.access import AgencyLead
from mash.contracts.boundary import SignedHead
from mash.web import Cursor, HubDep, Page, decode_cursor

from partner_gateway.api.paging import Limit, next_cursor
from partner_gateway.usecases.witnessing import list_heads

router = APIRouter(prefix="/v1/witness", tags=["witness"])


@router.get("")
async def get_witness(
    lead: AgencyLead, hub: HubDep, cursor: Cursor = None, limit: Limit = 50
) -> Page[SignedHead]:
    """List the signed heads of the audits of the cases that the agency was asked in, the oldest first.

    `mash audit verify --witness agency=FILE` takes the answer as it is. They are ids and hashes alone.
    """
    after = decode_cursor(cursor)
    async with hub.transaction(lead) as tx:
        heads = await list_heads(tx, lead, after, limit)
    last = (
        next_cursor(min(len(heads), limit), limit, heads[-1].signed_at, heads[-1].contact_id)
        if heads
        else None
    )
    return Page(items=heads, next=last)
