"""The agency's own systems: which are told by webhook, of what, and what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, Final, Literal, get_args
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash import partnerships
from mash.access import AgencyLead, Caller
from mash.contracts.webhooks import WebhookEvent
from mash.errors import Conflict, Invalid, NotFound
from mash.hub import Hub, Transaction
from mash.web import Cursor, HubDep, decode_cursor, encode_cursor
from mash.web.pages import Form, page_router, render, see_other
from mash.web.problems import status_of

from partner_gateway.api.subscriptions import ChangedSubscription, NewSecret, NewSubscription
from partner_gateway.pages.wordings import EVENTS, RESULTS
from partner_gateway.settings import Settings
from partner_gateway.usecases import subscribing
from partner_gateway.usecases.importing import partnership_for
from partner_gateway.webhooks.loop import allowed

router = page_router()

ROWS: Final = 50
DeliveryState = Literal["waiting", "delivered", "failed"]
_SAYS: Final = {
    "address": "address: Enter an address that begins with https://, without spaces",
    "events": "events: Tick what the system is to be told of",
}
_EVENT_CHOICES: Final = [(event, EVENTS[event]) for event in get_args(WebhookEvent)]


@router.get("/desk/systems")
async def get_systems(request: Request, caller: AgencyLead, hub: HubDep) -> Response:
    """Show which systems are told."""
    return await _systems(request, caller, hub, Form.of(events=[event for event, _ in _EVENT_CHOICES]))


@router.post("/desk/systems")
async def post_systems(request: Request, caller: AgencyLead, hub: HubDep) -> Response:
    """Have a system told from now on. The page that follows alone shows the secret."""
    form = await Form.read(request)
    asked = {
        "address": form.text("address"),
        "events": form.all("events"),
        "partnership": form.optional("partnership"),
    }
    body = form.body(NewSubscription, asked, _SAYS)
    if body is None:
        return await _systems(request, caller, hub, form, 422)
    try:
        partnership = partnership_for(hub, caller, body.partnership)
        await _judge(hub, body.address)
        async with hub.transaction(caller) as tx:
            made = await subscribing.subscribe(tx, caller, partnership, body.address, body.events)
    except (Conflict, Invalid, NotFound) as refusal:
        form.refuse(refusal)
        return await _systems(request, caller, hub, form, status_of(refusal))
    return _secret(request, made)


@router.get("/desk/systems/{subscription_id}")
async def get_system(
    request: Request,
    subscription_id: UUID,
    caller: AgencyLead,
    hub: HubDep,
    state: DeliveryState | None = None,
    cursor: Cursor = None,
) -> Response:
    """Show one system, and what it was told."""
    return await _system(request, caller, hub, subscription_id, None, state=state, cursor=cursor)


@router.post("/desk/systems/{subscription_id}")
async def post_system(request: Request, subscription_id: UUID, caller: AgencyLead, hub: HubDep) -> Response:
    """Change where to and of what."""
    form = await Form.read(request)
    asked = {"address": form.text("address"), "events": form.all("events")}
    body = form.body(ChangedSubscription, asked, _SAYS)
    if body is None:
        return await _system(request, caller, hub, subscription_id, form, 422)
    version = form.version()

    async def work(tx: Transaction) -> object:
        wanted = subscribing.Change(body.address, body.events, None)
        return await subscribing.change(tx, caller, subscription_id, version, wanted)

    try:
        await _judge(hub, body.address or "")
    except Invalid as refusal:
        form.refuse(refusal)
        return await _system(request, caller, hub, subscription_id, form, 422)
    return await _do(request, caller, hub, subscription_id, form, work)


@router.post("/desk/systems/{subscription_id}/state")
async def post_state(request: Request, subscription_id: UUID, caller: AgencyLead, hub: HubDep) -> Response:
    """Pause a system, go on with it, end it, try it, or send again what was given up."""
    form = await Form.read(request)
    do = form.text("do")
    agency = hub.settings.agency
    assert agency is not None

    async def work(tx: Transaction) -> object:
        if do in ("active", "paused"):
            body = ChangedSubscription.model_validate({"state": do})
            wanted = subscribing.Change(state=body.state)
            return await subscribing.change(tx, caller, subscription_id, form.version(), wanted)
        if do == "end":
            await subscribing.end(tx, caller, subscription_id)
            return None
        if do == "test":
            return await subscribing.send_test(tx, caller, agency, subscription_id)
        return await subscribing.replay(tx, caller, subscription_id)

    return await _do(request, caller, hub, subscription_id, form, work)


@router.post("/desk/systems/{subscription_id}/deliveries/{delivery_id}/replay")
async def post_replay(
    request: Request, subscription_id: UUID, delivery_id: UUID, caller: AgencyLead, hub: HubDep
) -> Response:
    """Send one delivery again, whatever became of it."""

    async def work(tx: Transaction) -> object:
        return await subscribing.replay(tx, caller, subscription_id, delivery_id)

    return await _do(request, caller, hub, subscription_id, Form(), work)


@router.post("/desk/systems/{subscription_id}/secret")
async def post_secret(request: Request, subscription_id: UUID, caller: AgencyLead, hub: HubDep) -> Response:
    """Give a new secret, shown this once; the one before signs too for a while."""
    form = await Form.read(request)
    hours = form.text("overlap_hours") or "24"
    body = form.body(
        NewSecret, {"overlap_hours": hours}, {"overlap_hours": "overlap_hours: Enter 0 to 168 hours"}
    )
    if body is None:
        return await _system(request, caller, hub, subscription_id, form, 422)
    try:
        async with hub.transaction(caller) as tx:
            made = await subscribing.change_secret(
                tx, caller, subscription_id, form.version(), timedelta(hours=body.overlap_hours)
            )
    except Conflict as refusal:
        form.refuse(refusal)
        return await _system(request, caller, hub, subscription_id, form, status_of(refusal))
    return _secret(request, made)


async def _do(
    request: Request,
    caller: Caller,
    hub: Hub,
    subscription_id: UUID,
    form: Form,
    work: Callable[[Transaction], Awaitable[object]],
) -> Response:
    """Do ``work`` and show the system again, or say in the form why it cannot be done."""
    try:
        async with hub.transaction(caller) as tx:
            await work(tx)
    except Conflict as refusal:
        form.refuse(refusal)
        return await _system(request, caller, hub, subscription_id, form, status_of(refusal))
    return see_other(f"/desk/systems/{subscription_id}")


async def _judge(hub: Hub, address: str) -> None:
    assert isinstance(hub.settings, Settings)
    await allowed(hub.settings).place(address)


def _secret(request: Request, made: subscribing.WithSecret) -> Response:
    response = render(request, "system_secret.html", one=made.subscription, secret=made.secret)
    response.headers["cache-control"] = "no-store"
    return response


async def _systems(request: Request, caller: Caller, hub: Hub, form: Form, status: int = 200) -> Response:
    async with hub.transaction(caller) as tx:
        found = await subscribing.look_at_all(tx, caller)
    served = sorted(caller.partnerships & set(hub.settings.partnerships))
    return render(
        request,
        "systems.html",
        status,
        systems=found,
        form=form,
        event_choices=_EVENT_CHOICES,
        partnerships=[(name, partnerships.get(name).title) for name in served],
    )


async def _system(
    request: Request,
    caller: Caller,
    hub: Hub,
    subscription_id: UUID,
    form: Form | None,
    status: int = 200,
    *,
    state: DeliveryState | None = None,
    cursor: str | None = None,
) -> Response:
    async with hub.transaction(caller) as tx:
        found = await subscribing.look_at_one(tx, caller, subscription_id)
        told = await subscribing.look_at_deliveries(
            tx, caller, subscription_id, state, decode_cursor(cursor), ROWS
        )
    last: Any = told[-1].delivery if len(told) == ROWS else None
    shown = Form.of(address=found.subscription.address, events=list(found.subscription.events))
    if form is not None:
        # What was typed, on a page that also has forms in which nothing was.
        shown.values |= form.values
        shown.errors, shown.stale = form.errors, form.stale
    return render(
        request,
        "system.html",
        status,
        found=found,
        one=found.subscription,
        told=told,
        state=state,
        form=shown,
        event_choices=_EVENT_CHOICES,
        events=EVENTS,
        results=RESULTS,
        following=encode_cursor(last["created_at"], last["id"]) if last else None,
        now=tx.now,
    )
