"""What a manager changes in an open enquiry: the rating, what is asked and of whom, and its withdrawal."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, Manager
from mash.contracts.base import Slug
from mash.hub import Hub
from mash.web import HubDep
from mash.web.pages import Asker, Asks, Form, page_router, see_other

from enquiry.api import views
from enquiry.api.forms import NarrowForm, RatingForm, RationaleForm, ReasonForm, RequestForm
from enquiry.domain.questions import by_concern
from enquiry.pages.enquiry_shown import kept, look, show
from enquiry.usecases import asking, closing, rating
from enquiry.usecases.telling import Postbox

router = page_router()

SAYS = {
    "rationale": "rationale: Write why",
    "reason": "reason: Write why",
    "rating": "rating: Choose the new rating",
    "questions": "questions: Choose what is to be asked",
    "agency": "agency: Choose the agency",
}


@router.get("/enquiries/{id}/rating")
async def get_rating(request: Request, id: UUID, manager: Manager, hub: HubDep, asker: Asker) -> Response:
    """Show the form for another rating, and what each would make due when."""
    return await _rating(request, hub, manager, asker, id)


@router.post("/enquiries/{id}/rating")
async def post_rating(request: Request, id: UUID, manager: Manager, hub: HubDep, asker: Asker) -> Response:
    """Change the rating."""
    form = await Form.read(request)
    data = {"rating": form.optional("rating"), "rationale": form.text("rationale")}
    if sent := form.body(RatingForm, data, says=SAYS):
        about = await asking.people_if_known(hub, manager, id)
        async with kept(form), hub.transaction(manager) as tx:
            await rating.change_rating(
                tx,
                Postbox(hub.sealing),
                manager,
                id,
                form.version(),
                about,
                rating=sent.rating,
                rationale=sent.rationale,
            )
    return await _rating(request, hub, manager, asker, id, form) if form.errors else _back(id)


async def _rating(
    request: Request, hub: Hub, manager: Caller, asker: Asks, id: UUID, form: Form | None = None
) -> Response:
    found = await look(hub, manager, id)
    return await show(request, asker, found, "enquiry/rating.html", form, due_under=rating.foresee(found))


@router.get("/enquiries/{id}/ask")
async def get_ask(
    request: Request, id: UUID, manager: Manager, hub: HubDep, asker: Asker, agency: Slug | None = None
) -> Response:
    """Show which other agencies can be asked, and what of each."""
    return await _ask(request, hub, manager, asker, id, agency)


@router.post("/enquiries/{id}/ask")
async def post_ask(request: Request, id: UUID, manager: Manager, hub: HubDep, asker: Asker) -> Response:
    """Ask one more agency."""
    form = await Form.read(request)
    data = {
        "agency": form.text("agency"),
        "questions": form.all("questions"),
        "rationale": form.text("rationale"),
    }
    sent = form.body(RequestForm, data, says=SAYS)
    if not form.all("questions"):
        form.fail("questions", "Choose what is to be asked")
    elif sent:
        async with kept(form):
            about = await asking.people_for(hub, manager, id)
            async with hub.transaction(manager) as tx:
                await asking.ask_agency(
                    tx,
                    Postbox(hub.sealing),
                    manager,
                    id,
                    form.version(),
                    about,
                    agency=sent.agency,
                    questions=sent.questions,
                    rationale=sent.rationale,
                )
    if form.errors:
        return await _ask(request, hub, manager, asker, id, form.text("agency"), form)
    return _back(id)


async def _ask(
    request: Request,
    hub: Hub,
    manager: Caller,
    asker: Asks,
    id: UUID,
    agency: str | None,
    form: Form | None = None,
) -> Response:
    found = await look(hub, manager, id)
    owing = {one.agency for one in found.requests if one.is_awaited}
    agencies = {name: one for name, one in found.partnership.agencies.items() if name not in owing}
    if agency not in agencies:
        return await show(request, asker, found, "enquiry/ask.html", form, agencies=agencies)
    if form is None:
        wanted = [one.id for one in by_concern(found.partnership, agency, found.enquiry.concerns)]
        form = Form.of({"questions": wanted})
    questions = by_concern(found.partnership, agency, list(found.partnership.question_sets))
    return await show(
        request, asker, found, "enquiry/ask-agency.html", form, agency=agency, questions=questions
    )


@router.get("/enquiries/{id}/requests/{request_id}/narrow")
async def get_narrow(
    request: Request, id: UUID, request_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Show the questions of a request, to leave some out."""
    return await _request(request, hub, manager, asker, id, request_id, "narrow")


