"""Files with a form: of the draft while it is one, and of the contact once it was sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.errors import NotFound
from mash.hub import Transaction
from mash.vault import OpenedRow

from intake.store.tables import attachment, draft_file

_NO_CONTENT = ("id", "position", "name", "media_type", "size_bytes")


class NoSuchAttachment(NotFound):
    """There is no such file with this form."""

    def __init__(self) -> None:
        super().__init__("There is no such file with this form.")


async def add(tx: Transaction, row: dict[str, Any]) -> None:
    """Keep a file with a draft, after those it has."""
    last = sa.select(sa.func.max(draft_file.c.position)).where(draft_file.c.draft_id == row["draft_id"])
    position = (await tx.execute(last)).scalar()
    placed = {**row, "position": 0 if position is None else position + 1}
    await tx.execute(sa.insert(draft_file), await tx.sealed(draft_file, [placed]))


async def list_of_draft(tx: Transaction, draft_id: UUID) -> Sequence[OpenedRow]:
    """Return the files with a draft that is the caller's, without their content."""
    return await _list(tx, draft_file, draft_file.c.draft_id, draft_id)


async def list_of_contact(tx: Transaction, contact_id: UUID) -> Sequence[OpenedRow]:
    """Return the files with a contact that the caller has found, without their content."""
    return await _list(tx, attachment, attachment.c.contact_id, contact_id)


async def _list(
    tx: Transaction, table: sa.Table, owner: sa.Column[UUID], owner_id: UUID
) -> Sequence[OpenedRow]:
    columns = [owner, *(table.c[name] for name in _NO_CONTENT)]
    statement = sa.select(*columns).where(owner == owner_id).order_by(table.c.position)
    return await tx.opened(table, (await tx.execute(statement)).all())


async def get_of_draft(tx: Transaction, draft_id: UUID, file_id: UUID) -> OpenedRow:
    """Return a file of a draft, with its content. Raises :class:`NoSuchAttachment`."""
    which = (draft_file.c.draft_id == draft_id) & (draft_file.c.id == file_id)
    rows = await tx.opened(draft_file, (await tx.execute(sa.select(draft_file).where(which))).all())
    if not rows:
        raise NoSuchAttachment
    return rows[0]


async def find_of_contact(
    tx: Transaction, contact_id: UUID, file_id: UUID | None = None
) -> Sequence[OpenedRow]:
    """Return the files of a contact, or the one of that id, with their content."""
    statement = sa.select(attachment).where(attachment.c.contact_id == contact_id)
    if file_id is not None:
        statement = statement.where(attachment.c.id == file_id)
    rows = (await tx.execute(statement.order_by(attachment.c.position))).all()
    return await tx.opened(attachment, rows)


async def delete_of_draft(tx: Transaction, draft_id: UUID, file_id: UUID) -> None:
    """Delete a file of a draft. Raises :class:`NoSuchAttachment`."""
    which = (draft_file.c.draft_id == draft_id) & (draft_file.c.id == file_id)
    if not (await tx.execute(sa.delete(draft_file).where(which))).rowcount:
        raise NoSuchAttachment


async def hand_over(tx: Transaction, draft_id: UUID, contact_id: UUID) -> None:
    """Keep the files of a draft with the contact that it became, under that one's key."""
    statement = sa.select(draft_file).where(draft_file.c.draft_id == draft_id)
    files = await tx.opened(draft_file, (await tx.execute(statement)).all())
    rows = [
        {name: value for name, value in file.items() if name != "draft_id"} | {"contact_id": contact_id}
        for file in files
    ]
    if rows:
        await tx.execute(sa.insert(attachment), await tx.sealed(attachment, rows))
