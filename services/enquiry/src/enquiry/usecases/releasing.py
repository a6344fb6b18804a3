"""Owners are asked to let their items go to a receiver, word for word, and answer item by item."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal
from uuid import UUID

import structlog
from mash import partnerships
from mash.access import Caller
from mash.contracts.boundary import (
    ItemToRelease,
    Product,
    ProductReceipt,
    Receiver,
    Release,
    ReleaseAsked,
    ReleasedItem,
    ReleaseOutcome,
    SharedItem,
)
from mash.errors import Invalid
from mash.hub import Transaction
from mash.ids import new_id
from mash.messaging.handlers import Unreadable
from mash.sealing import TooLargeToSeal

from enquiry.domain import products as rules
from enquiry.domain.enquiry import Request
from enquiry.domain.products import Item
from enquiry.domain.products import Product as Made
from enquiry.store import products as store
from enquiry.store.enquiries import find_for_event
from enquiry.store.notices import add_notices, note_message_received
from enquiry.usecases.sharing import Open, changed, record
from enquiry.usecases.telling import Postbox

log = structlog.get_logger()


class ProductTooLong(Invalid):
    """The product is longer than the boundary carries in one message."""


async def ask_release(tx: Transaction, postbox: Postbox, caller: Caller, whole: Open) -> Made:
    """Ask each owner about those of its items that it has not been asked about in these words."""
    version = whole.product.version + 1
    asked: list[Item] = []
    for agency, items in rules.to_ask(whole.items).items():
        message = _asking(tx, whole, agency, items, version)
        await send(tx, postbox, message, version, "researcher")
        asked += [
            replace(item, state="asked", asked_in=message.message_id, asked_at=tx.now) for item in items
        ]
    return await changed(tx, caller, whole.product, "release_asked", asked)


async def drop_item(
    tx: Transaction, postbox: Postbox, caller: Caller, whole: Open, item_id: UUID, why: str
) -> Made:
    """Leave an item out; an owner that was asked about it is told so."""
    item = rules.pick(whole.items, item_id)
    without = rules.dropped(item, why)
    await tell_outcome(tx, postbox, whole.product, [item], "not_sent")
    return await changed(tx, caller, whole.product, "item_dropped", [without])


async def abandon(tx: Transaction, postbox: Postbox, caller: Caller, whole: Open, why: str) -> Made:
    """Give the product up; owners that were asked are told so."""
    left = [item for item in whole.items if item.state not in rules.OUT]
    await tell_outcome(tx, postbox, whole.product, left, "not_sent")
    out = [rules.dropped(item, why) for item in left]
    return await changed(tx, caller, whole.product, "abandoned", out, state="abandoned")


async def tell_outcome(
    tx: Transaction,
    postbox: Postbox,
    product: Made,
    items: Sequence[Item],
    became: Literal["sent", "not_sent"],
) -> None:
    """Tell each owner that was asked what became of its items."""
    owners: dict[str, list[UUID]] = {}
    for item in items:
        if item.agency is not None and item.asked_in is not None:
            owners.setdefault(item.agency, []).append(item.id)
    for agency, ids in owners.items():
        message = ReleaseOutcome(
            message_id=new_id(),
            partnership=product.partnership,
            enquiry_id=product.enquiry_id,
            product_id=product.id,
            agency=agency,
            became=became,
            items=ids,
            at=tx.now,
        )
        await send(tx, postbox, message, product.version, "researcher")


async def send(
    tx: Transaction,
    postbox: Postbox,
    message: ReleaseAsked | ReleaseOutcome | Product,
    version: int,
    told: str,
) -> None:
    """Seal and post a message about a product, with the proof that it was. Raises :class:`ProductTooLong`."""
    try:
        postbox.post(tx, message)
    except TooLargeToSeal:
        raise ProductTooLong(
            "The product is longer than can be sent at once, which is about 110,000 letters in all. "
            "Cut it to what the receiver needs.",
            field="items",
        ) from None
    notice = {
        "message_id": message.message_id,
        "product_id": message.product_id,
        "enquiry_id": message.enquiry_id,
        "partnership": message.partnership,
        "agency": message.agency,
        "kind": message.kind,
        "version": version,
        "told": told,
        "means": "nats",
        "told_at": tx.now,
    }
    await add_notices(tx, [notice])


def _asking(tx: Transaction, whole: Open, agency: str, items: Sequence[Item], version: int) -> ReleaseAsked:
    product = whole.product
    return ReleaseAsked(
        message_id=new_id(),
        partnership=product.partnership,
        enquiry_id=product.enquiry_id,
        product_id=product.id,
        agency=agency,
        reference=whole.enquiry.reference,
        receiver=receiver_of(product),
        purpose=product.purpose,
        lawful_basis=product.lawful_basis,
        necessity=product.necessity,
        version=version,
        items=[_to_release(item) for item in items],
        asked_at=tx.now,
        asked_by=f"MASH, {partnerships.get(product.partnership).front_door.duty_line}",
    )


def receiver_of(product: Made) -> Receiver:
    """The receiver, as owners and the receiver itself read it."""
    return Receiver(kind=product.receiver_kind, name=product.receiver_name, agency=product.receiver_agency)


def shared_item(item: Item) -> SharedItem:
    """An item as its receiver gets it; the release of its owner is for nothing else."""
    original = item.original or {}
    return SharedItem(
        id=item.id,
        text=item.text,
        owner=item.agency,
        recorded_on=original.get("recorded_on"),
        caveat=original.get("caveat"),
    )


def _to_release(item: Item) -> ItemToRelease:
    return ItemToRelease.model_validate(
        {
            **shared_item(item).model_dump(),
            "item_id": item.item_id,
            "request_id": item.request_id,
            "answer_version": item.answer_version,
        }
    )


async def take_release(tx: Transaction, sender: str, message: Release) -> None:
    """Take an owner's answer about items of its own; what comes after the sending is kept and shown.

    Raises ``Unreadable`` for what is not about the sender's own items: it is set aside whole.
    """
    product = await _product_of(tx, message)
    items = {item.id: item for item in await store.list_items(tx, product.id)}
    if any(one.id not in items or items[one.id].agency != sender for one in message.items):
        raise Unreadable("an item is not the agency's to release")
    if await _is_repeat(tx, product, message):
        return
    await store.add_release(tx, product, sender, message, after_closing=product.state != "draft")
    moved = [_answered(tx, items[one.id], one, message) for one in message.items if product.state == "draft"]
    new = [item for item in moved if item is not None]
    action = "release_answered" if new else "release_answered_late"
    if not new:
        log.warning("release_without_effect", product_id=str(product.id))
        record(tx, None, product, action)
        return
    await _moved(tx, product, action, new)


async def _product_of(tx: Transaction, message: Release | ProductReceipt) -> Made:
    enquiry_id = await store.find_enquiry_of(tx, message.product_id)
    if enquiry_id is None:
        raise Unreadable("there is no such product")
    enquiry = await find_for_event(tx, enquiry_id)
    if enquiry is None or (message.enquiry_id, message.partnership) != (enquiry.id, enquiry.partnership):
        raise Unreadable("the product belongs to another enquiry")
    return await store.get_product(tx, enquiry.id, message.product_id)


async def _is_repeat(tx: Transaction, product: Made, message: Release) -> bool:
    said = [one.model_dump(mode="json") for one in message.items]
    for held in await store.list_releases(tx, product.id):
        if (held["asked_in"], held["version"]) == (message.asked_in, message.version):
            if held["items"] != said:
                raise Unreadable("another answer of this version is held already")
            return True
    return False


def _answered(tx: Transaction, item: Item, said: ReleasedItem, message: Release) -> Item | None:
    """The item as its owner's answer leaves it; none where it was asked about other words since."""
    if item.state in rules.OUT or item.asked_in != message.asked_in:
        return None
    if message.version <= item.release_version:
        return None
    return replace(
        item,
        state=said.decision,
        refused_because=said.refused_because,
        answered_at=min(message.sent_at, tx.now),
        release_version=message.version,
    )


async def take_receipt(tx: Transaction, sender: str, message: ProductReceipt) -> None:
    """Keep that what was sent about a product lies in the agency's own store."""
    product = await _product_of(tx, message)
    await note_message_received(tx, sender, message.receipt_of)
    if product.state == "sent" and product.receiver_agency == sender and product.received_at is None:
        sent = await store.find_sent(tx, product.id) or {}
        if sent.get("message_id") == str(message.receipt_of):
            await store.save_product(tx, replace(product, received_at=tx.now))


async def let_lapse(tx: Transaction, request: Request) -> None:
    """Let what an agency has corrected or withdrawn fall out of the products not yet sent."""
    for product in await store.list_drafts_of_request(tx, request.id):
        out = rules.lapsed(await store.list_items(tx, product.id), request)
        if out:
            await _moved(tx, product, "item_lapsed", out)


async def _moved(tx: Transaction, product: Made, action: str, items: Sequence[Item]) -> None:
    """Write what an agency has changed, as a new version, so that nobody sends what they have not seen."""
    new = replace(product, version=product.version + 1)
    await store.save_product(tx, new)
    await store.put_items(tx, new, items)
    record(tx, None, new, action, [item.id for item in items])
