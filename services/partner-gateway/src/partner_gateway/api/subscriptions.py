"""The agency's own systems: which are told by webhook, of what, and what became of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import AgencyLead
from mash.contracts.webhooks import WebhookEvent
from mash.hub import Hub
from mash.web import Cursor, HubDep, IfMatch, Page, Strict, decode_cursor, etag
from pydantic import Field, StringConstraints, model_validator

from partner_gateway.api.paging import Limit, next_cursor
from partner_gateway.api.views import View
from partner_gateway.domain.webhooks import Result, State
from partner_gateway.settings import Settings
from partner_gateway.usecases import subscribing
from partner_gateway.usecases.importing import partnership_for
from partner_gateway.webhooks.loop import allowed

router = APIRouter(prefix="/v1/subscriptions", tags=["subscriptions"])

Address = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=r"^[\x21-\x7e]+$")]
Events = Annotated[list[WebhookEvent], Field(min_length=1, max_length=20)]


class NewSubscription(Strict):
    """Where to, and of what. ``partnership`` is needed where the gateway serves more than one."""

    address: Address = Field(description="https only; its name has to lead out of the network.")
    events: Events
    partnership: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]*$", max_length=64)] | None = None


class ChangedSubscription(Strict):
    """What is to be other than it is; a paused subscription keeps what comes, and sends it afterwards."""

    address: Address | None = None
    events: Events | None = None
    state: Literal["active", "paused"] | None = None

    @model_validator(mode="after")
    def _change_something(self) -> ChangedSubscription:
        if self.address is None and self.events is None and self.state is None:
            raise ValueError("say what is to change: address, events or state")
        return self


class NewSecret(Strict):
    """For how long the secret before it goes on signing too."""

    overlap_hours: int = Field(default=24, ge=0, le=168)


class SubscriptionView(View):
    """A subscription; its secret is not in it."""

    id: UUID
    partnership: str
    address: str
    events: list[WebhookEvent]
    state: State
    ended_because: str | None = Field(description="`gone` where the system answered 410.")
    former_secret_until: datetime | None
    made_at: datetime
    made_by: str
    changed_at: datetime
    version: int


class CountedView(SubscriptionView):
    """The same, with how many deliveries wait and how many were given up."""

    waiting: int
    failed: int


class WithSecret(SubscriptionView):
    """The same, with the secret: this is the only time that it is shown."""

    secret: str


class AttemptView(View):
    """One try. ``status`` is what the system answered, if it did."""

    at: datetime
    result: Result
    status: int | None
    milliseconds: int


class DeliveryView(View):
    """What a system was told, or is to be; ``id`` is the header ``webhook-id``."""

    id: UUID
    event: str
    about_id: UUID | None = Field(description="The request or the product that it tells of.")
    state: Literal["waiting", "delivered", "failed"]
    created_at: datetime
    next_at: datetime | None = Field(description="When it is tried next; absent once it has ended.")
    ended_at: datetime | None
    attempts: list[AttemptView]


class SentOff(View):
    """The delivery that a test has made."""

    delivery_id: UUID


class Replayed(View):
    """How many deliveries are sent again."""

    count: int


async def _judge(hub: Hub, address: str) -> None:
    assert isinstance(hub.settings, Settings)
    await allowed(hub.settings).place(address)


@router.post("", status_code=201)
async def post_subscription(
    body: NewSubscription, caller: AgencyLead, hub: HubDep, response: Response
) -> WithSecret:
    """Have a system told by webhook from now on. The answer alone shows the secret."""
    partnership = partnership_for(hub, caller, body.partnership)
    await _judge(hub, body.address)
    async with hub.transaction(caller) as tx:
        made = await subscribing.subscribe(tx, caller, partnership, body.address, body.events)
    return _with_secret(response, made)


@router.get("")
async def get_subscriptions(caller: AgencyLead, hub: HubDep) -> Page[CountedView]:
    """List the newest subscriptions, those that have ended among them."""
    async with hub.transaction(caller) as tx:
        found = await subscribing.look_at_all(tx, caller)
    return Page(items=[_counted(one) for one in found])


@router.get("/{subscription_id}")
async def get_subscription(
    subscription_id: UUID, caller: AgencyLead, hub: HubDep, response: Response
) -> CountedView:
    """Give one subscription; its ETag is the version that a change names."""
    async with hub.transaction(caller) as tx:
        found = await subscribing.look_at_one(tx, caller, subscription_id)
    etag(response, found.subscription.version)
    return _counted(found)


@router.patch("/{subscription_id}")
async def patch_subscription(
    subscription_id: UUID,
    body: ChangedSubscription,
    caller: AgencyLead,
    version: IfMatch,
    hub: HubDep,
    response: Response,
) -> CountedView:
    """Change where to, of what, or whether at all for now."""
    if body.address is not None:
        await _judge(hub, body.address)
    wanted = subscribing.Change(body.address, body.events, body.state)
    async with hub.transaction(caller) as tx:
        found = await subscribing.change(tx, caller, subscription_id, version, wanted)
    etag(response, found.subscription.version)
    return _counted(found)


@router.delete("/{subscription_id}", status_code=204)
async def delete_subscription(subscription_id: UUID, caller: AgencyLead, hub: HubDep) -> None:
    """End a subscription: nothing more is sent, and what waits is given up."""
    async with hub.transaction(caller) as tx:
        await subscribing.end(tx, caller, subscription_id)


@router.post("/{subscription_id}/secret", status_code=201)
async def post_secret(
    subscription_id: UUID,
    body: NewSecret,
    caller: AgencyLead,
    version: IfMatch,
    hub: HubDep,
    response: Response,
) -> WithSecret:
    """Change the secret. For a while webhooks are signed with both, so that none is missed."""
    overlap = timedelta(hours=body.overlap_hours)
    async with hub.transaction(caller) as tx:
        made = await subscribing.change_secret(tx, caller, subscription_id, version, overlap)
    return _with_secret(response, made)


@router.post("/{subscription_id}/test", status_code=202)
async def post_test(subscription_id: UUID, caller: AgencyLead, hub: HubDep) -> SentOff:
    """Send a webhook that tells of nothing; what became of it is in the deliveries."""
    assert hub.settings.agency is not None
    async with hub.transaction(caller) as tx:
        sent = await subscribing.send_test(tx, caller, hub.settings.agency, subscription_id)
    return SentOff(delivery_id=sent)


@router.get("/{subscription_id}/deliveries")
async def get_deliveries(
    subscription_id: UUID,
    caller: AgencyLead,
    hub: HubDep,
    state: Literal["waiting", "delivered", "failed"] | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[DeliveryView]:
    """List what a system was told, the newest first, with every try."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        found = await subscribing.look_at_deliveries(tx, caller, subscription_id, state, after, limit)
    rows = [one.delivery for one in found]
    last = next_cursor(len(rows), limit, rows[-1]["created_at"], rows[-1]["id"]) if rows else None
    return Page(items=[_delivery(one) for one in found], next=last)


