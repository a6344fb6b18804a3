"""The desk's list of requests: filtered, counted, and with whom each is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.hub import Transaction

from partner_gateway.domain.asking import in_full
from partner_gateway.domain.queue import NEWEST_FIRST, Counts, Filters
from partner_gateway.domain.requests import Request
from partner_gateway.store.requests import read
from partner_gateway.store.tables import asked
from partner_gateway.store.tables import request as table

Place = tuple[datetime, UUID]

_place = sa.tuple_(table.c.due_at, table.c.request_id)


async def list_queue(
    tx: Transaction, caller: Caller, filters: Filters, after: Place | None, limit: int
) -> list[Request]:
    """One page of the requests that are wanted."""
    backwards = filters.which in NEWEST_FIRST
    order = [column.desc() if backwards else column for column in (table.c.due_at, table.c.request_id)]
    statement = (
        sa.select(table)
        .where(table.c.partnership.in_(caller.partnerships), *_wanted(filters, caller, tx.now))
        .order_by(*order)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(_place < sa.tuple_(*after) if backwards else _place > sa.tuple_(*after))
    return [read(row) for row in (await tx.execute(statement)).mappings()]


async def count_queue(tx: Transaction, caller: Caller) -> Counts:
    """How much waits for the agency, whatever the list is filtered by."""
    late = table.c.due_at < tx.now
    whole = sa.extract("epoch", table.c.due_at - table.c.requested_at)
    soon = sa.extract("epoch", table.c.due_at - sa.literal(tx.now)) <= whole / 4
    kinds: dict[str, sa.ColumnElement[bool]] = {
        "waiting": sa.true(),
        "late": late,
        "due_soon": soon & ~late,
        "red": table.c.rating == "red",
        "amber": table.c.rating == "amber",
        "green": table.c.rating == "green",
        "mine": table.c.taken_by == caller.subject,
        "not_taken": table.c.taken_by.is_(None),
    }
    counted = (sa.func.count().filter(condition).label(name) for name, condition in kinds.items())
    statement = sa.select(*counted).where(table.c.partnership.in_(caller.partnerships), table.c.waiting)
    return Counts(**(await tx.execute(statement)).mappings().one())


async def pulse_of_queue(tx: Transaction, caller: Caller) -> str:
    """A word that is another once anything in the list is."""
    # Who took a request and how often the hub chased it are no new version of it.
    changes = sa.func.sum(table.c.version + table.c.reminders + table.c.chases)
    statement = sa.select(
        sa.func.count().label("count"),
        changes.label("changes"),
        sa.func.sum(sa.extract("epoch", table.c.taken_at)).label("taken"),
        sa.func.count(table.c.raised_at).label("raised"),
    ).where(table.c.partnership.in_(caller.partnerships))
    row = (await tx.execute(statement)).one()
    return f"{row.count}-{row.changes or 0}-{row.taken or 0}-{row.raised}"


async def find_neighbours(tx: Transaction, caller: Caller, of: Request) -> tuple[UUID | None, UUID | None]:
    """The requests that wait just before and just after this one's place in the queue."""
    mine = sa.select(table.c.request_id).where(
        table.c.partnership.in_(caller.partnerships), table.c.waiting, table.c.request_id != of.request_id
    )
    here = sa.tuple_(sa.literal(of.due_at), sa.literal(of.request_id))
    before = mine.where(_place < here).order_by(table.c.due_at.desc(), table.c.request_id.desc()).limit(1)
    after = mine.where(_place > here).order_by(table.c.due_at, table.c.request_id).limit(1)
    both = sa.select(before.scalar_subquery().label("before"), after.scalar_subquery().label("after"))
    row = (await tx.execute(both)).one()
    return row.before, row.after


async def list_asked_of(tx: Transaction, request_ids: Collection[UUID]) -> dict[UUID, Mapping[str, Any]]:
    """What is asked now in each of these requests."""
    statement = (
        sa.select(asked)
        .where(asked.c.request_id.in_(request_ids))
        .order_by(asked.c.request_id, asked.c.version.desc())
    )
    versions: dict[UUID, list[Mapping[str, Any]]] = defaultdict(list)
    for row in await tx.opened(asked, (await tx.execute(statement)).all()):
        versions[row["request_id"]].append(row["content"])
    return {request_id: in_full(contents)[0] for request_id, contents in versions.items()}


async def put_taken(tx: Transaction, request: Request, by: str | None) -> None:
    """Write who sees to a request, or that nobody does."""
    at = tx.now if by else None
    await tx.execute(
        sa.update(table).where(table.c.request_id == request.request_id).values(taken_by=by, taken_at=at)
    )


def _wanted(filters: Filters, caller: Caller, now: datetime) -> Sequence[sa.ColumnElement[bool]]:
    which: dict[str, sa.ColumnElement[bool]] = {
        "waiting": table.c.waiting,
        "late": table.c.waiting & (table.c.due_at < now),
        "answered": table.c.answer.is_not(None),
        "closed": table.c.state.in_(("cancelled", "withdrawn", "decided")),
        "all": sa.true(),
    }
    taken: dict[str, sa.ColumnElement[bool]] = {
        "me": table.c.taken_by == caller.subject,
        "no": table.c.taken_by.is_(None),
        "yes": table.c.taken_by.is_not(None),
    }
    conditions = [which[filters.which]]
    if filters.rating is not None:
        conditions.append(table.c.rating == filters.rating)
    if filters.taken is not None:
        conditions.append(taken[filters.taken])
    if filters.partnership is not None:
        conditions.append(table.c.partnership == filters.partnership)
    return conditions
