"""What is on the agenda of a meeting: added, discussed, rated, put off, and what is to be done about it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import HubStaff, Manager
from mash.contracts.base import Rating
from mash.errors import Invalid
from mash.web import HubDep, IdempotencyKey, IfMatch, Strict, etag, fingerprint, once
from pydantic import Field, StringConstraints

from enquiry.api import meeting_views as views
from enquiry.api.forms import AgencyName, ReasonForm, Words
from enquiry.api.meeting_views import ActionReceipt, ItemReceipt
from enquiry.domain.meeting_records import Item
from enquiry.usecases import meeting_rating, meeting_recording
from enquiry.usecases.telling import Postbox

router = APIRouter(prefix="/v1/meetings/{meeting_id}", tags=["meetings"])
MaybeWords = Annotated[str, StringConstraints(max_length=10_000)]


class NoContactNamed(Invalid):
    """It is not said which contact is to be put on the agenda."""


class NothingRecorded(Invalid):
    """Nothing was written of what was said."""


class ItemForm(Strict):
    """A contact for the agenda: by its reference, its id or the id of one of its enquiries."""

    reference: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None
    id: UUID | None = None


class DiscussedForm(Strict):
    """What was said of a case, and what was done well or is learnt from it."""

    said: MaybeWords = ""
    good_practice: MaybeWords = ""
    learning: MaybeWords = ""


class FinalRatingForm(Strict):
    """The rating that the meeting settles on, and why."""

    rating: Rating
    rationale: Words
    enquiry_version: int | None = Field(
        default=None, ge=1, description="Where it changes an open enquiry: the version that was read."
    )


class ActionForm(Strict):
    """Who is to do what by when, about a case on the agenda or in general."""

    agenda_item_id: UUID | None = None
    agency: AgencyName
    what: Words
    due_on: date


@router.post("/items", status_code=201)
async def add_item(
    meeting_id: UUID, form: ItemForm, hub: HubDep, caller: HubStaff, response: Response
) -> ItemReceipt:
    """Put a contact on the agenda by hand; what is on it already stays once."""
    if (form.reference is None) == (form.id is None):
        raise NoContactNamed("Say either the reference or the id.", field="reference")
    async with hub.transaction(caller) as tx:
        added = await meeting_recording.add_item(tx, caller, meeting_id, reference=form.reference, id=form.id)
    return _answer(response, added)


@router.post("/items/{agenda_item_id}/discussion")
async def record_item(
    meeting_id: UUID,
    agenda_item_id: UUID,
    form: DiscussedForm,
    hub: HubDep,
    caller: HubStaff,
    version: IfMatch,
    response: Response,
) -> ItemReceipt:
    """Keep what was said of a case; with that it has been discussed."""
    words = form.model_dump()
    if not any(words.values()):
        raise NothingRecorded("Write what was said.", field="said")
    async with hub.transaction(caller) as tx:
        item = await meeting_recording.record_item(tx, caller, meeting_id, agenda_item_id, version, words)
    return _answer(response, item)


@router.post("/items/{agenda_item_id}/rating")
async def rate_item(
    meeting_id: UUID,
    agenda_item_id: UUID,
    form: FinalRatingForm,
    hub: HubDep,
    manager: Manager,
    version: IfMatch,
    response: Response,
) -> ItemReceipt:
    """Keep the final rating. An open enquiry takes it on; else a manager takes it up in screening."""
    about = await meeting_rating.people_of_item(hub, manager, meeting_id, agenda_item_id)
    async with hub.transaction(manager) as tx:
        rated = await meeting_rating.rate_item(
            tx,
            Postbox(hub.sealing),
            manager,
            meeting_id,
            agenda_item_id,
            version,
            about,
            rating=form.rating,
            rationale=form.rationale,
            enquiry_version=form.enquiry_version,
        )
    return _answer(response, rated)


@router.post("/items/{agenda_item_id}/deferral")
async def put_off(
    meeting_id: UUID,
    agenda_item_id: UUID,
    form: ReasonForm,
    hub: HubDep,
    caller: HubStaff,
    version: IfMatch,
    response: Response,
) -> ItemReceipt:
    """Leave a case to the next meeting, with the reason."""
    async with hub.transaction(caller) as tx:
        item = await meeting_recording.put_off(tx, caller, meeting_id, agenda_item_id, version, form.reason)
    return _answer(response, item)


@router.post("/actions", status_code=201)
async def add_action(
    meeting_id: UUID, form: ActionForm, hub: HubDep, caller: HubStaff, key: IdempotencyKey = None
) -> ActionReceipt:
    """Keep who is to do what by when."""
    async with hub.transaction(caller) as tx:

        async def agree() -> dict[str, str]:
            new = await meeting_recording.add_action(
                tx,
                caller,
                meeting_id,
                item_id=form.agenda_item_id,
                agency=form.agency,
                what=form.what,
                due_on=form.due_on,
            )
            return {"meeting_action_id": str(new.id)}

        answer, _ = await once(tx, caller, key, fingerprint(form), agree)
    return ActionReceipt(meeting_action_id=UUID(answer["meeting_action_id"]), version=1)


def _answer(response: Response, item: Item) -> ItemReceipt:
    etag(response, item.version)
    return views.item_receipt(item)
