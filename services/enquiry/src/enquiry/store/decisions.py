"""Decisions, each with how every request stood: written once, and never altered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.errors import NotFound
from mash.hub import Transaction
from pydantic import TypeAdapter

from enquiry.domain.decision import Choice, Standing
from enquiry.domain.enquiry import Enquiry
from enquiry.store.tables import decision as table

_standings = TypeAdapter(list[Standing])


class NotDecidedYet(NotFound):
    """The enquiry has no decision."""


async def add_decision(
    tx: Transaction, of: Enquiry, choice: Choice, standings: Sequence[Standing], *, by: str
) -> None:
    """Freeze a decision and what it rests on."""
    row = {
        **asdict(choice),
        "enquiry_id": of.id,
        "contact_id": of.contact_id,
        "partnership": of.partnership,
        "decided_at": tx.now,
        "decided_by": by,
        "due_at": of.due_at,
        "first_rating": of.first_rating,
        "standings": _standings.dump_python(list(standings), mode="json"),
    }
    await tx.execute(sa.insert(table), await tx.sealed(table, [row]))


async def find_decision(tx: Transaction, enquiry_id: UUID) -> dict[str, Any] | None:
    """The decision on an enquiry, if it has been made."""
    statement = sa.select(table).where(table.c.enquiry_id == enquiry_id)
    rows = await tx.opened(table, (await tx.execute(statement)).all())
    return _read(rows[0]) if rows else None


async def get_decision(tx: Transaction, enquiry_id: UUID) -> dict[str, Any]:
    """The same, of an enquiry that the caller was found to see. Raises :class:`NotDecidedYet`."""
    found = await find_decision(tx, enquiry_id)
    if found is None:
        raise NotDecidedYet("This enquiry has not been decided.")
    return found


def _read(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {**row, "standings": _standings.validate_python(row["standings"])}
