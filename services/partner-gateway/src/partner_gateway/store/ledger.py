"""The agency's ledger: what left, what did not, why, and how it was used.

A line is never changed but for the marks that say that it was corrected or withdrawn, and when.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.hub import Transaction
from mash.ids import new_id

from partner_gateway.domain.answers import Answer, Item, Withheld
from partner_gateway.domain.ledger import Filters
from partner_gateway.domain.requests import Request
from partner_gateway.domain.vocabulary import LAWFUL_BASES
from partner_gateway.store.tables import ledger, request

Line = dict[str, Any]

_ITEM_FIELDS = ("record_id", "text", "edited", "about", "recorded_on", "source", "rationale", "caveat")


async def write(
    tx: Transaction,
    caller: Caller,
    to: Request,
    answer: Answer,
    items: Iterable[tuple[UUID, Item]],
    reason: str,
) -> None:
    """Write a line for each item that leaves, or for the answer that has none, and for what is kept back."""
    common = {
        "request_id": to.request_id,
        "enquiry_id": to.enquiry_id,
        "partnership": to.partnership,
        "answer_version": to.answer_version,
        "at": tx.now,
        "by": caller.subject,
    }
    told = [_item(id, item) for id, item in items] or [_without_items(answer, reason)]
    lines = [*told, *(_withheld(one) for one in answer.withheld)]
    await tx.execute(sa.insert(ledger), [{**dict.fromkeys(_OWN), **common, **line} for line in lines])


_OWN = (*_ITEM_FIELDS, "lawful_basis", "reason", "explanation")


def _item(id: UUID, item: Item) -> Line:
    values = {name: getattr(item, name) for name in _ITEM_FIELDS}
    return {
        **values,
        "id": id,
        "kind": "item",
        "lawful_basis": LAWFUL_BASES[item.lawful_basis].citation,
    }


def _without_items(answer: Answer, reason: str) -> Line:
    return {"id": new_id(), "kind": answer.kind, "explanation": reason}


def _withheld(one: Withheld) -> Line:
    return {
        "id": new_id(),
        "kind": "withheld",
        "record_id": one.record_id,
        "reason": one.reason,
        "explanation": one.explanation,
    }


async def mark_corrected(tx: Transaction, request_id: UUID) -> None:
    """Mark the lines that stood until now as corrected."""
    await tx.execute(
        sa.update(ledger)
        .where(
            ledger.c.request_id == request_id,
            ledger.c.corrected_at.is_(None),
            ledger.c.withdrawn_at.is_(None),
        )
        .values(corrected_at=tx.now)
    )


async def mark_withdrawn(tx: Transaction, request_id: UUID) -> None:
    """Mark what stood until now as taken back. What was kept back stays kept back."""
    await tx.execute(
        sa.update(ledger)
        .where(
            ledger.c.request_id == request_id,
            ledger.c.kind != "withheld",
            ledger.c.corrected_at.is_(None),
            ledger.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=tx.now)
    )


async def list_lines(
    tx: Transaction, caller: Caller, filters: Filters, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """One page of the ledger, the newest first, each line with how the enquiry ended."""
    statement = (
        sa.select(ledger, request.c.reference, request.c.outcome, request.c.decided_at)
        .join_from(ledger, request)
        .where(ledger.c.partnership.in_(caller.partnerships), *_wanted(filters))
        .order_by(ledger.c.at.desc(), ledger.c.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(sa.tuple_(ledger.c.at, ledger.c.id) < sa.tuple_(*after))
    return (await tx.execute(statement)).mappings().all()  # type: ignore[return-value]


def _wanted(filters: Filters) -> list[sa.ColumnElement[bool]]:
    equal = ("enquiry_id", "request_id", "kind", "by")
    given = {name: value for name in equal if (value := getattr(filters, name)) is not None}
    conditions: list[sa.ColumnElement[bool]] = [ledger.c[name] == value for name, value in given.items()]
    if filters.since is not None:
        conditions.append(ledger.c.at >= filters.since)
    if filters.until is not None:
        conditions.append(ledger.c.at < filters.until)
    return conditions
