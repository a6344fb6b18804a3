"""Strategy discussions that the agency must attend, as the hub last told of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.contracts.boundary import Discussion
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from partner_gateway.store.tables import discussion as table


async def put_discussion(tx: Transaction, message: Discussion) -> None:
    """Keep what the hub tells of a discussion, unless something newer is here already."""
    row = {
        "discussion_id": message.discussion_id,
        "enquiry_id": message.enquiry_id,
        "partnership": message.partnership,
        "version": message.version,
        "asked_at": message.asked_at,
        "received_at": tx.now,
        "content": message.model_dump(mode="json"),
    }
    new = insert(table)
    changed = {name: new.excluded[name] for name in ("version", "received_at", "content")}
    put = new.on_conflict_do_update(
        index_elements=["discussion_id"], set_=changed, where=table.c.version < new.excluded.version
    )
    await tx.execute(put, await tx.sealed(table, [row]))


async def list_discussions(
    tx: Transaction, caller: Caller, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """One page of discussions, the newest first."""
    place = sa.tuple_(table.c.asked_at, table.c.discussion_id)
    statement = (
        sa.select(table)
        .where(table.c.partnership.in_(caller.partnerships))
        .order_by(table.c.asked_at.desc(), table.c.discussion_id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(place < sa.tuple_(*after))
    rows = await tx.opened(table, (await tx.execute(statement)).all())
    return [{**row["content"], "received_at": row["received_at"]} for row in rows]
