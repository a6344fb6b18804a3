"""A manager gives an open enquiry another rating, and with it another time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import cast
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.contracts.base import Rating
from mash.contracts.enquiry import EnquiryRatingChanged
from mash.contracts.queries import ContactPeople
from mash.errors import Conflict, Invalid
from mash.hub import Transaction

from enquiry.domain.deadlines import Rated, chasing, due_under
from enquiry.domain.enquiry import Enquiry, Request
from enquiry.store import history
from enquiry.store.enquiries import change, get_for_change
from enquiry.store.requests import list_requests
from enquiry.usecases.looking import Whole
from enquiry.usecases.naming import of_enquiry
from enquiry.usecases.telling import Postbox, tell
from enquiry.usecases.timing import set_time_up, set_timers, settle


class RatingNotInPartnership(Invalid):
    """The partnership has no such rating."""


class RatingUnchanged(Conflict):
    """The enquiry has this rating already."""


def foresee(found: Whole) -> dict[str, datetime]:
    """When the enquiry would be due under each of the other ratings, were it given now."""
    others = [name for name in found.partnership.ratings if name != found.enquiry.rating]
    return {
        name: due_under([*found.ratings, Rated(name, found.at)], found.partnership).due_at for name in others
    }


async def change_rating(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    id: UUID,
    version: int,
    about: ContactPeople | None,
    *,
    rating: str,
    rationale: str,
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
    requests = await list_requests(tx, [id])
    moved = _moved(tx, enquiry, requests, ratings)
    told = await tell(tx, postbox, enquiry, moved, "changed", about=about)
    requests = [*(one for one in requests if not one.is_awaited), *told]
    _tell_changed(tx, old, enquiry)
    return await settle(tx, enquiry, requests)


def _check(enquiry: Enquiry, rating: str) -> None:
    if rating not in partnerships.get(enquiry.partnership).ratings:
        raise RatingNotInPartnership("The partnership has no such rating.", field="rating")
    if rating == enquiry.rating:
        raise RatingUnchanged(f"The enquiry on contact {enquiry.reference} is rated {rating} already.")


def _moved(
    tx: Transaction, enquiry: Enquiry, requests: Sequence[Request], ratings: list[Rated]
) -> list[Request]:
    """What is owed, with its new due time and timers; what was answered keeps the time it was due."""
    partnership = partnerships.get(enquiry.partnership)
    moved = []
    for request in (one for one in requests if one.is_awaited):
        whole = due_under(ratings, partnership, request.requested_at)
        moved.append(replace(request, due_at=whole.due_at))
        if whole.due_at != request.due_at:
            set_timers(tx, moved[-1], chasing(whole, partnership))
    return moved


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
