"""Askings for a release, and products that came, in the agency's database.

Their words are read and written here alone: ``release_ask.content``, ``release_item.content`` and
``product.content``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.contracts.boundary import Product
from mash.errors import NotFound
from mash.hub import Transaction
from mash.web import StaleVersion
from sqlalchemy.dialects.postgresql import insert

from partner_gateway.domain.releases import AskedItem, Asking, Outcome
from partner_gateway.store.tables import ledger, product, release_ask, release_item

_ASK_WORDS = ("receiver", "purpose", "lawful_basis", "necessity", "asked_by", "reference")
Place = tuple[datetime, UUID]


class UnknownRelease(NotFound):
    """The hub asked for no such release, or for none that the caller may know of."""


class UnknownProduct(NotFound):
    """There is no such product, or none that the caller may know of."""


async def add_asking(tx: Transaction, new: Asking) -> None:
    """Write a new asking; of two about one item, the one of the higher hub's version counts."""
    values = asdict(new)
    del values["items"]
    content = {name: values.pop(name) for name in _ASK_WORDS}
    asked = await tx.sealed(release_ask, [{**values, "waiting": True, "content": content}])
    await tx.execute(sa.insert(release_ask), asked)
    items = await tx.sealed(release_item, [_item_row(new, item) for item in new.items])
    await tx.execute(sa.insert(release_item), items)
    newer = release_item.alias("newer")
    await tx.execute(
        sa.update(release_item)
        .where(
            release_item.c.id.in_([item.id for item in new.items]),
            release_item.c.outcome.is_(None),
            sa.exists().where(
                newer.c.id == release_item.c.id, newer.c.hub_version > release_item.c.hub_version
            ),
        )
        .values(outcome="asked_anew", outcome_at=tx.now)
    )
    await _settle(tx, new.product_id)


async def get_asking(
    tx: Transaction, caller: Caller, id: UUID, *, version: int | None = None, lock: bool = False
) -> Asking:
    """An asking of the caller's partnerships; ``lock`` holds it until the commit.

    Raises :class:`UnknownRelease`, or ``StaleVersion`` where it is not at ``version``.
    """
    statement = sa.select(release_ask).where(
        release_ask.c.id == id, release_ask.c.partnership.in_(caller.partnerships)
    )
    found = await _read(tx, statement.with_for_update() if lock else statement)
    if not found:
        raise UnknownRelease("There is no such request for a release.")
    if version is not None and found[0].version != version:
        raise StaleVersion("The request for a release", current=found[0].version)
    return found[0]


async def list_askings(
    tx: Transaction, caller: Caller, *, waiting_only: bool, after: Place | None, limit: int
) -> list[Asking]:
    """One page of askings, the oldest first."""
    statement = (
        sa.select(release_ask)
        .where(release_ask.c.partnership.in_(caller.partnerships))
        .order_by(release_ask.c.asked_at, release_ask.c.id)
        .limit(limit)
    )
    if waiting_only:
        statement = statement.where(release_ask.c.waiting)
    if after is not None:
        statement = statement.where(sa.tuple_(release_ask.c.asked_at, release_ask.c.id) > sa.tuple_(*after))
    return await _read(tx, statement)


async def save_decisions(tx: Transaction, asking: Asking, items: Iterable[AskedItem]) -> None:
    """Write what was decided, and the asking's new versions."""
    for row in await tx.sealed(release_item, [_item_row(asking, item) for item in items]):
        await tx.execute(
            sa.update(release_item)
            .where(release_item.c.ask_id == asking.id, release_item.c.id == row["id"])
            .values(row)
        )
    await tx.execute(
        sa.update(release_ask)
        .where(release_ask.c.id == asking.id)
        .values(version=asking.version, answer_version=asking.answer_version)
    )
    await _settle(tx, asking.product_id)


async def note_outcome(
    tx: Transaction, product_id: UUID, ids: Collection[UUID], became: Outcome, at: datetime
) -> bool:
    """Keep what became of items; False where none of them was ever asked about here."""
    these = (release_item.c.product_id == product_id) & release_item.c.id.in_(ids)
    if not (await tx.execute(sa.select(sa.exists().where(these)))).scalar_one():
        return False
    moved = await tx.execute(
        sa.update(release_item)
        .where(these, release_item.c.outcome.is_(None))
        .values(outcome=became, outcome_at=at)
        .returning(release_item.c.ask_id)
    )
    await tx.execute(
        sa.update(release_ask)
        .where(release_ask.c.id.in_(set(moved.scalars())))
        .values(version=release_ask.c.version + 1)
    )
    await _settle(tx, product_id)
    return True


