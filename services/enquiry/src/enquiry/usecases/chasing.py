"""What happens by itself as time passes: agencies are reminded, chased and raised to their leads."""

from __future__ import annotations

from uuid import UUID

from mash import partnerships
from mash.contracts.enquiry import RequestDueSoon, RequestOverdue, RequestRaised
from mash.hub import Transaction
from mash.timers import Timer

from enquiry.domain.deadlines import chasing, due_under
from enquiry.domain.enquiry import Enquiry, Request
from enquiry.store import history
from enquiry.store.enquiries import find_for_event
from enquiry.store.requests import list_requests, pick
from enquiry.usecases.naming import of_request
from enquiry.usecases.telling import Postbox, tell
from enquiry.usecases.timing import set_timers, settle


async def remind(tx: Transaction, timer: Timer, postbox: Postbox) -> None:
    """Remind an agency whose answer is nearly due."""
    if found := await _awaited(tx, timer):
        enquiry, request = found
        await tell(tx, postbox, enquiry, [request], "reminder")
        tx.emit(RequestDueSoon(**of_request(enquiry, request), due_at=request.due_at))


async def chase(tx: Transaction, timer: Timer, postbox: Postbox) -> None:
    """Chase an agency that is late."""
    if found := await _awaited(tx, timer):
        enquiry, request = found
        await tell(tx, postbox, enquiry, [request], "chase")
        tx.emit(RequestOverdue(**of_request(enquiry, request), due_at=request.due_at))


async def raise_to_lead(tx: Transaction, timer: Timer, postbox: Postbox) -> None:
    """Raise to an agency's lead what the agency has still not answered."""
    if found := await _awaited(tx, timer):
        enquiry, request = found
        await tell(tx, postbox, enquiry, [request], "raised")
        tx.emit(RequestRaised(**of_request(enquiry, request), due_at=request.due_at, raised_at=tx.now))


async def bring_back(tx: Transaction, timer: Timer) -> None:
    """Bring an enquiry whose time is up back to the decision maker."""
    enquiry = await find_for_event(tx, UUID(timer.key))
    if enquiry is None or enquiry.is_closed:
        return
    await settle(tx, enquiry, await list_requests(tx, [enquiry.id]))


async def _awaited(tx: Transaction, timer: Timer) -> tuple[Enquiry, Request] | None:
    """The request that a timer is about, if its answer is still owed and the timer is still right."""
    enquiry = await find_for_event(tx, UUID(timer.payload["enquiry_id"]))
    if enquiry is None or enquiry.is_closed:
        return None
    request = pick(await list_requests(tx, [enquiry.id]), UUID(timer.payload["request_id"]))
    if not request.is_awaited:
        return None
    if request.due_at.isoformat() != timer.payload["due_at"]:
        # What is due was moved while this timer was being fired, and its row went with it.
        partnership = partnerships.get(enquiry.partnership)
        ratings = (await history.list_ratings(tx, [enquiry.id]))[enquiry.id]
        set_timers(tx, request, chasing(due_under(ratings, partnership, request.requested_at), partnership))
        return None
    return enquiry, request
