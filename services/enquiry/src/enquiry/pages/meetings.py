"""The daily meeting's pages: which there are, the agenda, what is printed, the beginning and the end."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import Caller, HubStaff, Manager
from mash.calendar import in_london
from mash.hub import Hub
from mash.web import HubDep
from mash.web.pages import Asker, Asks, Form, page_router, render, see_other

from enquiry.api import meeting_views as views
from enquiry.api.meeting_items import ItemForm
from enquiry.api.meetings import MeetingForm
from enquiry.pages.enquiry_shown import kept
from enquiry.pages.meeting_shown import MEETING_STATES, items_of, look, show
from enquiry.usecases import meeting_looking, meeting_planning, meeting_recording

router = page_router()
ROWS = 20


@router.get("/meetings")
async def get_meetings(
    request: Request, caller: HubStaff, hub: HubDep, before: date | None = None
) -> Response:
    """Show the next meeting with its agenda so far, those still open, and those held."""
    return await _list(request, caller, hub, Form(), before)


@router.post("/meetings")
async def post_meetings(request: Request, manager: Manager, hub: HubDep) -> Response:
    """Call a meeting on a day that has none."""
    form = await Form.read(request)
    data = {"partnership": form.text("partnership"), "held_on": form.day("held_on", "The day")}
    says = {"held_on": "held_on: Give the day", "partnership": "partnership: Choose the partnership"}
    sent = form.body(MeetingForm, data, says=says) if not form.errors else None
    if sent is not None:
        async with kept(form), hub.transaction(manager) as tx:
            called = await meeting_planning.call_meeting(tx, manager, sent.partnership, sent.held_on)
            return see_other(f"/meetings/{called.id}")
    return await _list(request, manager, hub, form, None)


async def _list(request: Request, caller: Caller, hub: Hub, form: Form, before: date | None) -> Response:
    async with hub.transaction(caller) as tx:
        found = await meeting_looking.list_meetings(tx, caller, before=before, limit=ROWS)
    coming = [views.detail(await look(hub, caller, one.id)) for one in found.coming]
    hold = [name for name in sorted(caller.partnerships) if partnerships.get(name).daily_meeting]
    return render(
        request,
        "meetings/list.html",
        status=422 if form.errors else 200,
        form=form,
        coming=coming,
        counts={one.meeting_id: len(items_of(one)) for one in coming},
        held=found.held,
        earlier=found.held[-1].held_on if found.more else None,
        partnership_names=[(name, partnerships.get(name).title) for name in hold],
        today=in_london(tx.now).date(),
        meeting_states=MEETING_STATES,
    )


@router.get("/meetings/{meeting_id}")
async def get_meeting(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show a meeting: outstanding actions first, who came, the agenda by its sections."""
    return await _meeting(request, caller, hub, asker, meeting_id)


@router.get("/meetings/{meeting_id}/print")
async def get_print(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show all of a meeting as it goes on paper."""
    return await show(request, asker, await look(hub, caller, meeting_id), "meetings/print.html")


@router.post("/meetings/{meeting_id}/opening")
async def post_opening(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Open a meeting on its day."""
    form = await Form.read(request)
    async with kept(form), hub.transaction(caller) as tx:
        await meeting_planning.open_early(tx, caller, meeting_id, form.version())
    return await _meeting(request, caller, hub, asker, meeting_id, form)


@router.post("/meetings/{meeting_id}/items")
async def post_item(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Put a contact on the agenda by its reference."""
    form = await Form.read(request)
    if not form.text("reference"):
        form.fail("reference", "Give the reference of the contact")
    elif sent := form.body(ItemForm, {"reference": form.text("reference").upper()}):
        try:
            async with kept(form), hub.transaction(caller) as tx:
                await meeting_recording.add_item(tx, caller, meeting_id, reference=sent.reference, id=None)
        except meeting_recording.UnknownContact:
            form.fail("reference", "No contact of this partnership that you may know of has this reference")
    return await _meeting(request, caller, hub, asker, meeting_id, form)


@router.get("/meetings/{meeting_id}/closing")
async def get_closing(
    request: Request, meeting_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Show what closing the meeting leaves to the next one."""
    return await show(request, asker, await look(hub, manager, meeting_id), "meetings/closing.html")


@router.post("/meetings/{meeting_id}/closing")
async def post_closing(
    request: Request, meeting_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Close the meeting."""
    form = await Form.read(request)
    async with kept(form), hub.transaction(manager) as tx:
        await meeting_recording.close_meeting(tx, manager, meeting_id, form.version())
    if form.errors:
        return await show(request, asker, await look(hub, manager, meeting_id), "meetings/closing.html", form)
    return see_other(f"/meetings/{meeting_id}")


async def _meeting(
    request: Request, caller: Caller, hub: Hub, asker: Asks, id: UUID, form: Form | None = None
) -> Response:
    if form is not None and not form.errors:
        return see_other(f"/meetings/{id}")
    return await show(request, asker, await look(hub, caller, id), "meetings/meeting.html", form)
