"""Strategy discussions in the database. Their words are read and written here alone, in one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.errors import NotFound
from mash.hub import Transaction
from mash.web import StaleVersion
from pydantic import TypeAdapter

from enquiry.domain.discussions import Discussion
from enquiry.store.tables import discussion as table

_WORDS = ("reason", "attend", "attended", "actions", "rationale")
_discussion = TypeAdapter(Discussion)


class UnknownDiscussion(NotFound):
    """The enquiry has no such strategy discussion."""


async def add_discussion(tx: Transaction, new: Discussion) -> None:
    """Write a new discussion."""
    await tx.execute(sa.insert(table), await tx.sealed(table, [_row(new)]))


async def save_discussion(tx: Transaction, changed: Discussion) -> None:
    """Write a discussion as it now stands."""
    (row,) = await tx.sealed(table, [_row(changed)])
    await tx.execute(sa.update(table).where(table.c.id == changed.id).values(row))


async def get_discussion(tx: Transaction, enquiry_id: UUID, id: UUID, version: int) -> Discussion:
    """A discussion of an enquiry that the caller was found to see and holds.

    Raises :class:`UnknownDiscussion`, ``StaleVersion``.
    """
    found = await find_discussion(tx, enquiry_id, id)
    if found.version != version:
        raise StaleVersion("The strategy discussion", current=found.version)
    return found


async def find_discussion(tx: Transaction, enquiry_id: UUID, id: UUID) -> Discussion:
    """The same, whatever version it has. Raises :class:`UnknownDiscussion`."""
    for found in await list_discussions(tx, enquiry_id):
        if found.id == id:
            return found
    raise UnknownDiscussion("The enquiry has no such strategy discussion.")


async def list_discussions(tx: Transaction, enquiry_id: UUID) -> Sequence[Discussion]:
    """The discussions asked for in an enquiry, the first first."""
    statement = (
        sa.select(table).where(table.c.enquiry_id == enquiry_id).order_by(table.c.asked_at, table.c.id)
    )
    return [_read(row) for row in await tx.opened(table, (await tx.execute(statement)).all())]


def _row(discussion: Discussion) -> dict[str, Any]:
    words = _discussion.dump_python(discussion, mode="json", include=set(_WORDS))
    values = {name: value for name, value in vars(discussion).items() if name not in _WORDS}
    return {**values, "content": words}


def _read(row: Mapping[Any, Any]) -> Discussion:
    values = {**row, **row["content"]}
    del values["content"]
    return _discussion.validate_python(values)
