"""How many enquiries are open, and what has been heard of a contact that has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.hub import Transaction

from enquiry.store.tables import contact_heard, enquiry


@dataclass(frozen=True)
class Counts:
    """Of the open enquiries: all, those that are late, and those that wait for a decision."""

    open: int
    late: int
    ready: int


async def count_open(tx: Transaction, caller: Caller) -> Counts:
    """Count the open enquiries that the caller may know of."""
    count = sa.func.count()
    statement = sa.select(
        count.label("open"),
        count.filter(enquiry.c.due_at < tx.now).label("late"),
        count.filter(enquiry.c.state == "ready").label("ready"),
    ).where(enquiry.c.closed_at.is_(None), may_know(caller, enquiry.c.contact_id, tx.now))
    return Counts(**(await tx.execute(statement)).mappings().one())


async def find_heard(tx: Transaction, caller: Caller, contact_id: UUID) -> Mapping[Any, Any] | None:
    """The partnership of a contact that the caller may know of, and the pathway that was decided for it."""
    statement = sa.select(contact_heard.c.partnership, contact_heard.c.pathway).where(
        contact_heard.c.contact_id == contact_id, may_know(caller, contact_heard.c.contact_id, tx.now)
    )
    return (await tx.execute(statement)).mappings().one_or_none()
