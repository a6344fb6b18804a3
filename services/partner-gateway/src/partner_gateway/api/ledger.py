"""The agency's own ledger of what it disclosed and what it kept back."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from mash.access import Researcher
from mash.web import Cursor, HubDep, Page, decode_cursor
from pydantic import AwareDatetime

from partner_gateway.api.paging import Limit, next_cursor
from partner_gateway.api.views import LedgerLine, ledger_lines
from partner_gateway.domain.ledger import Filters, LineKind
from partner_gateway.usecases.looking import look_at_ledger

router = APIRouter(prefix="/v1/ledger", tags=["ledger"])
Subject = Annotated[str | None, Query(pattern=r"^[\x21-\x7e]+$", max_length=200)]


@router.get("")
async def get_ledger(
    caller: Researcher,
    hub: HubDep,
    enquiry_id: UUID | None = None,
    request_id: UUID | None = None,
    kind: LineKind | None = None,
    by: Subject = None,
    since: AwareDatetime | None = None,
    until: AwareDatetime | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[LedgerLine]:
    """List what left and what did not, the newest first, each with how the enquiry ended."""
    filters = Filters(enquiry_id, request_id, kind, by, since, until)
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        rows = await look_at_ledger(tx, caller, filters, after, limit)
    last = next_cursor(len(rows), limit, rows[-1]["at"], rows[-1]["id"]) if rows else None
    return Page(items=ledger_lines(rows), next=last)
