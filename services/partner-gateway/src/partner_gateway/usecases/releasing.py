"""What the hub says about products: it asks for a release, tells what came of it, or sends a product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from mash.access import Caller
from mash.contracts.boundary import (
    Product,
    ProductReceipt,
    Release,
    ReleaseAsked,
    ReleasedItem,
    ReleaseOutcome,
)
from mash.contracts.webhooks import WebhookData
from mash.hub import Transaction
from mash.ids import new_id
from mash.messaging.handlers import Unreadable, Wait

from partner_gateway.domain import releases as rules
from partner_gateway.domain.releases import AskedItem, Asking, Decision
from partner_gateway.store import ledger
from partner_gateway.store import releases as store
from partner_gateway.usecases.calling import tell_systems
from partner_gateway.usecases.outward import Outward

AboutProduct = ReleaseAsked | ReleaseOutcome | Product
Receipt = dict[str, Any]


async def take_about_product(tx: Transaction, message: AboutProduct, out: Outward) -> None:
    """Keep what the hub says about a product, and send the receipt that proves it is here."""
    if isinstance(message, ReleaseAsked):
        await _take_asking(tx, message)
    elif isinstance(message, ReleaseOutcome):
        await _take_outcome(tx, message)
    else:
        await store.add_product(tx, message)
    detail = {"product_id": str(message.product_id)}
    tx.audit(action=f"product.{message.kind}", case=message.enquiry_id, detail=detail)
    await tell_systems(tx, message.kind, _told(message))
    out.post(tx, _receipt(tx, message))


def _told(message: AboutProduct) -> WebhookData:
    """What the agency's own systems are told of it: ids, and where it is read."""
    link = f"/v1/products/{message.product_id}" if isinstance(message, Product) else "/v1/releases"
    if isinstance(message, ReleaseAsked):
        link = f"/v1/releases/{message.message_id}"
    return WebhookData(
        agency=message.agency,
        partnership=message.partnership,
        enquiry_id=message.enquiry_id,
        product_id=message.product_id,
        link=link,
    )


async def _take_asking(tx: Transaction, message: ReleaseAsked) -> None:
    # What is asked about was returned by this gateway, and was committed before it was sent.
    own = await store.find_returned(tx, [item.item_id for item in message.items])
    if any(own.get(one.item_id, ())[:2] != (one.request_id, message.enquiry_id) for one in message.items):
        raise Unreadable("it asks about an item that this agency did not return")
    words = message.model_dump(
        mode="json", include={"receiver", "purpose", "lawful_basis", "necessity", "asked_by", "reference"}
    )
    asking = Asking(
        id=message.message_id,
        product_id=message.product_id,
        enquiry_id=message.enquiry_id,
        partnership=message.partnership,
        asked_at=message.asked_at,
        received_at=tx.now,
        hub_version=message.version,
        items=tuple(AskedItem(**one.model_dump(exclude={"owner"})) for one in message.items),
        **words,
    )
    await store.add_asking(tx, asking)


async def _take_outcome(tx: Transaction, message: ReleaseOutcome) -> None:
    if not await store.note_outcome(tx, message.product_id, message.items, message.became, message.at):
        raise Wait("the request for the release has not come yet")
    if message.became == "sent":
        await ledger.mark_used(tx, message.items, message.at)


def _receipt(tx: Transaction, message: AboutProduct) -> ProductReceipt:
    return ProductReceipt(
        message_id=new_id(),
        partnership=message.partnership,
        enquiry_id=message.enquiry_id,
        product_id=message.product_id,
        receipt_of=message.message_id,
        sent_at=tx.now,
    )


async def answer_asking(
    tx: Transaction, caller: Caller, id: UUID, version: int, decisions: Sequence[Decision], out: Outward
) -> Receipt:
    """Release or refuse items; what was decided is in the ledger, and the hub is told no more than that.

    Raises ``UnknownRelease``, ``StaleVersion``, or why an item cannot be decided on.
    """
    before = await store.get_asking(tx, caller, id, version=version, lock=True)
    own = await store.find_returned(tx, [item.item_id for item in before.items])
    standing = {item_id for item_id, (_, _, stands) in own.items() if stands}
    decided = rules.decide(before, decisions, standing, caller.subject, tx.now)
    after = replace(before, version=before.version + 1, answer_version=before.answer_version + 1)
    await store.save_decisions(tx, after, decided)
    await ledger.write_decisions(tx, after, decided, {one.id: one.explanation for one in decisions})
    out.post(tx, _release(tx, caller, after, decided))
    _record(tx, caller, after, "release_answered")
    return {"release_id": str(id), "version": after.version, "answer_version": after.answer_version}


def _release(tx: Transaction, caller: Caller, asking: Asking, decided: Sequence[AskedItem]) -> Release:
    items = [
        ReleasedItem(id=one.id, decision=one.decision, refused_because=one.refused_because)
        for one in decided
        if one.decision is not None
    ]
    return Release(
        message_id=new_id(),
        partnership=asking.partnership,
        enquiry_id=asking.enquiry_id,
        product_id=asking.product_id,
        asked_in=asking.id,
        version=asking.answer_version,
        items=items,
        sent_at=tx.now,
        sent_by=caller.subject,
    )


async def look_at_askings(
    tx: Transaction, caller: Caller, *, waiting_only: bool, after: store.Place | None, limit: int
) -> list[Asking]:
    """One page of what the hub asks to let go to others."""
    found = await store.list_askings(tx, caller, waiting_only=waiting_only, after=after, limit=limit)
    for enquiry_id in sorted({one.enquiry_id for one in found}):
        tx.audit(action="release.listed", case=enquiry_id, caller=caller)
    return found


async def look_at_asking(tx: Transaction, caller: Caller, id: UUID) -> Asking:
    """One asking, with the very words that would go. Raises ``UnknownRelease``."""
    found = await store.get_asking(tx, caller, id)
    _record(tx, caller, found, "release_viewed")
    return found


async def look_at_products(
    tx: Transaction, caller: Caller, *, after: store.Place | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """One page of the products that the hub sent this agency."""
    found = await store.list_products(tx, caller, after=after, limit=limit)
    for enquiry_id in sorted({UUID(one["enquiry_id"]) for one in found}):
        tx.audit(action="product.listed", case=enquiry_id, caller=caller)
    return found


async def look_at_product(tx: Transaction, caller: Caller, product_id: UUID) -> Mapping[str, Any]:
    """One product that the hub sent this agency. Raises ``UnknownProduct``."""
    found = await store.get_product(tx, caller, product_id)
    detail = {"product_id": str(product_id)}
    tx.audit(action="product.viewed", case=UUID(found["enquiry_id"]), caller=caller, detail=detail)
    return found


def _record(tx: Transaction, caller: Caller, asking: Asking, action: str) -> None:
    detail = {"product_id": str(asking.product_id), "release_id": str(asking.id)}
    tx.audit(action=f"product.{action}", case=asking.enquiry_id, caller=caller, detail=detail)
