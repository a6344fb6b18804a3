"""The queue, and one request."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import Researcher
from mash.web import Cursor, HubDep, Page, decode_cursor, etag

from partner_gateway.api.paging import Limit, next_cursor
from partner_gateway.api.views import RequestLine, RequestView, request_line, request_view
from partner_gateway.usecases.looking import look_at_queue, look_at_request

router = APIRouter(prefix="/v1/requests", tags=["requests"])


@router.get("")
async def get_queue(
    caller: Researcher,
    hub: HubDep,
    which: Literal["waiting", "all"] = "waiting",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[RequestLine]:
    """List the requests that wait for the agency, or all, those with the least time left first."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        found = await look_at_queue(tx, caller, waiting_only=which == "waiting", after=after, limit=limit)
    lines = [request_line(one, tx.now) for one in found]
    last = next_cursor(len(found), limit, found[-1].due_at, found[-1].request_id) if found else None
    return Page(items=lines, next=last)


@router.get("/{request_id}")
async def get_request(request_id: UUID, caller: Researcher, hub: HubDep, response: Response) -> RequestView:
    """Give one request whole; its ETag is the version that an answer names."""
    async with hub.transaction(caller) as tx:
        whole = await look_at_request(tx, caller, request_id)
    etag(response, whole.request.version)
    return request_view(whole, tx.now)
