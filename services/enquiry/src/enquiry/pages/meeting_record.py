"""What is recorded of a meeting as a whole: who came, what was learnt, and who is to do what by when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import Caller, HubStaff
from mash.hub import Hub
from mash.web import HubDep, fingerprint, once
from mash.web.pages import Asker, Asks, Form, page_router, render, see_other

from enquiry.api import meeting_views as views
from enquiry.api.meeting_items import ActionForm
from enquiry.api.meetings import AttendanceForm, DoneForm, LearningForm
from enquiry.domain.meeting import agencies_of
from enquiry.pages.enquiry_shown import kept
from enquiry.pages.meeting_shown import look, recorded_over, show
from enquiry.usecases import meeting_looking, meeting_recording

router = page_router()
ACTION_SAYS = {
    "agency": "agency: Choose whose action it is",
    "what": "what: Write what is to be done",
    "due_on": "due: Give the day by which it is done",
}


@router.get("/meetings/{meeting_id}/attendance")
async def get_attendance(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show the form for who came."""
    found = await look(hub, caller, meeting_id)
    words = {}
    for one in views.detail(found).attendance:
        words[f"who-{one.agency}"] = one.who
        words[f"came-{one.agency}"] = "yes" if one.present else "no"
    return await show(request, asker, found, "meetings/attendance.html", Form.of(words))


