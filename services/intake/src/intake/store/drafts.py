"""Drafts of forms as they are kept and found: each by whoever began it, so that nobody else's exists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.db.tables import erased_case
from mash.errors import NotFound
from mash.hub import Transaction
from mash.vault import OpenedRow
from sqlalchemy.dialects.postgresql import insert

from intake.store.tables import draft, draft_file


class NoSuchDraft(NotFound):
    """There is no such draft, or it is somebody else's."""

    def __init__(self) -> None:
        super().__init__("There is no such draft. It may have been sent or deleted, or its time was over.")


async def add(tx: Transaction, row: dict[str, Any]) -> None:
    """Keep a new draft."""
    await tx.execute(sa.insert(draft), await tx.sealed(draft, [row]))


async def get(
    tx: Transaction, caller: Caller, draft_id: UUID, *, public: bool, for_change: bool = False
) -> OpenedRow:
    """Return a draft of the caller's own. Raises :class:`NoSuchDraft`."""
    statement = sa.select(draft).where(draft.c.id == draft_id, _own(caller, public=public))
    found = await tx.execute(statement.with_for_update() if for_change else statement)
    rows = await tx.opened(draft, found.all())
    if not rows:
        raise NoSuchDraft
    return rows[0]


async def list_own(tx: Transaction, caller: Caller, limit: int) -> Sequence[OpenedRow]:
    """Return the drafts that somebody who is signed in has begun, the last changed first."""
    statement = sa.select(draft).where(_own(caller, public=False))
    newest_first = statement.order_by(draft.c.changed_at.desc(), draft.c.id.desc()).limit(limit)
    return await tx.opened(draft, (await tx.execute(newest_first)).all())


async def count_own(tx: Transaction, caller: Caller) -> int:
    """Return how many drafts somebody who is signed in has."""
    statement = sa.select(sa.func.count()).select_from(draft).where(_own(caller, public=False))
    return int((await tx.execute(statement)).scalar_one())


def _own(caller: Caller, *, public: bool) -> sa.ColumnElement[bool]:
    return sa.and_(
        draft.c.sent_by == caller.subject,
        # Whatever a person is called at the sign-in, they are not the public.
        draft.c.public.is_(public),
        draft.c.partnership.in_(sorted(caller.partnerships)),
    )


async def change(tx: Transaction, row: OpenedRow, **values: Any) -> None:
    """Write a draft that is held anew, as its next version."""
    changed = {"id": row.id, "version": row.version + 1, "changed_at": tx.now, **values}
    (sealed,) = await tx.sealed(draft, [changed])
    await tx.execute(sa.update(draft).where(draft.c.id == row.id).values(sealed))


async def delete(tx: Transaction, draft_id: UUID) -> None:
    """Delete a draft with its files, and have its data key destroyed once that has committed.

    Nothing else names a draft: no event, and no timer but its own.
    """
    await tx.execute(sa.delete(draft_file).where(draft_file.c.draft_id == draft_id))
    await tx.execute(sa.delete(draft).where(draft.c.id == draft_id))
    gone = insert(erased_case).values(contact_id=draft_id, erased_at=tx.now)
    await tx.execute(gone.on_conflict_do_nothing())


async def lock_unchanged_since(tx: Transaction, draft_id: UUID, moment: datetime) -> bool:
    """Hold a draft that nobody has changed since then; return whether there is one."""
    statement = sa.select(draft.c.id).where(draft.c.id == draft_id, draft.c.changed_at <= moment)
    return (await tx.execute(statement.with_for_update())).scalar() is not None
