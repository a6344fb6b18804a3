"""What was suggested of a contact's text, and which of it people accepted or refused.

The words themselves stay with intake: what is kept here are the places where they stood in its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction
from mash.ids import new_id
from sqlalchemy.dialects.postgresql import insert

from screening.domain.screening import Screening
from screening.store.tables import suggested, suggestion_answer

Verdict = Literal["accepted", "refused"]
Places = list[list[int]]


@dataclass(frozen=True)
class LastSuggested:
    """What was last suggested: by indicator, where its words stood in that version of the contact."""

    contact_version: int
    places: Mapping[str, Places]


async def keep_suggested(
    tx: Transaction, of: Screening, contact_version: int, places: Mapping[str, Places]
) -> None:
    """Keep what was suggested, in place of what was suggested before."""
    row = {
        "contact_id": of.contact_id,
        "partnership": of.partnership,
        "contact_version": contact_version,
        "places": dict(places),
        "at": tx.now,
    }
    (sealed,) = await tx.sealed(suggested, [row])
    statement = insert(suggested).values(sealed)
    await tx.execute(statement.on_conflict_do_update(index_elements=["contact_id"], set_=sealed))


async def find_suggested(tx: Transaction, contact_id: UUID) -> LastSuggested | None:
    """What was last suggested of a contact, if anything was."""
    statement = sa.select(suggested).where(suggested.c.contact_id == contact_id)
    rows = await tx.opened(suggested, (await tx.execute(statement)).all())
    return LastSuggested(rows[0].contact_version, rows[0].places) if rows else None


async def add_answers(
    tx: Transaction, of: Screening, last: LastSuggested, verdicts: Mapping[str, Verdict], *, by: str
) -> None:
    """Keep for ever what somebody made of suggestions."""
    rows: list[dict[str, Any]] = [
        {
            "id": new_id(),
            "contact_id": of.contact_id,
            "partnership": of.partnership,
            "indicator": indicator,
            "answer": verdict,
            "places": last.places[indicator],
            "contact_version": last.contact_version,
            "threshold_version": of.threshold_version,
            "at": tx.now,
            "by": by,
        }
        for indicator, verdict in verdicts.items()
    ]
    await tx.execute(sa.insert(suggestion_answer), await tx.sealed(suggestion_answer, rows))


async def latest_answers(tx: Transaction, contact_id: UUID) -> dict[str, sa.Row[Any]]:
    """What was last made of each suggestion: ``answer``, ``at`` and ``by``, by indicator."""
    table = suggestion_answer
    statement = (
        sa.select(table.c.indicator, table.c.answer, table.c.at, table.c.by)
        .where(table.c.contact_id == contact_id)
        .order_by(table.c.at, table.c.id)
    )
    found: Iterable[sa.Row[Any]] = (await tx.execute(statement)).all()
    return {row.indicator: row for row in found}
