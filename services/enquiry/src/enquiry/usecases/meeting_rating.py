"""The final rating that a meeting gives a case, beside that with which it came onto the agenda."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.contracts.base import Rating
from mash.contracts.enquiry import AgendaItemRated
from mash.contracts.queries import ContactPeople
from mash.errors import Invalid
from mash.hub import Hub, Transaction

from enquiry.domain import meeting as rules
from enquiry.domain.enquiry import Enquiry
from enquiry.domain.meeting_records import Item
from enquiry.store import agenda_items, meetings
from enquiry.store.enquiries import list_open_of
from enquiry.usecases.asking import people_if_known
from enquiry.usecases.rating import RatingNotInPartnership, change_rating
from enquiry.usecases.telling import Postbox


class EnquiryVersionNotSaid(Invalid):
    """The rating changes an open enquiry, and it is not said which version of it was read."""


async def people_of_item(hub: Hub, caller: Caller, meeting_id: UUID, id: UUID) -> ContactPeople | None:
    """Whom an item with an open enquiry is about, asked of intake before the transaction that rates it."""
    async with hub.transaction(caller) as tx:
        item = await agenda_items.get_item(tx, caller, meeting_id, id)
        enquiry = await _open_enquiry(tx, caller, item)
    return await people_if_known(hub, caller, enquiry.id) if enquiry is not None else None


async def rate_item(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    meeting_id: UUID,
    id: UUID,
    version: int,
    about: ContactPeople | None,
    *,
    rating: str,
    rationale: str,
    enquiry_version: int | None,
) -> Item:
    """Keep a case's final rating. An open enquiry takes it on; else it is the meeting's view.

    In screening a manager takes the view up, or does not: a meeting decides no contact. Raises also
    ``EnquiryVersionNotSaid``, and what changing the enquiry's rating raises.
    """
    meeting = await meetings.get_meeting(tx, caller, meeting_id, lock=True)
    item = await agenda_items.get_item(tx, caller, meeting_id, id, version)
    rules.require_open(meeting.state)
    if rating not in partnerships.get(item.partnership).ratings:
        raise RatingNotInPartnership("The partnership has no such rating.", field="rating")
    enquiry = await _open_enquiry(tx, caller, item)
    if enquiry is not None and enquiry.rating != rating:
        if enquiry_version is None:
            raise EnquiryVersionNotSaid(
                "Say which version of the enquiry you have read.", field="enquiry_version"
            )
        await change_rating(
            tx, postbox, caller, enquiry.id, enquiry_version, about, rating=rating, rationale=rationale
        )
    rated = await agenda_items.save_item(
        tx,
        item,
        state="discussed",
        rating_after=rating,
        rated_at=tx.now,
        rated_by=caller.subject,
        applied=enquiry is not None,
        content={"rationale": rationale},
    )
    _tell(tx, rated)
    return rated


async def _open_enquiry(tx: Transaction, caller: Caller, item: Item) -> Enquiry | None:
    found = await list_open_of(tx, caller, [item.contact_id])
    return found[0] if found else None


def _tell(tx: Transaction, item: Item) -> None:
    tx.audit(action="agenda_item.rated", case=item.contact_id, detail={"agenda_item_id": str(item.id)})
    tx.emit(
        AgendaItemRated(
            partnership=item.partnership,
            contact_id=item.contact_id,
            meeting_id=item.meeting_id,
            first_rating=cast(Rating | None, item.rating_before),
            final_rating=cast(Rating, item.rating_after),
            rated_at=tx.now,
        )
    )