async def find_returned(tx: Transaction, ids: Collection[UUID]) -> Mapping[UUID, tuple[UUID, UUID, bool]]:
    """Of these ids, the items that the agency returned: request, enquiry, and whether it still stands."""
    statement = sa.select(ledger).where(ledger.c.id.in_(ids), ledger.c.kind == "item")
    return {
        row["id"]: (
            row["request_id"],
            row["enquiry_id"],
            row["corrected_at"] is None and row["withdrawn_at"] is None,
        )
        for row in (await tx.execute(statement)).mappings()
    }


async def add_product(tx: Transaction, message: Product) -> None:
    """Keep a product as it came."""
    row = {
        "product_id": message.product_id,
        "message_id": message.message_id,
        "enquiry_id": message.enquiry_id,
        "partnership": message.partnership,
        "sent_at": message.sent_at,
        "received_at": tx.now,
        "content": message.model_dump(mode="json"),
    }
    await tx.execute(insert(product).on_conflict_do_nothing(), await tx.sealed(product, [row]))


async def list_products(
    tx: Transaction, caller: Caller, *, after: Place | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """One page of the products that came, the oldest first, each with its words."""
    statement = (
        sa.select(product)
        .where(product.c.partnership.in_(caller.partnerships))
        .order_by(product.c.received_at, product.c.product_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(
            sa.tuple_(product.c.received_at, product.c.product_id) > sa.tuple_(*after)
        )
    return [_product(row) for row in await tx.opened(product, (await tx.execute(statement)).all())]


async def get_product(tx: Transaction, caller: Caller, product_id: UUID) -> Mapping[str, Any]:
    """A product of the caller's partnerships. Raises :class:`UnknownProduct`."""
    statement = sa.select(product).where(
        product.c.product_id == product_id, product.c.partnership.in_(caller.partnerships)
    )
    rows = await tx.opened(product, (await tx.execute(statement)).all())
    if not rows:
        raise UnknownProduct("There is no such product.")
    return _product(rows[0])


def _product(row: Mapping[Any, Any]) -> Mapping[str, Any]:
    return {**row["content"], "received_at": row["received_at"]}


def _item_row(asking: Asking, item: AskedItem) -> dict[str, Any]:
    values = asdict(item)
    content = {"text": values.pop("text")}
    return {
        **values,
        "ask_id": asking.id,
        "product_id": asking.product_id,
        "enquiry_id": asking.enquiry_id,
        "hub_version": asking.hub_version,
        "content": content,
    }


async def _settle(tx: Transaction, product_id: UUID) -> None:
    """Write anew which of a product's askings wait for a decision."""
    undecided = sa.exists().where(
        release_item.c.ask_id == release_ask.c.id,
        release_item.c.decision.is_(None),
        release_item.c.outcome.is_(None),
    )
    await tx.execute(
        sa.update(release_ask).where(release_ask.c.product_id == product_id).values(waiting=undecided)
    )


async def _read(tx: Transaction, statement: sa.Select[Any]) -> list[Asking]:
    rows = await tx.opened(release_ask, (await tx.execute(statement)).all())
    of_these = release_item.c.ask_id.in_([row["id"] for row in rows])
    items: dict[UUID, list[AskedItem]] = {row["id"]: [] for row in rows}
    chosen = sa.select(release_item).where(of_these).order_by(release_item.c.id)
    for row in await tx.opened(release_item, (await tx.execute(chosen)).all()):
        values = {**row, **row["content"]}
        items[row["ask_id"]].append(AskedItem(**{one.name: values[one.name] for one in fields(AskedItem)}))
    return [_asking(row, items[row["id"]]) for row in rows]


def _asking(row: Mapping[Any, Any], items: Sequence[AskedItem]) -> Asking:
    values = {**row, **row["content"], "items": tuple(items)}
    return Asking(**{field.name: values[field.name] for field in fields(Asking)})
