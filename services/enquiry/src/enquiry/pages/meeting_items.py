"""A case in the meeting: what was said, its final rating, what is to be done, or why it was put off."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, HubStaff, Manager
from mash.hub import Hub
from mash.web import HubDep
from mash.web.pages import Asker, Asks, Form, page_router, see_other

from enquiry.api import meeting_views as views
from enquiry.api.forms import ReasonForm
from enquiry.api.meeting_items import DiscussedForm, FinalRatingForm
from enquiry.pages.enquiry_shown import kept
from enquiry.pages.meeting_record import agree
from enquiry.pages.meeting_shown import items_of, look, recorded_over, show
from enquiry.usecases import meeting_rating, meeting_recording
from enquiry.usecases.telling import Postbox

router = page_router()
ITEM = "/meetings/{meeting_id}/items/{agenda_item_id}"
WORDS = ("said", "good_practice", "learning")
ENQUIRY_OPENED = (
    "An enquiry has been opened since you opened this page. Read it, then save the rating again if it still "
    "stands."
)


@router.get(ITEM)
async def get_item(
    request: Request, meeting_id: UUID, agenda_item_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show a case on the agenda with the forms of what is recorded of it."""
    return await _item(request, caller, hub, asker, meeting_id, agenda_item_id)


@router.post(f"{ITEM}/discussion")
async def post_discussion(
    request: Request, meeting_id: UUID, agenda_item_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Keep what was said."""
    form = await Form.read(request)
    data = {name: form.text(name) for name in WORDS}
    if not any(data.values()):
        form.fail("said", "Write what was said, what was done well or what is learnt")
    elif sent := form.body(DiscussedForm, data):
        async with kept(form), hub.transaction(caller) as tx:
            await meeting_recording.record_item(
                tx, caller, meeting_id, agenda_item_id, form.version(), sent.model_dump()
            )
    return await _item(request, caller, hub, asker, meeting_id, agenda_item_id, form)


@router.post(f"{ITEM}/rating")
async def post_rating(
    request: Request, meeting_id: UUID, agenda_item_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Keep the final rating, and give it to the enquiry where one is open."""
    form = await Form.read(request)
    data = {
        "rating": form.optional("rating"),
        "rationale": form.text("rationale"),
        "enquiry_version": form.whole_number("enquiry_version", "Open the page again"),
    }
    says = {"rating": "rating: Choose the final rating", "rationale": "rationale: Write why"}
    if sent := form.body(FinalRatingForm, data, says=says):
        about = await meeting_rating.people_of_item(hub, manager, meeting_id, agenda_item_id)
        async with kept(form, {"enquiry_version": f": {ENQUIRY_OPENED}"}), hub.transaction(manager) as tx:
            await meeting_rating.rate_item(
                tx,
                Postbox(hub.sealing),
                manager,
                meeting_id,
                agenda_item_id,
                form.version(),
                about,
                rating=sent.rating,
                rationale=sent.rationale,
                enquiry_version=sent.enquiry_version,
            )
    return await _item(request, manager, hub, asker, meeting_id, agenda_item_id, form)


@router.post(f"{ITEM}/action")
async def post_action(
    request: Request, meeting_id: UUID, agenda_item_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Keep who is to do what about the case."""
    form = await Form.read(request)
    await agree(form, caller, hub, meeting_id, agenda_item_id)
    return await _item(request, caller, hub, asker, meeting_id, agenda_item_id, form)


@router.post(f"{ITEM}/deferral")
async def post_deferral(
    request: Request, meeting_id: UUID, agenda_item_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Leave the case to the next meeting."""
    form = await Form.read(request)
    if sent := form.body(ReasonForm, {"reason": form.text("reason")}, says={"reason": "reason: Write why"}):
        async with kept(form), hub.transaction(caller) as tx:
            await meeting_recording.put_off(
                tx, caller, meeting_id, agenda_item_id, form.version(), sent.reason
            )
    return await _item(request, caller, hub, asker, meeting_id, agenda_item_id, form)


async def _item(
    request: Request,
    caller: Caller,
    hub: Hub,
    asker: Asks,
    meeting_id: UUID,
    id: UUID,
    form: Form | None = None,
) -> Response:
    """The page of a case; from a form that was taken, the same page anew."""
    if form is not None and not form.errors:
        return see_other(f"/meetings/{meeting_id}/items/{id}")
    found = await look(hub, caller, meeting_id)
    meeting = views.detail(found)
    on_agenda = [one for one in items_of(meeting) if one.agenda_item_id is not None]
    found.require_item(id)
    place = [one.agenda_item_id for one in on_agenda].index(id)
    item = on_agenda[place]
    known = Form.of({name: getattr(item, name) for name in (*WORDS, "rationale")})
    known.values["rating"] = [item.rating_after or ""]
    known.values["enquiry_version"] = [str(item.enquiry_version or "")]
    sent = Form()
    if form is not None:
        sent.values = form.values
        form.values = {**known.values, **form.values}
        # Only whoever was told what others have changed may go on from the enquiry as it is now.
        if form.stale or form.error("") == ENQUIRY_OPENED:
            form.values["enquiry_version"] = known.values["enquiry_version"]
    return await show(
        request,
        asker,
        found,
        "meetings/item.html",
        form or known,
        sent=sent,
        recorded=recorded_over(form, {name: known.text(name) for name in (*WORDS, "rationale")}),
        item=item,
        place=place + 1,
        of=len(on_agenda),
        following=on_agenda[place + 1] if place + 1 < len(on_agenda) else None,
        actions=[one for one in meeting.actions if one.agenda_item_id == id],
        ratings=[(name, one.title) for name, one in found.partnership.ratings.items()],
    )
