"""The agency's ledger: what left, what did not, why, and how it was used.

A line is never changed but for the marks that say that it was corrected or withdrawn, and when, and but for
its words, which go when the hub erases the case.
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
from sqlalchemy.dialects.postgresql import distinct_on

from partner_gateway.domain.answers import Answer, Item, Withheld
from partner_gateway.domain.ledger import Filters
from partner_gateway.domain.releases import AskedItem, Asking
from partner_gateway.domain.requests import Request
from partner_gateway.domain.vocabulary import LAWFUL_BASES
from partner_gateway.store.tables import ledger, request

Line = dict[str, Any]

# Lines about what the agency let go further, or did not; a correction of the answer leaves them as they are.
_OF_RELEASES = ("released", "release_refused")
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
    rows = [{**dict.fromkeys(_OWN), **common, **line} for line in lines]
    await tx.execute(sa.insert(ledger), await tx.sealed(ledger, rows))


_WORDS = ("text", "about", "rationale", "explanation")
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
    explanation = "\n\n".join(part for part in (reason, answer.refused_explanation) if part)
    return {
        "id": new_id(),
        "kind": answer.kind,
        "reason": answer.refused_because,
        "explanation": explanation,
    }


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
            ledger.c.kind.not_in(_OF_RELEASES),
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
            ledger.c.kind.not_in(("withheld", *_OF_RELEASES)),
            ledger.c.corrected_at.is_(None),
            ledger.c.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=tx.now)
    )


async def write_decisions(
    tx: Transaction, asking: Asking, items: Sequence[AskedItem], explanations: Mapping[UUID, str]
) -> None:
    """Write a line for each item that the agency let go to a receiver beyond the hub, or did not."""
    lines = [
        {
            **dict.fromkeys(_OWN),
            "id": new_id(),
            "kind": "released" if item.decision == "released" else "release_refused",
            "request_id": item.request_id,
            "enquiry_id": asking.enquiry_id,
            "partnership": asking.partnership,
            "answer_version": item.answer_version,
            "at": item.decided_at,
            "by": item.decided_by,
            "text": item.text,
            "recorded_on": item.recorded_on,
            "lawful_basis": asking.lawful_basis,
            "rationale": f"{asking.purpose}\n\n{asking.necessity}",
            "caveat": item.caveat,
            "reason": item.refused_because,
            "explanation": explanations[item.id],
            "of_item": item.item_id,
            "product_id": asking.product_id,
            "product_item_id": item.id,
            "receiver": asking.receiver["name"],
        }
        for item in items
    ]
    await tx.execute(sa.insert(ledger), await tx.sealed(ledger, lines))


async def mark_used(tx: Transaction, product_item_ids: Iterable[UUID], at: datetime) -> None:
    """Mark what was released as having gone to its receiver: the newest line of each item that was."""
    newest = (
        sa.select(ledger.c.id)
        .ext(distinct_on(ledger.c.product_item_id))
        .where(ledger.c.product_item_id.in_(list(product_item_ids)), ledger.c.kind.in_(_OF_RELEASES))
        .order_by(ledger.c.product_item_id, ledger.c.at.desc(), ledger.c.id.desc())
    )
    await tx.execute(
        sa.update(ledger).where(ledger.c.id.in_(newest), ledger.c.kind == "released").values(used_at=at)
    )


async def forget_words(tx: Transaction, enquiry_id: UUID) -> None:
    """Take the words from an enquiry's lines; what was disclosed when, of which record and why, stays."""
    await tx.execute(sa.update(ledger).where(ledger.c.enquiry_id == enquiry_id).values(dict.fromkeys(_WORDS)))


async def list_lines(
    tx: Transaction, caller: Caller, filters: Filters, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """One page of the ledger, the newest first, each line with how its enquiry ended if it is still here."""
    statement = (
        sa.select(ledger, request.c.reference, request.c.outcome, request.c.decided_at)
        # A line outlives its request.
        .join_from(ledger, request, ledger.c.request_id == request.c.request_id, isouter=True)
        .where(ledger.c.partnership.in_(caller.partnerships), *_wanted(filters))
        .order_by(ledger.c.at.desc(), ledger.c.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(sa.tuple_(ledger.c.at, ledger.c.id) < sa.tuple_(*after))
    return await tx.opened(ledger, (await tx.execute(statement)).all())


def _wanted(filters: Filters) -> list[sa.ColumnElement[bool]]:
    equal = ("enquiry_id", "request_id", "kind", "by")
    given = {name: value for name in equal if (value := getattr(filters, name)) is not None}
    conditions: list[sa.ColumnElement[bool]] = [ledger.c[name] == value for name, value in given.items()]
    if filters.since is not None:
        conditions.append(ledger.c.at >= filters.since)
    if filters.until is not None:
        conditions.append(ledger.c.at < filters.until)
    return conditions
