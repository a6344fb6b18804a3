"""What a manager changes in an enquiry. Each change names the version it was made on."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import Manager
from mash.web import HubDep, IfMatch, etag

from enquiry.api import views
from enquiry.api.answers import EnquiryReceipt
from enquiry.api.forms import (
    DecisionForm,
    NarrowForm,
    RatingForm,
    RationaleForm,
    ReasonForm,
    RequestForm,
)
from enquiry.domain.enquiry import Enquiry
from enquiry.usecases import asking, closing, rating
from enquiry.usecases.telling import Postbox

router = APIRouter(prefix="/v1/enquiries/{id}", tags=["enquiries"])


@router.post("/rating")
async def change_rating(
    id: UUID, form: RatingForm, hub: HubDep, manager: Manager, version: IfMatch, response: Response
) -> EnquiryReceipt:
    """Change the rating, and what is due from now on."""
    about = await asking.people_if_known(hub, manager, id)
    async with hub.transaction(manager) as tx:
        changed = await rating.change_rating(
            tx,
            Postbox(hub.sealing),
            manager,
            id,
            version,
            about,
            rating=form.rating,
            rationale=form.rationale,
        )
    return _answer(response, changed)


@router.post("/requests", status_code=201)
async def ask_agency(
    id: UUID, form: RequestForm, hub: HubDep, manager: Manager, version: IfMatch, response: Response
) -> EnquiryReceipt:
    """Ask one more agency."""
    about = await asking.people_for(hub, manager, id)
    async with hub.transaction(manager) as tx:
        changed = await asking.ask_agency(
            tx,
            Postbox(hub.sealing),
            manager,
            id,
            version,
            about,
            agency=form.agency,
            questions=form.questions,
            rationale=form.rationale,
        )
    return _answer(response, changed)


@router.post("/requests/{request_id}/narrow")
async def narrow_request(
    id: UUID,
    request_id: UUID,
    form: NarrowForm,
    hub: HubDep,
    manager: Manager,
    version: IfMatch,
    response: Response,
) -> EnquiryReceipt:
    """Leave some of the questions out."""
    about = await asking.people_if_known(hub, manager, id)
    async with hub.transaction(manager) as tx:
        changed = await asking.narrow_request(
            tx,
            Postbox(hub.sealing),
            manager,
            id,
            version,
            request_id,
            about,
            questions=form.questions,
            rationale=form.rationale,
        )
    return _answer(response, changed)


@router.post("/requests/{request_id}/reissue")
async def send_again(
    id: UUID,
    request_id: UUID,
    form: RationaleForm,
    hub: HubDep,
    manager: Manager,
    version: IfMatch,
    response: Response,
) -> EnquiryReceipt:
    """Send a request again, with the people as they are now recorded."""
    about = await asking.people_for(hub, manager, id)
    async with hub.transaction(manager) as tx:
        changed = await asking.send_again(
            tx, Postbox(hub.sealing), manager, id, version, request_id, about, rationale=form.rationale
        )
    return _answer(response, changed)


@router.post("/requests/{request_id}/cancel")
async def cancel_request(
    id: UUID,
    request_id: UUID,
    form: ReasonForm,
    hub: HubDep,
    manager: Manager,
    version: IfMatch,
    response: Response,
) -> EnquiryReceipt:
    """Tell an agency to stop looking."""
    async with hub.transaction(manager) as tx:
        changed = await asking.cancel_request(
            tx, Postbox(hub.sealing), manager, id, version, request_id, reason=form.reason
        )
    return _answer(response, changed)


@router.post("/decision")
async def decide(
    id: UUID, form: DecisionForm, hub: HubDep, manager: Manager, version: IfMatch, response: Response
) -> EnquiryReceipt:
    """Decide the enquiry, and freeze what the decision rests on."""
    async with hub.transaction(manager) as tx:
        changed = await closing.decide(tx, Postbox(hub.sealing), manager, id, version, form.choice())
    return _answer(response, changed)


@router.post("/withdrawal")
async def withdraw(
    id: UUID, form: ReasonForm, hub: HubDep, manager: Manager, version: IfMatch, response: Response
) -> EnquiryReceipt:
    """Withdraw the enquiry; agencies are told to stop, and what they returned stays."""
    async with hub.transaction(manager) as tx:
        changed = await closing.withdraw(tx, Postbox(hub.sealing), manager, id, version, form.reason)
    return _answer(response, changed)


def _answer(response: Response, changed: Enquiry) -> EnquiryReceipt:
    etag(response, changed.version)
    return views.receipt(changed)
