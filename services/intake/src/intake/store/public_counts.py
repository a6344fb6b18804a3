"""How many concerns came by the public's form, counted where all copies of the service see it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from intake.store.tables import public_count


async def count(tx: Transaction, digest: bytes, begun_at: datetime) -> int:
    """Count one more for ``digest`` since then, and return how many that makes."""
    one = insert(public_count).values(digest=digest, begun_at=begun_at, taken=1)
    more = one.on_conflict_do_update(
        index_elements=["digest"], set_={"taken": public_count.c.taken + 1}
    ).returning(public_count.c.taken)
    return int((await tx.execute(more)).scalar_one())


async def forget_before(tx: Transaction, moment: datetime) -> None:
    """Forget counts that no longer matter."""
    await tx.execute(sa.delete(public_count).where(public_count.c.begun_at < moment))
