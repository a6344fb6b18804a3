"""Keeps the signed heads of the hub's audits, and shows them to the agency's lead."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.audit.witnesses import keep_heads
from mash.contracts.boundary import AuditHeads, SignedHead
from mash.db.tables import witness
from mash.hub import Transaction


async def keep(tx: Transaction, message: AuditHeads) -> None:
    """Keep what the hub has signed of the cases that this agency was asked in."""
    await keep_heads(tx, message.partnership, message.heads)


async def list_heads(
    tx: Transaction, caller: Caller, after: tuple[datetime, UUID] | None, limit: int
) -> list[SignedHead]:
    """Return a page of heads, the oldest first; more than ``limit`` where the last are of one moment."""
    place = sa.tuple_(witness.c.signed_at, witness.c.chain)
    statement = (
        sa.select(witness)
        .where(witness.c.partnership.in_(caller.partnerships))
        .order_by(witness.c.signed_at, witness.c.chain)
        .fetch(limit, with_ties=True)
    )
    if after is not None:
        statement = statement.where(place > sa.tuple_(*map(sa.literal, after)))
    rows = (await tx.execute(statement)).mappings().all()
    tx.audit(action="witness.listed", caller=caller, detail={"count": len(rows)})
    return [
        SignedHead(
            contact_id=row["chain"],
            service=row["service"],
            seq=row["seq"],
            hash=row["hash"].hex(),
            jws=row["jws"],
            signed_at=row["signed_at"],
        )
        for row in rows
    ]
