"""Products in the database. Their words are read and written here alone, in one column a table.

Whoever changes a product holds its enquiry's row first, as does an agency's answer, so that neither crosses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any, TypeVar
from uuid import UUID

import sqlalchemy as sa
from mash.contracts.boundary import Release
from mash.errors import NotFound
from mash.hub import Transaction
from mash.web import StaleVersion
from sqlalchemy.dialects.postgresql import insert

from enquiry.domain.products import Item, Product
from enquiry.store import tables

_PRODUCT_WORDS = ("receiver_name", "purpose", "lawful_basis", "necessity")
_ITEM_WORDS = ("text", "original", "dropped_because")
MOST_LISTED = 500

Record = TypeVar("Record", Product, Item)


class UnknownProduct(NotFound):
    """The enquiry has no such product."""


async def add_product(tx: Transaction, new: Product) -> None:
    """Write a new product."""
    rows = await tx.sealed(tables.product, [_row(new, _PRODUCT_WORDS)])
    await tx.execute(sa.insert(tables.product), rows)


async def save_product(tx: Transaction, changed: Product) -> None:
    """Write a product as it now stands."""
    (row,) = await tx.sealed(tables.product, [_row(changed, _PRODUCT_WORDS)])
    await tx.execute(sa.update(tables.product).where(tables.product.c.id == changed.id).values(row))


async def get_product(tx: Transaction, enquiry_id: UUID, id: UUID, version: int | None = None) -> Product:
    """A product of an enquiry that the caller was found to see; ``version`` is what they have read of it.

    Raises :class:`UnknownProduct`, ``StaleVersion``.
    """
    of_enquiry = (tables.product.c.id == id) & (tables.product.c.enquiry_id == enquiry_id)
    found = next(iter(await _list(tx, of_enquiry)), None)
    if found is None:
        raise UnknownProduct("The enquiry has no such product.")
    if version is not None and found.version != version:
        raise StaleVersion("The product", current=found.version)
    return found


async def list_products(tx: Transaction, enquiry_id: UUID) -> Sequence[Product]:
    """The products of an enquiry, the first made first."""
    return await _list(tx, tables.product.c.enquiry_id == enquiry_id)


async def list_drafts_of_request(tx: Transaction, request_id: UUID) -> Sequence[Product]:
    """The products not yet sent that have an item of this request."""
    with_item = sa.select(tables.product_item.c.product_id).where(
        tables.product_item.c.request_id == request_id
    )
    return await _list(tx, tables.product.c.id.in_(with_item) & (tables.product.c.state == "draft"))


async def find_enquiry_of(tx: Transaction, product_id: UUID) -> UUID | None:
    """Which enquiry a product is of."""
    of_product = sa.select(tables.product.c.enquiry_id).where(tables.product.c.id == product_id)
    return (await tx.execute(of_product)).scalar_one_or_none()


async def _list(tx: Transaction, condition: sa.ColumnElement[bool]) -> Sequence[Product]:
    statement = (
        sa.select(tables.product)
        .where(condition)
        .order_by(tables.product.c.made_at, tables.product.c.id)
        .limit(MOST_LISTED)
    )
    rows = await tx.opened(tables.product, (await tx.execute(statement)).all())
    return [_read(Product, row) for row in rows]


async def put_items(tx: Transaction, product: Product, items: Iterable[Item]) -> None:
    """Write items, new or changed."""
    rows = [{**_row(item, _ITEM_WORDS), "contact_id": product.contact_id} for item in items]
    if not rows:
        return
    new = insert(tables.product_item)
    changed = {
        column.name: new.excluded[column.name]
        for column in tables.product_item.columns
        if not column.primary_key
    }
    sealed = await tx.sealed(tables.product_item, rows)
    await tx.execute(new.on_conflict_do_update(index_elements=["id"], set_=changed), sealed)


async def list_items(tx: Transaction, product_id: UUID) -> Sequence[Item]:
    """The items of a product, in their order."""
    statement = (
        sa.select(tables.product_item)
        .where(tables.product_item.c.product_id == product_id)
        .order_by(tables.product_item.c.place)
    )
    rows = await tx.opened(tables.product_item, (await tx.execute(statement)).all())
    return [_read(Item, row) for row in rows]


async def add_sent(tx: Transaction, product: Product, content: Mapping[str, Any]) -> None:
    """Keep for ever what was sent, word for word."""
    row = {
        "product_id": product.id,
        "contact_id": product.contact_id,
        "partnership": product.partnership,
        "sent_at": product.sent_at,
        "sent_by": product.sent_by,
        "content": dict(content),
    }
    await tx.execute(sa.insert(tables.product_sent), await tx.sealed(tables.product_sent, [row]))


async def find_sent(tx: Transaction, product_id: UUID) -> Mapping[str, Any] | None:
    """What was sent, word for word, if the product was."""
    statement = sa.select(tables.product_sent).where(tables.product_sent.c.product_id == product_id)
    rows = await tx.opened(tables.product_sent, (await tx.execute(statement)).all())
    return rows[0]["content"] if rows else None


async def add_release(
    tx: Transaction, product: Product, agency: str, message: Release, *, after_closing: bool
) -> None:
    """Keep an agency's answer, whatever becomes of it."""
    await tx.execute(
        sa.insert(tables.release).values(
            id=message.message_id,
            product_id=product.id,
            partnership=product.partnership,
            agency=agency,
            asked_in=message.asked_in,
            version=message.version,
            arrived_at=tx.now,
            answered_at=min(message.sent_at, tx.now),
            answered_by=message.sent_by,
            after_closing=after_closing,
            items=[one.model_dump(mode="json") for one in message.items],
        )
    )


async def list_releases(tx: Transaction, product_id: UUID) -> Sequence[Mapping[str, Any]]:
    """What agencies answered about a product, in the order it came."""
    statement = (
        sa.select(tables.release)
        .where(tables.release.c.product_id == product_id)
        .order_by(tables.release.c.arrived_at, tables.release.c.version)
    )
    return [dict(row) for row in (await tx.execute(statement)).mappings()]


def _row(record: Product | Item, words: Sequence[str]) -> dict[str, Any]:
    values = asdict(record)
    content = {name: values.pop(name) for name in words}
    return {**values, "content": content}


def _read(kind: type[Record], row: Mapping[Any, Any]) -> Record:
    values = {**row, **row["content"]}
    return kind(**{field.name: values[field.name] for field in fields(kind)})