@router.post("/meetings/{meeting_id}/attendance")
async def post_attendance(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Keep who came."""
    form = await Form.read(request)
    found = await look(hub, caller, meeting_id)
    rows: list[dict[str, Any]] = []
    labels = {}
    for agency, title in views.detail(found).expected.items():
        labels[f"who-{agency}"] = f"Who of {title}"
        who, came = form.text(f"who-{agency}"), form.text(f"came-{agency}")
        if who and not came:
            form.fail(f"came-{agency}", f"Say whether {title} came or sent apologies")
        elif came and not who:
            form.fail(f"who-{agency}", f"Say who of {title}")
        elif who:
            rows.append({"agency": agency, "who": who, "present": came == "yes"})
    members = {f"attendance.{number}.who": f"who-{row['agency']}" for number, row in enumerate(rows)}
    if not form.errors and (sent := form.body(AttendanceForm, {"attendance": rows}, members, labels)):
        attendance = [one.model_dump() for one in sent.attendance]
        async with kept(form), hub.transaction(caller) as tx:
            await meeting_recording.record_attendance(tx, caller, meeting_id, form.version(), attendance)
    if form.errors:
        found = await look(hub, caller, meeting_id)
        return await show(request, asker, found, "meetings/attendance.html", form)
    return see_other(f"/meetings/{meeting_id}")


@router.get("/meetings/{meeting_id}/learning")
async def get_learning(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show the form for what was done well and learnt."""
    return await _learning(request, caller, hub, asker, meeting_id)


@router.post("/meetings/{meeting_id}/learning")
async def post_learning(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Keep what was done well and learnt."""
    form = await Form.read(request)
    data = {name: form.text(name) for name in ("good_practice", "learning")}
    if sent := form.body(LearningForm, data):
        async with kept(form), hub.transaction(caller) as tx:
            await meeting_recording.record_learning(
                tx,
                caller,
                meeting_id,
                form.version(),
                good_practice=sent.good_practice,
                learning=sent.learning,
            )
    if form.errors:
        return await _learning(request, caller, hub, asker, meeting_id, form)
    return see_other(f"/meetings/{meeting_id}")


async def _learning(
    request: Request, caller: Caller, hub: Hub, asker: Asks, id: UUID, form: Form | None = None
) -> Response:
    found = await look(hub, caller, id)
    meeting = views.detail(found)
    known = {"good_practice": meeting.good_practice, "learning": meeting.learning}
    recorded = recorded_over(form, known)
    return await show(
        request, asker, found, "meetings/learning.html", form or Form.of(known), recorded=recorded
    )


@router.get("/meetings/{meeting_id}/new-action")
async def get_new_action(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show the form for an action of no one case."""
    return await show(request, asker, await look(hub, caller, meeting_id), "meetings/action.html")


@router.post("/meetings/{meeting_id}/new-action")
async def post_new_action(
    request: Request, meeting_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Keep who is to do what by when, of no one case."""
    form = await Form.read(request)
    await agree(form, caller, hub, meeting_id)
    if form.errors:
        return await show(request, asker, await look(hub, caller, meeting_id), "meetings/action.html", form)
    return see_other(f"/meetings/{meeting_id}")


async def agree(form: Form, caller: Caller, hub: Hub, meeting_id: UUID, item_id: UUID | None = None) -> None:
    """Keep the action that a form tells of, once; or in the form why it is refused."""
    data = {
        "agenda_item_id": item_id,
        "agency": form.text("agency"),
        "what": form.text("what"),
        "due_on": form.day("due", "The day"),
    }
    sent = form.body(ActionForm, data, says=ACTION_SAYS) if not form.errors else None
    if sent is None:
        return
    async with kept(form), hub.transaction(caller) as tx:

        async def work() -> dict[str, str]:
            new = await meeting_recording.add_action(
                tx,
                caller,
                meeting_id,
                item_id=item_id,
                agency=sent.agency,
                what=sent.what,
                due_on=sent.due_on,
            )
            return {"meeting_action_id": str(new.id)}

        await once(tx, caller, form.once(), fingerprint(sent), work)


@router.get("/meetings/actions")
async def get_actions(
    request: Request, caller: HubStaff, hub: HubDep, asker: Asker, overdue: bool = False
) -> Response:
    """Show what meetings agreed and nobody has said is done."""
    async with hub.transaction(caller) as tx:
        found, today = await meeting_looking.list_outstanding(tx, caller, only_overdue=overdue)
    actions = [views.action(one, today) for one in found]
    return render(
        request,
        "meetings/actions.html",
        actions=actions,
        overdue=overdue,
        late=sum(one.overdue for one in actions),
        agencies=agency_titles(caller),
        headers=await asker.headers(one.contact_id for one in actions if one.contact_id),
    )


def agency_titles(caller: Caller) -> dict[str, str]:
    """What the agencies of all of somebody's partnerships are called."""
    of_each = [agencies_of(partnerships.get(name)) for name in sorted(caller.partnerships)]
    return {agency: title for titles in of_each for agency, title in titles.items()}


@router.get("/meetings/actions/{meeting_action_id}")
async def get_action(
    request: Request, meeting_action_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Show one action, to say that it is done."""
    return await _action(request, caller, hub, asker, meeting_action_id, Form())


@router.post("/meetings/actions/{meeting_action_id}")
async def post_action(
    request: Request, meeting_action_id: UUID, caller: HubStaff, hub: HubDep, asker: Asker
) -> Response:
    """Keep that an action is done."""
    form = await Form.read(request)
    if sent := form.body(DoneForm, {"note": form.text("note")}):
        async with kept(form), hub.transaction(caller) as tx:
            await meeting_recording.mark_done(tx, caller, meeting_action_id, form.version(), sent.note)
    if form.errors:
        return await _action(request, caller, hub, asker, meeting_action_id, form)
    return see_other("/meetings/actions")


async def _action(request: Request, caller: Caller, hub: Hub, asker: Asks, id: UUID, form: Form) -> Response:
    async with hub.transaction(caller) as tx:
        found, today, agencies = await meeting_looking.look_at_action(tx, caller, id)
    action = views.action(found, today)
    return render(
        request,
        "meetings/done.html",
        status=(412 if form.stale else 422) if form.errors else 200,
        form=form,
        action=action,
        agencies=agencies,
        headers=await asker.headers([action.contact_id] if action.contact_id else []),
    )
