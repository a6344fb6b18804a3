"""Legal holds: what is kept whatever its time, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from intake.store.contacts import NoSuchContact
from intake.store.tables import contact, hold


async def get_to_hold(tx: Transaction, caller: Caller, reference: str) -> sa.Row[Any]:
    """Return the id of a contact, restricted or not: a hold shows nothing of it. Raises ``NoSuchContact``."""
    statement = sa.select(contact.c.id, contact.c.partnership).where(
        contact.c.reference == reference, contact.c.partnership.in_(sorted(caller.partnerships))
    )
    # Against the night's erasing, which takes the row as well.
    row = (await tx.execute(statement.with_for_update(key_share=True))).one_or_none()
    if row is None:
        raise NoSuchContact
    return row


async def place(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Place a hold, or put another reason in place of its own."""
    (sealed,) = await tx.sealed(hold, [row])
    new = insert(hold).values(sealed)
    changed = {name: new.excluded[name] for name in ("placed_at", "placed_by", "reason")}
    await tx.execute(new.on_conflict_do_update(index_elements=[hold.c.contact_id], set_=changed))


async def lift(tx: Transaction, contact_id: UUID) -> bool:
    """Lift a hold; return whether there was one."""
    return bool((await tx.execute(sa.delete(hold).where(hold.c.contact_id == contact_id))).rowcount)


async def list_holds(tx: Transaction, caller: Caller, limit: int) -> Sequence[Mapping[str, Any]]:
    """Return the holds of the caller's partnerships with their reasons, the oldest first."""
    statement = (
        sa.select(hold, contact.c.reference)
        .join(contact, contact.c.id == hold.c.contact_id)
        .where(hold.c.partnership.in_(sorted(caller.partnerships)))
        .order_by(hold.c.placed_at, hold.c.contact_id)
        .limit(limit)
    )
    return await tx.opened(hold, (await tx.execute(statement)).all())
