"""A manager has asked for an enquiry: it is opened, and each agency is asked."""

from __future__ import annotations

from typing import cast
from uuid import UUID

import structlog
from mash import partnerships
from mash.contracts.base import Rating
from mash.contracts.enquiry import EnquiryOpened, InformationRequested
from mash.contracts.queries import ContactPeople
from mash.contracts.screening import ContactDecided
from mash.errors import Refusal
from mash.hub import Hub, Transaction
from mash.ids import new_id
from mash.messaging.handlers import Unreadable
from mash.partnerships import Partnership

from enquiry.domain.deadlines import Rated, chasing, due_under
from enquiry.domain.enquiry import Asked, Enquiry, Request
from enquiry.domain.questions import by_concern
from enquiry.store import history
from enquiry.store.enquiries import add_enquiry
from enquiry.store.requests import add_requests
from enquiry.usecases.naming import of_enquiry, of_request
from enquiry.usecases.telling import Postbox, post
from enquiry.usecases.timing import set_time_up, set_timers

log = structlog.get_logger()

SCREENING = "service:screening"


async def people_of(hub: Hub, contact_id: UUID) -> ContactPeople:
    """Whom the contact is about, and the words of a request, as intake has them recorded now."""
    return await hub.http.get("intake", f"/v1/contacts/by-id/{contact_id}/people", schema=ContactPeople)


async def open_enquiry(
    tx: Transaction, event: ContactDecided, about: ContactPeople, postbox: Postbox
) -> None:
    """Open an enquiry and ask every agency chosen. A decision that is told twice opens one.

    Raises ``Unreadable`` where it cannot be opened as decided, so that a person sees it.
    """
    try:
        await _open(tx, event, about, postbox)
    except Refusal as refusal:
        raise Unreadable(refusal.message) from None


async def _open(tx: Transaction, event: ContactDecided, about: ContactPeople, postbox: Postbox) -> None:
    partnership = partnerships.get(event.partnership)
    if event.rating is None or not event.agencies:
        raise Unreadable("an enquiry needs a rating, and an agency to ask")
    enquiry = _enquiry(event, event.rating, about.reference, partnership)
    requests = [
        new_request(tx, enquiry, agency, by_concern(partnership, agency, event.concerns), [_first(enquiry)])
        for agency in dict.fromkeys(event.agencies)
    ]
    if not await add_enquiry(tx, enquiry):
        log.warning("enquiry_open_already", contact_id=str(event.contact_id))
        return
    note = history.Note(rating=enquiry.rating, due_at=enquiry.due_at)
    await history.add(tx, enquiry, "opened", by=SCREENING, note=note, at=enquiry.opened_at)
    _tell_opened(tx, enquiry, requests)
    await ask(tx, postbox, enquiry, requests, [_first(enquiry)], about)
    set_time_up(tx, enquiry)


def _first(enquiry: Enquiry) -> Rated:
    return Rated(enquiry.first_rating, enquiry.opened_at)


def _enquiry(event: ContactDecided, rating: Rating, reference: str, partnership: Partnership) -> Enquiry:
    # The clock starts with the manager's decision, whenever the hub gets to hear of it.
    due_at = due_under([Rated(rating, event.decided_at)], partnership).due_at
    return Enquiry(
        id=new_id(),
        partnership=event.partnership,
        contact_id=event.contact_id,
        reference=reference,
        contact_decided_at=event.decided_at,
        fast_track_alongside=event.fast_track_alongside,
        concerns=tuple(event.concerns),
        first_rating=rating,
        rating=rating,
        opened_at=event.decided_at,
        due_at=due_at,
        state="open",
        ready=None,
        ready_at=None,
        closed_at=None,
        contact_changed_at=None,
        version=1,
    )


def new_request(
    tx: Transaction, enquiry: Enquiry, agency: str, questions: tuple[Asked, ...], ratings: list[Rated]
) -> Request:
    """A request to an agency, due by the rating in force, counted from now."""
    partnership = partnerships.get(enquiry.partnership)
    return Request(
        id=new_id(),
        enquiry_id=enquiry.id,
        partnership=enquiry.partnership,
        agency=agency,
        version=1,
        questions=questions,
        requested_at=tx.now,
        due_at=due_under(ratings, partnership, asked_at=tx.now).due_at,
    )


async def ask(
    tx: Transaction,
    postbox: Postbox,
    enquiry: Enquiry,
    requests: list[Request],
    ratings: list[Rated],
    about: ContactPeople,
) -> None:
    """Write new requests, post them, set their timers and tell the hub of them."""
    partnership = partnerships.get(enquiry.partnership)
    await add_requests(tx, requests)
    await post(tx, postbox, enquiry, requests, "request", about=about)
    for request in requests:
        set_timers(tx, request, chasing(due_under(ratings, partnership, request.requested_at), partnership))
        tx.emit(
            InformationRequested(
                **of_request(enquiry, request), requested_at=request.requested_at, due_at=request.due_at
            )
        )


def _tell_opened(tx: Transaction, enquiry: Enquiry, requests: list[Request]) -> None:
    tx.audit(action="enquiry.opened", case=enquiry.contact_id, detail={"enquiry_id": str(enquiry.id)})
    tx.emit(
        EnquiryOpened(
            **of_enquiry(enquiry),
            rating=cast(Rating, enquiry.rating),
            agencies=[request.agency for request in requests],
            opened_at=enquiry.opened_at,
            due_at=enquiry.due_at,
        )
    )
