"""Tells the agency's own systems what came: written with it in one transaction, sent after it by a loop."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from mash.contracts.boundary import InformationRequest
from mash.contracts.webhooks import EVENT_OF_KIND, TEST_EVENT, WebhookBody, WebhookData
from mash.hub import Hub, Transaction
from mash.telemetry.logs import describe
from prometheus_client import Counter, Gauge

from partner_gateway.domain.webhooks import Attempt, next_attempt
from partner_gateway.store import deliveries, subscriptions
from partner_gateway.store.deliveries import Due
from partner_gateway.webhooks.sending import Post, Sender, spread

log = structlog.get_logger()

sent = Counter("mash_webhooks", "Tries to tell an agency's own system, by what became of them.", ["result"])
undelivered = Gauge("mash_webhooks_undelivered", "Webhooks that wait, or were given up.", ["status"])


def about_request(message: InformationRequest) -> WebhookData:
    """What a system is told of one of the hub's messages about a request, which names nobody."""
    return WebhookData(
        agency=message.agency,
        partnership=message.partnership,
        request_id=message.request_id,
        enquiry_id=message.enquiry_id,
        version=message.version,
        rating=message.rating,
        due_at=message.due_at,
        link=f"/v1/requests/{message.request_id}",
    )


async def tell_systems(tx: Transaction, kind: str, data: WebhookData) -> None:
    """Write what the agency's systems are to be told of one of the hub's messages, by its kind."""
    event = EVENT_OF_KIND.get(kind)
    if event is None:
        return
    told = await subscriptions.find_telling(tx, data.partnership, event)
    body = WebhookBody(type=event, timestamp=tx.now, data=data).model_dump_json()
    for id in told:
        await deliveries.add_delivery(tx, id, event, body, data)


async def tell_test(tx: Transaction, agency: str, partnership: str, subscription_id: UUID) -> UUID:
    """Write a webhook that tells of nothing, so that an agency can see whether its system hears."""
    data = WebhookData(agency=agency, partnership=partnership)
    body = WebhookBody(type=TEST_EVENT, timestamp=tx.now, data=data).model_dump_json()
    return await deliveries.add_delivery(tx, subscription_id, TEST_EVENT, body, data)


async def send_due(hub: Hub, sender: Sender) -> int:
    """Send what is due, all at once; return how many were."""
    async with hub.transaction() as tx:
        due = await deliveries.claim_due(tx)
    results = await asyncio.gather(*(_send(hub, sender, one) for one in due), return_exceptions=True)
    _tell_faults(results)
    return len(due)


def _tell_faults(results: Sequence[object]) -> None:
    for error in results:
        # What was claimed is tried again once the claim has run out.
        if isinstance(error, Exception):
            log.warning("webhook_interrupted", error=describe(error))


async def _send(hub: Hub, sender: Sender, due: Due) -> None:
    at = hub.clock()
    async with hub.transaction() as tx:
        secrets = await subscriptions.find_signing_secrets(tx, due.subscription_id)
    if not secrets:
        # It ended after it was claimed, and what waited for it was given up with it.
        return
    made = await sender.send(Post(str(due.id), due.address, due.body, secrets), at)
    async with hub.transaction() as tx:
        await _record(tx, due, at, made)
    sent.labels(made.result).inc()
    if made.result != "delivered":
        log.warning(
            "webhook_not_delivered",
            subscription=str(due.subscription_id),
            delivery=str(due.id),
            result=made.result,
            status=made.status,
        )


async def _record(tx: Transaction, due: Due, at: datetime, made: Attempt) -> None:
    again = None
    if made.result not in ("delivered", "gone"):
        again = next_attempt(due.attempts + 1, due.first_at or at, tx.now, spread())
    await deliveries.record_attempt(tx, due, at, made, again)
    if made.result == "gone" and await subscriptions.end_gone(tx, due.subscription_id):
        await deliveries.fail_waiting(tx, due.subscription_id)
        tx.audit(action="subscription.gone", detail={"subscription_id": str(due.subscription_id)})


async def tidy(hub: Hub) -> None:
    """Drop what ended long ago."""
    async with hub.transaction() as tx:
        await deliveries.forget_old(tx)


async def measure(hub: Hub) -> None:
    """Count what waits and what was given up, each time that metrics are read."""
    async with hub.transaction() as tx:
        counts = await deliveries.count_all(tx)
    for state in ("waiting", "failed"):
        undelivered.labels(state).set(counts.get(state, 0))