@router.post("/{subscription_id}/replay", status_code=202)
async def post_replay_failed(subscription_id: UUID, caller: AgencyLead, hub: HubDep) -> Replayed:
    """Send again all that was given up."""
    async with hub.transaction(caller) as tx:
        return Replayed(count=await subscribing.replay(tx, caller, subscription_id))


@router.post("/{subscription_id}/deliveries/{delivery_id}/replay", status_code=202)
async def post_replay(subscription_id: UUID, delivery_id: UUID, caller: AgencyLead, hub: HubDep) -> Replayed:
    """Send one delivery again, whatever became of it."""
    async with hub.transaction(caller) as tx:
        return Replayed(count=await subscribing.replay(tx, caller, subscription_id, delivery_id))


def _with_secret(response: Response, made: subscribing.WithSecret) -> WithSecret:
    etag(response, made.subscription.version)
    response.headers["Cache-Control"] = "no-store"
    return WithSecret.model_validate({**asdict(made.subscription), "secret": made.secret})


def _counted(one: subscribing.WithCounts) -> CountedView:
    return CountedView.model_validate(
        {**asdict(one.subscription), "waiting": one.waiting, "failed": one.failed}
    )


def _delivery(one: subscribing.Told) -> DeliveryView:
    row: dict[str, Any] = {**one.delivery, "attempts": [dict(made) for made in one.attempts]}
    return DeliveryView.model_validate(row | ({} if row["state"] == "waiting" else {"next_at": None}))
