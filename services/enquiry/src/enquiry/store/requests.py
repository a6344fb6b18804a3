"""Requests in the database, read and written for a whole enquiry at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.errors import NotFound
from mash.hub import Transaction

from enquiry.domain.enquiry import Asked, Request
from enquiry.store.tables import request as table

_COLUMNS = tuple(field.name for field in fields(Request))
_NEVER_CHANGED = ("id", "enquiry_id", "partnership", "agency", "requested_at")
_update = (
    sa.update(table)
    .where(table.c.id == sa.bindparam("of_id"))
    .values({name: sa.bindparam(f"new_{name}") for name in _COLUMNS if name not in _NEVER_CHANGED})
)


class UnknownRequest(NotFound):
    """The enquiry has no such request."""


async def add_requests(tx: Transaction, new: Sequence[Request]) -> None:
    """Write new requests."""
    await tx.execute(sa.insert(table), [_row(one) for one in new])


async def save_requests(tx: Transaction, changed: Sequence[Request]) -> None:
    """Write requests as they now stand."""
    if not changed:
        return
    rows = [
        {f"new_{name}": value for name, value in _row(one).items()} | {"of_id": one.id} for one in changed
    ]
    kept = {f"new_{name}" for name in _NEVER_CHANGED}
    await tx.execute(_update, [{k: v for k, v in row.items() if k not in kept} for row in rows])


async def list_requests(tx: Transaction, enquiry_ids: Iterable[UUID]) -> Sequence[Request]:
    """The requests of these enquiries, in the order in which agencies were asked."""
    statement = (
        sa.select(table)
        .where(table.c.enquiry_id.in_(list(enquiry_ids)))
        .order_by(table.c.enquiry_id, table.c.requested_at, table.c.id)
    )
    return [_read(row) for row in (await tx.execute(statement)).mappings()]


def pick(requests: Iterable[Request], id: UUID) -> Request:
    """One of these requests. Raises :class:`UnknownRequest`."""
    for request in requests:
        if request.id == id:
            return request
    raise UnknownRequest("The enquiry has no such request.")


def _row(request: Request) -> dict[str, Any]:
    return asdict(request) | {"questions": [asdict(one) for one in request.questions]}


def _read(row: Mapping[Any, Any]) -> Request:
    values = {column: row[column] for column in _COLUMNS}
    return Request(**{**values, "questions": tuple(Asked(**one) for one in values["questions"])})
