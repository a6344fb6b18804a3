"""Requests in the agency's database: found through the caller's scope, changed one version at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.contracts.boundary import InformationRequest
from mash.errors import NotFound
from mash.hub import Transaction
from mash.web import StaleVersion
from sqlalchemy.dialects.postgresql import insert

from partner_gateway.domain.asking import in_full
from partner_gateway.domain.requests import Request, changed_fields
from partner_gateway.store.tables import asked, change, notice, request

_COLUMNS = tuple(field.name for field in fields(Request))


class UnknownRequest(NotFound):
    """There is no such request, or none that the caller may know of."""


async def add_request(tx: Transaction, new: Request) -> bool:
    """Write a new request; False where another copy of the gateway has just written it."""
    added = await tx.execute(insert(request).values(asdict(new)).on_conflict_do_nothing())
    return bool(added.rowcount)


async def find_for_message(tx: Transaction, request_id: UUID) -> Request | None:
    """The request that a message is about, held until the commit."""
    statement = sa.select(request).where(request.c.request_id == request_id).with_for_update()
    row = (await tx.execute(statement)).mappings().one_or_none()
    return read(row) if row is not None else None


async def get_request(tx: Transaction, caller: Caller, request_id: UUID, *, lock: bool = False) -> Request:
    """A request of the caller's partnerships; ``lock`` holds it. Raises :class:`UnknownRequest`."""
    return await _get(tx, caller, request_id, lock=lock)


async def get_for_change(tx: Transaction, caller: Caller, request_id: UUID, version: int) -> Request:
    """The same, held until the commit, if it still is what the caller read.

    Raises :class:`UnknownRequest`, or ``StaleVersion`` with the names of what was changed since.
    """
    found = await _get(tx, caller, request_id, lock=True)
    if found.version != version:
        raise StaleVersion(
            f"The request on contact {found.reference}",
            current=found.version,
            changed=await _changed_since(tx, request_id, version),
        )
    return found


async def save(tx: Transaction, before: Request, after: Request) -> None:
    """Write a request's new state and, where a researcher would see a difference, in which fields."""
    await tx.execute(sa.update(request).where(request.c.request_id == after.request_id).values(asdict(after)))
    if after.version > before.version:
        await tx.execute(
            sa.insert(change).values(
                request_id=after.request_id,
                version=after.version,
                partnership=after.partnership,
                at=tx.now,
                fields=changed_fields(before, after),
            )
        )


async def keep_message(tx: Transaction, message: InformationRequest) -> None:
    """Keep that a message came, and with it what it asks, beside what was asked before."""
    await tx.execute(
        insert(notice).values(
            message_id=message.message_id,
            request_id=message.request_id,
            partnership=message.partnership,
            kind=message.kind,
            version=message.version,
            received_at=tx.now,
        )
    )
    if message.kind in ("request", "changed"):
        row = {
            "request_id": message.request_id,
            "version": message.version,
            "enquiry_id": message.enquiry_id,
            "partnership": message.partnership,
            "received_at": tx.now,
            "content": message.model_dump(mode="json"),
        }
        await tx.execute(insert(asked).on_conflict_do_nothing(), await tx.sealed(asked, [row]))


async def list_asked(tx: Transaction, request_id: UUID) -> list[Mapping[str, Any]]:
    """Each version of what was asked, in full, the newest first."""
    statement = sa.select(asked).where(asked.c.request_id == request_id).order_by(asked.c.version.desc())
    rows = await tx.opened(asked, (await tx.execute(statement)).all())
    return in_full([{**row["content"], "received_at": row["received_at"]} for row in rows])


async def list_notices(tx: Transaction, request_id: UUID) -> Sequence[Mapping[str, Any]]:
    """The hub's messages about a request, in the order they came."""
    statement = (
        sa.select(notice.c.kind, notice.c.version, notice.c.received_at)
        .where(notice.c.request_id == request_id)
        .order_by(notice.c.received_at, notice.c.version)
        .limit(200)
    )
    return (await tx.execute(statement)).mappings().all()  # type: ignore[return-value]


async def list_requests(
    tx: Transaction, caller: Caller, *, waiting_only: bool, after: tuple[datetime, UUID] | None, limit: int
) -> list[Request]:
    """One page of requests, those with the least time left first."""
    statement = (
        sa.select(request)
        .where(request.c.partnership.in_(caller.partnerships))
        .order_by(request.c.due_at, request.c.request_id)
        .limit(limit)
    )
    if waiting_only:
        statement = statement.where(request.c.waiting)
    if after is not None:
        statement = statement.where(sa.tuple_(request.c.due_at, request.c.request_id) > sa.tuple_(*after))
    return [read(row) for row in (await tx.execute(statement)).mappings()]


async def _get(tx: Transaction, caller: Caller, request_id: UUID, *, lock: bool) -> Request:
    statement = sa.select(request).where(
        request.c.request_id == request_id, request.c.partnership.in_(caller.partnerships)
    )
    row = (await tx.execute(statement.with_for_update() if lock else statement)).mappings().one_or_none()
    if row is None:
        raise UnknownRequest("There is no such request.")
    return read(row)


async def _changed_since(tx: Transaction, request_id: UUID, version: int) -> list[str]:
    statement = sa.select(change.c.fields).where(
        change.c.request_id == request_id, change.c.version > version
    )
    return sorted({field for names in (await tx.execute(statement)).scalars() for field in names})


def read(row: Mapping[Any, Any]) -> Request:
    """A row of the table as a request."""
    return Request(**{column: row[column] for column in _COLUMNS})
