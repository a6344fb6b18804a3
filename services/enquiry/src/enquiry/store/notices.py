"""The proof of who was told what, by what means, when, and whether it was delivered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction

from enquiry.domain.enquiry import Request
from enquiry.store.tables import notice as table


async def add_notices(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep that these messages were sent; the database itself notes when the broker has taken them."""
    await tx.execute(sa.insert(table), rows)


async def note_received(tx: Transaction, request: Request, version: int, message_id: UUID | None) -> None:
    """Keep that a message lies in the agency's own queue.

    An agency that does not say which one has that of ``version`` and those before it.
    """
    which = table.c.version <= version if message_id is None else table.c.message_id == message_id
    await tx.execute(
        sa.update(table)
        .where(table.c.request_id == request.id, which, table.c.received_at.is_(None))
        .values(received_at=tx.now)
    )


async def note_message_received(tx: Transaction, agency: str, message_id: UUID) -> None:
    """Keep that what an agency was told of a product, or of a discussion, lies in its own store."""
    await tx.execute(
        sa.update(table)
        .where(table.c.message_id == message_id, table.c.agency == agency, table.c.received_at.is_(None))
        .values(received_at=tx.now)
    )


async def list_notices(tx: Transaction, enquiry_id: UUID) -> Sequence[Mapping[str, Any]]:
    """What agencies were told in an enquiry, in order."""
    statement = (
        sa.select(table)
        .where(table.c.enquiry_id == enquiry_id)
        .order_by(table.c.told_at, table.c.agency, table.c.version)
    )
    return [dict(row) for row in (await tx.execute(statement)).mappings()]
