"""Strategy discussions beside an enquiry: asked for, called off, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, Manager, SocialWorker
from mash.hub import Hub
from mash.web import HubDep, fingerprint, once
from mash.web.pages import Asker, Asks, Form, page_router, see_other

from enquiry.api.discussions import DiscussionForm, ResultForm, attendants
from enquiry.api.forms import ReasonForm
from enquiry.domain.discussions import Attendant, Discussion
from enquiry.pages.discussions_fields import (
    SAYS,
    actions_said,
    asked_members,
    attend_said,
    attended_said,
    first_form,
    labels_of,
    result_members,
    rows_of,
    time_said,
)
from enquiry.pages.enquiry_shown import kept, look, show
from enquiry.usecases import discussing
from enquiry.usecases.telling import Postbox

router = page_router()


@router.get("/enquiries/{id}/discussions")
async def get_discussions(
    request: Request, id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker
) -> Response:
    """Show the discussions that were asked for, with what came of them."""
    found = await look(hub, caller, id)
    async with hub.transaction(caller) as tx:
        discussions = await discussing.look_at_discussions(tx, caller, id)
    return await show(request, asker, found, "discussions/list.html", discussions=discussions)


@router.get("/enquiries/{id}/discussions/new")
async def get_new(request: Request, id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker) -> Response:
    """Show the form that asks for a discussion."""
    found = await look(hub, caller, id)
    return await show(request, asker, found, "discussions/new.html", first_form(found.partnership))


@router.post("/enquiries/{id}/discussions/new")
async def post_new(request: Request, id: UUID, caller: SocialWorker, hub: HubDep, asker: Asker) -> Response:
    """Ask for a discussion, and tell those who must attend."""
    form = await Form.read(request)
    data = {
        "reason": form.text("reason"),
        "attend": attend_said(form),
        "meets_at": time_said(form, "meets", "When it meets"),
    }
    sent = form.body(DiscussionForm, data, asked_members(form), labels_of(form))
    if sent and not form.errors:
        async with kept(form, {"meets_at": "meets"}), hub.transaction(caller) as tx:

            async def work() -> dict[str, Any]:
                asked = await discussing.ask_discussion(
                    tx,
                    Postbox(hub.sealing),
                    caller,
                    id,
                    reason=sent.reason,
                    attend=attendants(sent.attend),
                    meets_at=sent.meets_at,
                )
                return {"discussion_id": str(asked.id)}

            print = fingerprint(f"discussion {id} {sent.model_dump_json()}".encode())
            await once(tx, caller, form.once(), print, work)
    if form.errors:
        return await show(request, asker, await look(hub, caller, id), "discussions/new.html", form)
    return _back(id)


@router.get("/enquiries/{id}/discussions/{discussion_id}/result")
async def get_result(
    request: Request, id: UUID, discussion_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Show the form that records what came of a discussion."""
    return await _one(request, hub, manager, asker, id, discussion_id, "discussions/result.html")


@router.post("/enquiries/{id}/discussions/{discussion_id}/result")
async def post_result(
    request: Request, id: UUID, discussion_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Keep who attended, what was decided and what was agreed."""
    form = await Form.read(request)
    template = "discussions/result.html"
    asked = await _find(hub, manager, id, discussion_id)
    if form.said("more"):
        return await _one(request, hub, manager, asker, id, discussion_id, template, form)
    attended = attended_said(form, asked.attend)
    data = {
        "outcome": form.optional("outcome"),
        "conduct": form.optional("conduct"),
        "rationale": form.text("rationale"),
        "attended": attended,
        "actions": actions_said(form),
        "held_at": time_said(form, "held", "When it was held"),
    }
    sent = form.body(ResultForm, data, result_members(form, attended), labels_of(form))
    if sent and not form.errors:
        async with kept(form, {"held_at": "held"}), hub.transaction(manager) as tx:
            await discussing.record_result(
                tx, Postbox(hub.sealing), manager, id, discussion_id, form.version(), sent.result()
            )
    if form.errors:
        return await _one(request, hub, manager, asker, id, discussion_id, template, form)
    return _back(id)


@router.get("/enquiries/{id}/discussions/{discussion_id}/calling-off")
async def get_calling_off(
    request: Request, id: UUID, discussion_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Show what calling a discussion off does."""
    return await _one(request, hub, manager, asker, id, discussion_id, "discussions/calling-off.html")


@router.post("/enquiries/{id}/discussions/{discussion_id}/calling-off")
async def post_calling_off(
    request: Request, id: UUID, discussion_id: UUID, manager: Manager, hub: HubDep, asker: Asker
) -> Response:
    """Call a discussion off."""
    form = await Form.read(request)
    if sent := form.body(ReasonForm, {"reason": form.text("reason")}, says=SAYS):
        async with kept(form), hub.transaction(manager) as tx:
            await discussing.call_off(
                tx, Postbox(hub.sealing), manager, id, discussion_id, form.version(), sent.reason
            )
    if form.errors:
        template = "discussions/calling-off.html"
        return await _one(request, hub, manager, asker, id, discussion_id, template, form)
    return _back(id)


async def _one(
    request: Request,
    hub: Hub,
    caller: Caller,
    asker: Asks,
    id: UUID,
    discussion_id: UUID,
    template: str,
    form: Form | None = None,
) -> Response:
    found = await look(hub, caller, id)
    asked = await _find(hub, caller, id, discussion_id)
    return await show(
        request,
        asker,
        found,
        template,
        form,
        discussion=asked,
        invited=_named(asked.attend, {name: one.title for name, one in found.partnership.agencies.items()}),
        rows=rows_of(form),
    )


async def _find(hub: Hub, caller: Caller, id: UUID, discussion_id: UUID) -> Discussion:
    async with hub.transaction(caller) as tx:
        return await discussing.look_at_discussion(tx, caller, id, discussion_id)


def _named(attend: Sequence[Attendant], titles: dict[str, str]) -> list[tuple[int, str]]:
    return [
        (number, f"{one.role}, {titles[one.agency]}" if one.agency else one.role)
        for number, one in enumerate(attend)
    ]


def _back(id: UUID) -> Response:
    return see_other(f"/enquiries/{id}/discussions")
