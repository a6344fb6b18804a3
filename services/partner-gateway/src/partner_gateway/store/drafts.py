"""What a researcher has written of an answer and not sent yet: one of each researcher's for each request."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from partner_gateway.domain.drafts import Draft, Fields
from partner_gateway.domain.requests import AnswerKind, Request
from partner_gateway.store.tables import draft as table


async def put_draft(
    tx: Transaction, caller: Caller, request: Request, kind: AnswerKind, fields: Fields, seen_version: int
) -> None:
    """Keep what this person has typed, in the place of what they had typed before."""
    row = {
        "request_id": request.request_id,
        "subject": caller.subject,
        "enquiry_id": request.enquiry_id,
        "partnership": request.partnership,
        "kind": kind,
        "seen_version": seen_version,
        "saved_at": tx.now,
        "content": {name: list(values) for name, values in fields.items()},
    }
    new = insert(table)
    changed = {name: new.excluded[name] for name in ("kind", "seen_version", "saved_at", "content")}
    put = new.on_conflict_do_update(index_elements=["request_id", "subject"], set_=changed)
    await tx.execute(put, await tx.sealed(table, [row]))


async def find_draft(tx: Transaction, caller: Caller, request_id: UUID) -> Draft | None:
    """What this person has typed, if they have."""
    statement = sa.select(table).where(table.c.request_id == request_id, table.c.subject == caller.subject)
    for row in await tx.opened(table, (await tx.execute(statement)).all()):
        return Draft(row["kind"], row["content"], row["seen_version"], row["saved_at"])
    return None


async def drop_draft(tx: Transaction, caller: Caller, request_id: UUID) -> None:
    """Let go of what this person has typed."""
    mine = (table.c.request_id == request_id) & (table.c.subject == caller.subject)
    await tx.execute(sa.delete(table).where(mine))
