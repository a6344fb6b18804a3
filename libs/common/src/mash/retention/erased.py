"""What the shared tables hold of a case, and which cases are gone for good."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from mash.db.tables import (
    case_person,
    case_scope,
    erased_case,
    outbox,
    timer,
)

if TYPE_CHECKING:
    from mash.hub import Transaction


_names = sa.bindparam("names", type_=ARRAY(sa.Text))
# A message names its case somewhere in its bytes, and an answer kept for a repeat somewhere in its JSON.
_SET_ASIDE = sa.text(
    "DELETE FROM dead_letter WHERE EXISTS "
    "(SELECT FROM unnest(:names) AS name WHERE position(convert_to(name, 'UTF8') IN payload) > 0)"
).bindparams(_names)
_ANSWERED = sa.text(
    "DELETE FROM idempotency WHERE EXISTS "
    "(SELECT FROM unnest(:names) AS name WHERE strpos(answer::text, name) > 0)"
).bindparams(_names)


async def find_erased(connection: AsyncConnection, cases: Collection[UUID]) -> set[UUID]:
    """Return those of these cases that are gone for good."""
    if not cases:
        return set()
    statement = sa.select(erased_case.c.contact_id).where(erased_case.c.contact_id.in_(list(cases)))
    return set((await connection.execute(statement)).scalars())


async def erase_shared(tx: Transaction, case: UUID, *, ids: Collection[UUID] = ()) -> None:
    """Delete what the shared tables hold of a case, and keep that it is gone.

    ``ids`` are those of its other records, such as enquiries and requests: timers go by them, messages that
    were set aside and answers kept for a repeat name them, and late messages about them are passed over.
    Call it in the transaction that deletes the service's own rows; what that transaction itself tells of the
    erasing is written after it, and stays. The case's data key is destroyed once that has committed.
    """
    every = [case, *ids]
    await forget_messages(tx, every)
    await tx.execute(sa.delete(case_person).where(case_person.c.contact_id == case))
    await tx.execute(sa.delete(case_scope).where(case_scope.c.contact_id == case))
    gone = [{"contact_id": one, "erased_at": tx.now} for one in every]
    await tx.execute(insert(erased_case).values(gone).on_conflict_do_nothing())


async def forget_messages(tx: Transaction, ids: Collection[UUID]) -> None:
    """Delete what waits or lies aside and names one of these: events, timers, messages, answers."""
    names = [str(one) for one in ids]
    await tx.execute(sa.delete(outbox).where(outbox.c.case_id.in_(list(ids))))
    await tx.execute(sa.delete(timer).where(sa.func.split_part(timer.c.key, ".", 1).in_(names)))
    await tx.execute(_SET_ASIDE, {"names": names})
    await tx.execute(_ANSWERED, {"names": names})
