"""Signed heads of audits, and the agencies that they are for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.db.tables import witness
from mash.hub import Transaction

from enquiry.store.tables import enquiry, request


async def take_waiting(tx: Transaction, partnership: str, *, limit: int) -> Sequence[Mapping[str, Any]]:
    """Return heads that are not passed on yet, the oldest first, and note that they now are."""
    statement = (
        sa.select(witness)
        .where(witness.c.partnership == partnership, witness.c.passed_on_at.is_(None))
        .order_by(witness.c.signed_at, witness.c.chain)
        .limit(limit)
    )
    rows = (await tx.execute(statement)).mappings().all()
    key = sa.tuple_(witness.c.service, witness.c.chain, witness.c.seq)
    taken = [(row["service"], row["chain"], row["seq"]) for row in rows]
    await tx.execute(sa.update(witness).where(key.in_(taken)).values(passed_on_at=tx.now))
    return [dict(row) for row in rows]


async def list_asked(tx: Transaction, contacts: Collection[UUID]) -> dict[UUID, list[str]]:
    """Return the agencies that were asked in these cases."""
    statement = (
        sa.select(enquiry.c.contact_id, request.c.agency)
        .join(enquiry, enquiry.c.id == request.c.enquiry_id)
        .where(enquiry.c.contact_id.in_(list(contacts)))
        .distinct()
    )
    asked: dict[UUID, list[str]] = defaultdict(list)
    for row in (await tx.execute(statement)).all():
        asked[row.contact_id].append(row.agency)
    return asked
