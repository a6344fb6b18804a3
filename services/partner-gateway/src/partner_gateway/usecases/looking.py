"""What a researcher sees: the queue, one request, the ledger. Every look is kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mash.access import Caller
from mash.hub import Transaction

from partner_gateway.domain.ledger import Filters
from partner_gateway.domain.requests import Request
from partner_gateway.store import answers, ledger, requests


@dataclass(frozen=True)
class WholeRequest:
    """A request with every version of what was asked, the hub's messages and the agency's own."""

    request: Request
    asked: Sequence[Mapping[str, Any]]
    notices: Sequence[Mapping[str, Any]]
    answers: Sequence[Mapping[str, Any]]


Place = tuple[datetime, UUID]

MOST_TAKEN_OUT = 10_000
_TAKEN_AT_ONCE = 500


async def look_at_queue(
    tx: Transaction, caller: Caller, *, waiting_only: bool, after: Place | None, limit: int
) -> list[Request]:
    """One page of the queue, which names nobody."""
    found = await requests.list_requests(tx, caller, waiting_only=waiting_only, after=after, limit=limit)
    shown = [str(request.request_id) for request in found]
    tx.audit(action="requests.listed", caller=caller, detail={"requests": shown})
    return found


async def look_at_request(tx: Transaction, caller: Caller, request_id: UUID) -> WholeRequest:
    """One request, for somebody who works on it. Raises ``UnknownRequest``."""
    request = await requests.get_request(tx, caller, request_id)
    tx.audit(
        action="request.viewed",
        case=request.enquiry_id,
        caller=caller,
        detail={"request_id": str(request_id)},
    )
    return WholeRequest(
        request,
        asked=await requests.list_asked(tx, request_id),
        notices=await requests.list_notices(tx, request_id),
        answers=await answers.list_answers(tx, request_id),
    )


async def look_at_ledger(
    tx: Transaction, caller: Caller, filters: Filters, after: Place | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """One page of the ledger."""
    lines = await ledger.list_lines(tx, caller, filters, after, limit)
    for enquiry_id in sorted({line["enquiry_id"] for line in lines}):
        tx.audit(action="ledger.viewed", case=enquiry_id, caller=caller)
    return lines


async def take_out_ledger(
    tx: Transaction, caller: Caller, filters: Filters
) -> tuple[Sequence[Mapping[str, Any]], bool]:
    """All lines that are wanted, for a file, and whether there are more than a file holds."""
    lines: list[Mapping[str, Any]] = []
    after: Place | None = None
    while len(lines) < MOST_TAKEN_OUT:
        page = await ledger.list_lines(tx, caller, filters, after, _TAKEN_AT_ONCE)
        lines.extend(page)
        if len(page) < _TAKEN_AT_ONCE:
            break
        after = (page[-1]["at"], page[-1]["id"])
    for enquiry_id in sorted({line["enquiry_id"] for line in lines}):
        tx.audit(action="ledger.taken_out", case=enquiry_id, caller=caller)
    return lines, len(lines) >= MOST_TAKEN_OUT
