"""What the agency keeps of the hub's audits, to hold against the hub."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from fastapi.responses import Response
from mash.access import AgencyLead
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor
from mash.web.pages import page_router, render

from partner_gateway.usecases.witnessing import list_heads

router = page_router()

ROWS: Final = 50


@router.get("/desk/witness")
async def get_witness(request: Request, lead: AgencyLead, hub: HubDep, cursor: Cursor = None) -> Response:
    """Show the signed heads, the oldest first."""
    async with hub.transaction(lead) as tx:
        heads = await list_heads(tx, lead, decode_cursor(cursor), ROWS)
    last = heads[-1] if len(heads) >= ROWS else None
    following = encode_cursor(last.signed_at, last.contact_id) if last else None
    return render(request, "witness.html", heads=heads, following=following, cursor=cursor)
