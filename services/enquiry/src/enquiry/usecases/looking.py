"""Looking at enquiries. Every look is recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.calendar import Due
from mash.errors import NotFound
from mash.hub import Transaction
from mash.partnerships import Partnership

from enquiry.domain.deadlines import Rated, due_under
from enquiry.domain.decision import freeze, silent_agencies
from enquiry.domain.discussions import Discussion
from enquiry.domain.enquiry import Enquiry, EnquiryState, Request
from enquiry.store.decisions import find_decision, get_decision
from enquiry.store.discussions import list_discussions
from enquiry.store.enquiries import get_enquiry, list_enquiries
from enquiry.store.history import list_history, list_ratings
from enquiry.store.notices import list_notices
from enquiry.store.overview import Counts, count_open, find_heard
from enquiry.store.requests import list_requests, pick
from enquiry.store.returned import list_returned

Record = Mapping[str, Any]
MOST_OF_ONE_CONTACT = 100


class UnknownContact(NotFound):
    """There is no such contact, or none that the caller may know of."""


@dataclass(frozen=True)
class Outline:
    """An enquiry with its requests, and the clock it runs by; ``at`` is the moment of the look."""

    enquiry: Enquiry
    requests: Sequence[Request]
    partnership: Partnership
    whole: Due
    at: datetime


@dataclass(frozen=True)
class Whole(Outline):
    """The same with all that was returned, done, told and decided."""

    returned: Sequence[Record]
    discussions: Sequence[Discussion]
    history: Sequence[Record]
    notices: Sequence[Record]
    decision: Record | None

    @property
    def silent(self) -> list[str]:
        """The agencies without which a decision would be made, were it made now."""
        return silent_agencies(freeze(self.enquiry, self.requests, {}, self.at))

    def request(self, id: UUID) -> Request:
        """One of its requests. Raises ``UnknownRequest``."""
        return pick(self.requests, id)

    @property
    def ratings(self) -> list[Rated]:
        """The ratings given, in order."""
        return [Rated(row["rating"], row["at"]) for row in self.history if row["rating"] is not None]


@dataclass(frozen=True)
class Sought:
    """A contact's newest enquiry, or what has been heard of it where it has none.

    ``partnership`` is none where this service has not heard of a contact that the caller may know of.
    """

    enquiry_id: UUID | None
    partnership: Partnership | None = None
    pathway: str | None = None


@dataclass(frozen=True)
class Frozen:
    """A decision, the partnership it was made in, and what was returned up to now."""

    decision: Record
    partnership: Partnership
    returned: Sequence[Record]


async def list_outlines(
    tx: Transaction,
    caller: Caller,
    *,
    state: EnquiryState | None,
    rating: str | None,
    contact_id: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
    late: bool = False,
) -> tuple[list[Outline], bool]:
    """Enquiries in the order in which they are due, without what was returned; and whether there are more."""
    found = await list_enquiries(
        tx,
        caller,
        state=state,
        rating=rating,
        contact_id=contact_id,
        after=after,
        limit=limit + 1,
        late=late,
    )
    more, found = len(found) > limit, found[:limit]
    ids = [enquiry.id for enquiry in found]
    requests = await list_requests(tx, ids)
    ratings = await list_ratings(tx, ids)
    contacts = sorted({str(enquiry.contact_id) for enquiry in found})
    tx.audit(action="enquiry.listed", detail={"enquiries": [str(id) for id in ids], "contacts": contacts})
    outlines = [
        Outline(
            enquiry=enquiry,
            requests=[request for request in requests if request.enquiry_id == enquiry.id],
            partnership=partnerships.get(enquiry.partnership),
            whole=due_under(ratings[enquiry.id], partnerships.get(enquiry.partnership)),
            at=tx.now,
        )
        for enquiry in found
    ]
    return outlines, more


async def look_at(tx: Transaction, caller: Caller, id: UUID) -> Whole:
    """One enquiry with everything in it."""
    enquiry = await get_enquiry(tx, caller, id)
    ratings = await list_ratings(tx, [id])
    _record(tx, "enquiry.viewed", enquiry)
    return Whole(
        enquiry=enquiry,
        requests=await list_requests(tx, [id]),
        partnership=partnerships.get(enquiry.partnership),
        whole=due_under(ratings[id], partnerships.get(enquiry.partnership)),
        at=tx.now,
        returned=await list_returned(tx, id),
        discussions=await list_discussions(tx, id),
        history=await list_history(tx, id),
        notices=await list_notices(tx, id),
        decision=await find_decision(tx, id),
    )


async def look_for(tx: Transaction, caller: Caller, contact_id: UUID) -> Sought:
    """A contact's newest enquiry, open or closed."""
    found = await list_enquiries(
        tx, caller, state=None, rating=None, contact_id=contact_id, after=None, limit=MOST_OF_ONE_CONTACT
    )
    if found:
        return Sought(max(found, key=lambda one: one.opened_at).id)
    heard = await find_heard(tx, caller, contact_id)
    if heard is None:
        return Sought(None)
    tx.audit(action="enquiry.sought", case=contact_id)
    return Sought(None, partnerships.get(heard["partnership"]), heard["pathway"])


async def count(tx: Transaction, caller: Caller) -> Counts:
    """How many enquiries are open, late and back for a decision."""
    return await count_open(tx, caller)


async def look_at_snapshot(tx: Transaction, caller: Caller, id: UUID) -> Frozen:
    """A decision and what it rested on."""
    enquiry = await get_enquiry(tx, caller, id)
    decision = await get_decision(tx, id)
    _record(tx, "enquiry.snapshot_viewed", enquiry)
    return Frozen(decision, partnerships.get(enquiry.partnership), await list_returned(tx, id))


async def look_at_proof(tx: Transaction, caller: Caller, id: UUID) -> Sequence[Record]:
    """Who was told what, and whether it was delivered."""
    enquiry = await get_enquiry(tx, caller, id)
    _record(tx, "enquiry.proof_viewed", enquiry)
    return await list_notices(tx, id)


def _record(tx: Transaction, action: str, enquiry: Enquiry) -> None:
    tx.audit(action=action, case=enquiry.contact_id, detail={"enquiry_id": str(enquiry.id)})
