"""What is kept beside a screening: its decisions, notes and pauses, each added and never altered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.calendar import Pause
from mash.hub import Transaction
from mash.ids import new_id

from screening.domain.recommendation import Recommendation
from screening.domain.screening import Screening
from screening.store.tables import change, decision, note, pause

MOST_LISTED = 200
Record = Mapping[str, Any]


async def add_decision(
    tx: Transaction,
    of: Screening,
    kind: str,
    *,
    by: str,
    recommended: Recommendation | None = None,
    differs: bool = False,
    **values: Any,
) -> None:
    """Keep a decision for ever, beside what was recommended when it was made."""
    row = {
        "id": new_id(),
        "contact_id": of.contact_id,
        "partnership": of.partnership,
        "kind": kind,
        "at": tx.now,
        "by": by,
        "fast_track_alongside": False,
        "agencies": [],
        "services": [],
        "outcomes": [],
        "recommended_rating": recommended.rating if recommended else None,
        "recommended_level": recommended.level if recommended else None,
        "recommended_pathway": recommended.pathway if recommended else None,
        "differs": differs,
    }
    await tx.execute(sa.insert(decision), await tx.sealed(decision, [{**row, **values}]))


async def add_note(tx: Transaction, of: Screening, *, by: str, **values: Any) -> None:
    """Keep what a social worker found."""
    row = {"id": new_id(), "contact_id": of.contact_id, "partnership": of.partnership, "at": tx.now, "by": by}
    await tx.execute(sa.insert(note), await tx.sealed(note, [{**row, **values}]))


async def start_pause(tx: Transaction, of: Screening, *, by: str, reason: str) -> None:
    """Keep that the clock stands still from now, and why."""
    row = {
        "id": new_id(),
        "contact_id": of.contact_id,
        "partnership": of.partnership,
        "from_at": tx.now,
        "reason": reason,
        "paused_by": by,
    }
    await tx.execute(sa.insert(pause), await tx.sealed(pause, [row]))


async def end_pause(tx: Transaction, of: Screening, *, by: str) -> list[Pause]:
    """Keep that the clock runs again from now; return every pause of this screening."""
    await tx.execute(
        sa.update(pause)
        .where(pause.c.contact_id == of.contact_id, pause.c.until_at.is_(None))
        .values(until_at=tx.now, resumed_by=by)
    )
    rows = await list_pauses(tx, of.contact_id)
    return [Pause(row["from_at"], row["until_at"], row["reason"]) for row in rows]


async def list_decisions(tx: Transaction, contact_id: UUID) -> Sequence[Record]:
    """The newest decisions on a contact, in the order they were made."""
    return await _list(tx, decision, contact_id, decision.c.at)


async def list_notes(tx: Transaction, contact_id: UUID) -> Sequence[Record]:
    """The newest notes on a contact, in the order they were written."""
    return await _list(tx, note, contact_id, note.c.at)


async def list_pauses(tx: Transaction, contact_id: UUID) -> Sequence[Record]:
    """The pauses of a contact's clock, in order."""
    return await _list(tx, pause, contact_id, pause.c.from_at)


async def list_changes(tx: Transaction, contact_id: UUID) -> Sequence[Record]:
    """Which fields each of the newest versions changed, when and by whom."""
    return await _list(tx, change, contact_id, change.c.version)


async def _list(
    tx: Transaction,
    table: sa.Table,
    contact_id: UUID,
    order: sa.ColumnElement[datetime] | sa.ColumnElement[int],
) -> Sequence[Record]:
    newest = (
        sa.select(table).where(table.c.contact_id == contact_id).order_by(order.desc()).limit(MOST_LISTED)
    )
    return (await tx.opened(table, (await tx.execute(newest)).all()))[::-1]
