"""The desk of an agency's researchers: what waits, whom it is about, and who sees to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from mash.access import Caller
from mash.calendar.london import in_london
from mash.contracts.boundary import InformationRequest
from mash.errors import Conflict
from mash.hub import Transaction

from partner_gateway.domain.drafts import Draft
from partner_gateway.domain.queue import Counts, Filters, title
from partner_gateway.domain.requests import Request
from partner_gateway.store import queue
from partner_gateway.store.drafts import find_draft
from partner_gateway.store.queue import Place
from partner_gateway.store.requests import get_request
from partner_gateway.usecases.looking import WholeRequest, look_at_request


class TakenByAnother(Conflict):
    """Somebody else of the agency sees to the request."""


@dataclass(frozen=True)
class Desk:
    """A page of requests, whom each is about, where the page ends, and how much waits in all."""

    requests: Sequence[Request]
    titles: dict[UUID, str]
    next: Place | None
    counts: Counts


@dataclass(frozen=True)
class OnDesk:
    """One request with all that somebody who answers it needs."""

    whole: WholeRequest
    asked: InformationRequest
    draft: Draft | None
    before: UUID | None
    after: UUID | None

    @property
    def request(self) -> Request:
        """How the agency stands with it."""
        return self.whole.request


async def look_at_desk(
    tx: Transaction, caller: Caller, filters: Filters, after: Place | None, limit: int
) -> Desk:
    """One page of the requests with the names of those they are about."""
    found = await queue.list_queue(tx, caller, filters, after, limit)
    today = in_london(tx.now).date()
    asked = await queue.list_asked_of(tx, [request.request_id for request in found])
    titles = {
        request_id: title(InformationRequest.model_validate(content).people, today)
        for request_id, content in asked.items()
    }
    shown = [str(request.request_id) for request in found]
    tx.audit(action="requests.named", caller=caller, detail={"requests": shown})
    following = (found[-1].due_at, found[-1].request_id) if len(found) == limit else None
    return Desk(found, titles, following, await queue.count_queue(tx, caller))


async def feel_pulse(tx: Transaction, caller: Caller) -> str:
    """A word by which a page tells whether the list it shows is still the same. It shows no case."""
    return await queue.pulse_of_queue(tx, caller)


async def look_at_one(tx: Transaction, caller: Caller, request_id: UUID) -> OnDesk:
    """One request with what this person has written of an answer. Raises ``UnknownRequest``."""
    whole = await look_at_request(tx, caller, request_id)
    before, after = await queue.find_neighbours(tx, caller, whole.request)
    return OnDesk(
        whole,
        InformationRequest.model_validate(whole.asked[0]),
        await find_draft(tx, caller, request_id),
        before,
        after,
    )


async def take(tx: Transaction, caller: Caller, request_id: UUID, *, over: str | None = None) -> Request:
    """Say that this person sees to a request; ``over`` is the colleague whom it is taken from.

    Raises ``UnknownRequest``, or :class:`TakenByAnother`.
    """
    found = await get_request(tx, caller, request_id, lock=True)
    if found.taken_by not in (None, caller.subject, over):
        raise TakenByAnother(f"{found.taken_by} sees to this request. Ask them, or take it over.")
    return await _give_to(tx, caller, found, caller.subject, "request.taken")


async def give_back(tx: Transaction, caller: Caller, request_id: UUID) -> Request:
    """Say that nobody sees to a request. Raises ``UnknownRequest``, or :class:`TakenByAnother`."""
    found = await get_request(tx, caller, request_id, lock=True)
    if found.taken_by not in (None, caller.subject):
        raise TakenByAnother(f"{found.taken_by} sees to this request, and only they can give it back.")
    return await _give_to(tx, caller, found, None, "request.given_back")


async def _give_to(tx: Transaction, caller: Caller, found: Request, to: str | None, action: str) -> Request:
    if found.taken_by != to:
        await queue.put_taken(tx, found, to)
    tx.audit(
        action=action, case=found.enquiry_id, caller=caller, detail={"request_id": str(found.request_id)}
    )
    return replace(found, taken_by=to, taken_at=tx.now if to else None)