@router.post("/enquiries/{id}/requests/{request_id}/narrow")
async def post_narrow(
    request: Request, id: UUID, request_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Leave some of the questions out."""
    form = await Form.read(request)
    data = {"questions": form.all("questions"), "rationale": form.text("rationale")}
    if sent := form.body(NarrowForm, data, says=SAYS):
        about = await asking.people_if_known(hub, manager, id)
        async with kept(form), hub.transaction(manager) as tx:
            await asking.narrow_request(
                tx,
                Postbox(hub.sealing),
                manager,
                id,
                form.version(),
                request_id,
                about,
                questions=sent.questions,
                rationale=sent.rationale,
            )
    if form.errors:
        return await _request(request, hub, manager, asker, id, request_id, "narrow", form)
    return _back(id)


@router.get("/enquiries/{id}/requests/{request_id}/reissue")
async def get_reissue(
    request: Request, id: UUID, request_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Show what sending a request again does."""
    return await _request(request, hub, manager, asker, id, request_id, "reissue")


@router.post("/enquiries/{id}/requests/{request_id}/reissue")
async def post_reissue(
    request: Request, id: UUID, request_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Send a request again, with the people as they are now recorded."""
    form = await Form.read(request)
    if sent := form.body(RationaleForm, {"rationale": form.text("rationale")}, says=SAYS):
        async with kept(form):
            about = await asking.people_for(hub, manager, id)
            async with hub.transaction(manager) as tx:
                await asking.send_again(
                    tx,
                    Postbox(hub.sealing),
                    manager,
                    id,
                    form.version(),
                    request_id,
                    about,
                    rationale=sent.rationale,
                )
    if form.errors:
        return await _request(request, hub, manager, asker, id, request_id, "reissue", form)
    return _back(id)


@router.get("/enquiries/{id}/requests/{request_id}/cancel")
async def get_cancel(
    request: Request, id: UUID, request_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Show what cancelling a request does."""
    return await _request(request, hub, manager, asker, id, request_id, "cancel")


@router.post("/enquiries/{id}/requests/{request_id}/cancel")
async def post_cancel(
    request: Request, id: UUID, request_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Tell an agency to stop looking."""
    form = await Form.read(request)
    if sent := form.body(ReasonForm, {"reason": form.text("reason")}, says=SAYS):
        async with kept(form), hub.transaction(manager) as tx:
            await asking.cancel_request(
                tx, Postbox(hub.sealing), manager, id, form.version(), request_id, reason=sent.reason
            )
    if form.errors:
        return await _request(request, hub, manager, asker, id, request_id, "cancel", form)
    return _back(id)


async def _request(
    request: Request,
    hub: Hub,
    manager: Caller,
    asker: Asks,
    id: UUID,
    request_id: UUID,
    what: str,
    form: Form | None = None,
) -> Response:
    found = await look(hub, manager, id)
    asked = found.request(request_id)
    return await show(
        request,
        asker,
        found,
        "enquiry/request.html",
        form,
        what=what,
        asked=next(one for one in views.detail(found).requests if one.request_id == asked.id),
    )


@router.get("/enquiries/{id}/withdrawal")
async def get_withdrawal(request: Request, id: UUID, manager: Manager, hub: HubDep, asker: Asker) -> Response:
    """Show what withdrawing an enquiry does."""
    return await show(request, asker, await look(hub, manager, id), "enquiry/withdrawal.html")


@router.post("/enquiries/{id}/withdrawal")
async def post_withdrawal(
    request: Request, id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Withdraw the enquiry."""
    form = await Form.read(request)
    if sent := form.body(ReasonForm, {"reason": form.text("reason")}, says=SAYS):
        async with kept(form), hub.transaction(manager) as tx:
            await closing.withdraw(tx, Postbox(hub.sealing), manager, id, form.version(), sent.reason)
    if form.errors:
        return await show(request, asker, await look(hub, manager, id), "enquiry/withdrawal.html", form)
    return _back(id)


def _back(id: UUID) -> Response:
    return see_other(f"/enquiries/{id}")
