"""A manager gives an open enquiry another rating, and with it another time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.contracts.base import Rating
from mash.contracts.enquiry import EnquiryRatingChanged
from mash.errors import Conflict, Invalid
from mash.hub import Transaction

from enquiry.domain.deadlines import Rated, chasing, due_under
from enquiry.domain.enquiry import Enquiry, Request
from enquiry.store import history
from enquiry.store.enquiries import change, get_for_change
from enquiry.store.requests import list_requests
from enquiry.usecases.naming import of_enquiry
from enquiry.usecases.telling import Postbox, tell
from enquiry.usecases.timing import set_time_up, set_timers, settle


class RatingNotInPartnership(Invalid):
    """The partnership has no such rating."""


class RatingUnchanged(Conflict):
    """The enquiry has this rating already."""


async def change_rating(
    tx: Transaction, postbox: Postbox, caller: Caller, id: UUID, version: int, rating: str, rationale: str
) -> Enquiry:
    """Change the rating, and what is due from now on; both ratings are kept and the agencies are told."""
    old = await get_for_change(tx, caller, id, version)
    _check(old, rating)
    partnership = partnerships.get(old.partnership)
    ratings = [*(await history.list_ratings(tx, [id]))[id], Rated(rating, tx.now)]
    due_at = due_under(ratings, partnership).due_at
    note = history.Note(rating=rating, due_at=due_at, rationale=rationale)
    enquiry = await change(
        tx, old, "rating_changed", by=caller.subject, note=note, rating=rating, due_at=due_at
    )
    set_time_up(tx, enquiry)
    requests = await _move(tx, postbox, enquiry, await list_requests(tx, [id]), ratings)
    _tell_changed(tx, old, enquiry)
    return await settle(tx, enquiry, requests)


def _check(enquiry: Enquiry, rating: str) -> None:
    if rating not in partnerships.get(enquiry.partnership).ratings:
        raise RatingNotInPartnership("The partnership has no such rating.", field="rating")
    if rating == enquiry.rating:
        raise RatingUnchanged(f"The enquiry on contact {enquiry.reference} is rated {rating} already.")


async def _move(
    tx: Transaction, postbox: Postbox, enquiry: Enquiry, requests: Sequence[Request], ratings: list[Rated]
) -> list[Request]:
    """Move what is due from the agencies that have not answered; what was answered keeps its due time."""
    partnership = partnerships.get(enquiry.partnership)
    wholes = {one.id: due_under(ratings, partnership, one.requested_at) for one in requests if one.is_awaited}
    moved = [replace(one, due_at=wholes[one.id].due_at) for one in requests if one.id in wholes]
    before = {one.id: one.due_at for one in requests}
    for request in moved:
        if request.due_at != before[request.id]:
            set_timers(tx, request, chasing(wholes[request.id], partnership))
    told = await tell(tx, postbox, enquiry, moved, "changed")
    return [*(one for one in requests if one.id not in wholes), *told]


def _tell_changed(tx: Transaction, old: Enquiry, enquiry: Enquiry) -> None:
    tx.audit(action="enquiry.rating_changed", case=enquiry.contact_id, detail={"enquiry_id": str(enquiry.id)})
    tx.emit(
        EnquiryRatingChanged(
            **of_enquiry(enquiry),
            previous_rating=cast(Rating, old.rating),
            rating=cast(Rating, enquiry.rating),
            due_at=enquiry.due_at,
            changed_at=tx.now,
        )
    )
