"""A manager asks another agency, or narrows, sends again or cancels what was asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.contracts.enquiry import RequestCancelled
from mash.contracts.queries import ContactPeople
from mash.http import Unavailable
from mash.hub import Hub, Transaction

from enquiry.domain.enquiry import Enquiry, Request, require_awaited, require_not_asked
from enquiry.domain.questions import by_concern, chosen, narrowed
from enquiry.store import history
from enquiry.store.enquiries import change, get_enquiry, get_for_change
from enquiry.store.requests import list_requests, pick
from enquiry.usecases.naming import of_request
from enquiry.usecases.opening import ask, new_request, people_of
from enquiry.usecases.telling import Postbox, tell
from enquiry.usecases.timing import settle, stop_timers


async def people_for(hub: Hub, caller: Caller, id: UUID) -> ContactPeople:
    """Whom an enquiry of the caller's is about, asked of intake before any transaction is open."""
    async with hub.transaction(caller) as tx:
        enquiry = await get_enquiry(tx, caller, id)
    return await people_of(hub, enquiry.contact_id)


async def people_if_known(hub: Hub, caller: Caller, id: UUID) -> ContactPeople | None:
    """The same, or None where intake does not answer: an urgent change is told without them."""
    try:
        return await people_for(hub, caller, id)
    except Unavailable:
        return None


async def ask_agency(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    id: UUID,
    version: int,
    about: ContactPeople,
    *,
    agency: str,
    questions: Sequence[str],
    rationale: str,
) -> Enquiry:
    """Ask one more agency: these questions, or those that the concerns call for."""
    enquiry = await get_for_change(tx, caller, id, version)
    requests = await list_requests(tx, [id])
    partnership = partnerships.get(enquiry.partnership)
    asked = (
        chosen(partnership, agency, questions)
        if questions
        else by_concern(partnership, agency, enquiry.concerns)
    )
    require_not_asked(agency, requests, enquiry)
    ratings = (await history.list_ratings(tx, [id]))[id]
    new = new_request(tx, enquiry, agency, asked, ratings)
    enquiry = await _note(tx, caller, enquiry, "agency_asked", new, rationale)
    await ask(tx, postbox, enquiry, [new], ratings, about)
    return await settle(tx, enquiry, [*requests, new])


async def narrow_request(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    id: UUID,
    version: int,
    request_id: UUID,
    about: ContactPeople | None,
    *,
    questions: Sequence[str],
    rationale: str,
) -> Enquiry:
    """Leave some of the questions out."""
    enquiry, _, request = await _awaited(tx, caller, id, version, request_id)
    left = replace(request, questions=narrowed(request.questions, questions))
    enquiry = await _note(tx, caller, enquiry, "request_narrowed", request, rationale)
    await tell(tx, postbox, enquiry, [left], "changed", about=about)
    return enquiry


async def send_again(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    id: UUID,
    version: int,
    request_id: UUID,
    about: ContactPeople,
    *,
    rationale: str,
) -> Enquiry:
    """Send a request again, with the people as they are now recorded. What is due stays due."""
    enquiry, _, request = await _awaited(tx, caller, id, version, request_id)
    enquiry = await _note(tx, caller, enquiry, "request_sent_again", request, rationale)
    await tell(tx, postbox, enquiry, [request], "request", about=about)
    return enquiry


async def cancel_request(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    id: UUID,
    version: int,
    request_id: UUID,
    *,
    reason: str,
) -> Enquiry:
    """Tell an agency to stop looking."""
    enquiry, requests, request = await _awaited(tx, caller, id, version, request_id)
    cancelled = replace(request, cancelled_at=tx.now)
    stop_timers(tx, request)
    enquiry = await _note(tx, caller, enquiry, "request_cancelled", request, reason)
    await tell(tx, postbox, enquiry, [cancelled], "cancelled")
    tx.emit(RequestCancelled(**of_request(enquiry, request), cancelled_at=tx.now))
    return await settle(tx, enquiry, [cancelled if one.id == request_id else one for one in requests])


async def _awaited(
    tx: Transaction, caller: Caller, id: UUID, version: int, request_id: UUID
) -> tuple[Enquiry, Sequence[Request], Request]:
    enquiry = await get_for_change(tx, caller, id, version)
    requests = await list_requests(tx, [id])
    request = pick(requests, request_id)
    require_awaited(request, enquiry)
    return enquiry, requests, request


async def _note(
    tx: Transaction, caller: Caller, enquiry: Enquiry, action: history.Action, request: Request, why: str
) -> Enquiry:
    tx.audit(
        action=f"enquiry.{action}",
        case=enquiry.contact_id,
        detail={"enquiry_id": str(enquiry.id), "request_id": str(request.id)},
    )
    note = history.Note(request_id=request.id, agency=request.agency, rationale=why)
    return await change(tx, enquiry, action, by=caller.subject, note=note)
