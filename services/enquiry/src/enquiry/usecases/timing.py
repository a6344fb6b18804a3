"""The timers of requests and enquiries, and whether an enquiry is back with the decision maker."""

from __future__ import annotations

from collections.abc import Sequence

from mash import partnerships
from mash.contracts.enquiry import EnquiryReady, EnquiryResumed
from mash.hub import Transaction

from enquiry.domain.deadlines import Chasing
from enquiry.domain.enquiry import Enquiry, Request, readiness
from enquiry.store.enquiries import save
from enquiry.usecases.naming import of_enquiry

REMIND = "request.remind"
OVERDUE = "request.overdue"
RAISE = "request.raise"
TIME_UP = "enquiry.time_up"


def set_timers(tx: Transaction, request: Request, plan: Chasing) -> None:
    """Set a request's timers anew. Reminders that lie in the past are left out."""
    stop_timers(tx, request)
    about = {"enquiry_id": str(request.enquiry_id), "due_at": request.due_at.isoformat()}
    for number, remind_at in enumerate(plan.remind_at):
        if remind_at > tx.now:
            tx.schedule(REMIND, f"{request.id}.{number}", remind_at, {**about, "request_id": str(request.id)})
    for kind, at in ((OVERDUE, plan.due_at), (RAISE, plan.raise_at)):
        tx.schedule(kind, str(request.id), at, {**about, "request_id": str(request.id)})


def stop_timers(tx: Transaction, request: Request) -> None:
    """Take away those of a request's timers that have not fired."""
    points = partnerships.get(request.partnership).reminders.points
    for number in range(len(points)):
        tx.cancel_timer(REMIND, f"{request.id}.{number}")
    tx.cancel_timer(OVERDUE, str(request.id))
    tx.cancel_timer(RAISE, str(request.id))


def set_time_up(tx: Transaction, enquiry: Enquiry) -> None:
    """Set the timer that brings an enquiry back when its time is up."""
    tx.schedule(TIME_UP, str(enquiry.id), enquiry.due_at)


def stop_all(tx: Transaction, enquiry: Enquiry, requests: Sequence[Request]) -> None:
    """Take away every timer of an enquiry that is being closed."""
    tx.cancel_timer(TIME_UP, str(enquiry.id))
    for request in requests:
        stop_timers(tx, request)


async def settle(tx: Transaction, enquiry: Enquiry, requests: Sequence[Request]) -> Enquiry:
    """Bring an open enquiry back to the decision maker, or take it from there, as its requests now stand."""
    ready = readiness(requests, enquiry.due_at, tx.now)
    if ready == enquiry.ready:
        return enquiry
    if ready is None:
        tx.emit(EnquiryResumed(**of_enquiry(enquiry), resumed_at=tx.now))
        return await save(tx, enquiry, state="open", ready=None, ready_at=None)
    tx.emit(EnquiryReady(**of_enquiry(enquiry), reason=ready, ready_at=tx.now))
    return await save(tx, enquiry, state="ready", ready=ready, ready_at=tx.now)
