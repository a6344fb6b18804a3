"""What was done in an enquiry: a row a version, added and never altered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction

from enquiry.domain.deadlines import Rated
from enquiry.domain.enquiry import Enquiry
from enquiry.store.tables import history as table

Action = Literal[
    "opened",
    "rating_changed",
    "agency_asked",
    "request_narrowed",
    "request_sent_again",
    "request_cancelled",
    "returned",
    "corrected",
    "return_withdrawn",
    "contact_changed",
    "decided",
    "withdrawn",
]
MOST_LISTED = 500

# What a person who read an older version has missed, by what was done.
CHANGED: Mapping[str, tuple[str, ...]] = {
    "opened": (),
    "rating_changed": ("rating", "due_at"),
    "agency_asked": ("requests",),
    "request_narrowed": ("requests",),
    "request_sent_again": ("requests",),
    "request_cancelled": ("requests",),
    "returned": ("returns",),
    "corrected": ("returns",),
    "return_withdrawn": ("returns",),
    "contact_changed": ("contact",),
    "decided": ("decision",),
    "withdrawn": ("state",),
}


@dataclass(frozen=True)
class Note:
    """What else is kept of an action: the request it was about, the rating given, and why."""

    request_id: UUID | None = None
    agency: str | None = None
    rating: str | None = None
    due_at: datetime | None = None
    rationale: str | None = None


async def add(
    tx: Transaction, of: Enquiry, action: Action, *, by: str, note: Note, at: datetime | None = None
) -> None:
    """Keep that ``action`` has led to the version that ``of`` now has."""
    row = {
        "enquiry_id": of.id,
        "contact_id": of.contact_id,
        "version": of.version,
        "partnership": of.partnership,
        "at": at or tx.now,
        "by": by,
        "action": action,
    }
    await tx.execute(sa.insert(table), await tx.sealed(table, [{**row, **asdict(note)}]))


async def list_history(tx: Transaction, enquiry_id: UUID) -> Sequence[Mapping[str, Any]]:
    """What was done, in order."""
    statement = (
        sa.select(table).where(table.c.enquiry_id == enquiry_id).order_by(table.c.version).limit(MOST_LISTED)
    )
    return await tx.opened(table, (await tx.execute(statement)).all())


async def list_ratings(tx: Transaction, enquiry_ids: Iterable[UUID]) -> Mapping[UUID, list[Rated]]:
    """The ratings given to each enquiry, in order."""
    statement = (
        sa.select(table.c.enquiry_id, table.c.rating, table.c.at)
        .where(table.c.enquiry_id.in_(list(enquiry_ids)), table.c.rating.is_not(None))
        .order_by(table.c.enquiry_id, table.c.version)
    )
    found: dict[UUID, list[Rated]] = {}
    for row in (await tx.execute(statement)).mappings():
        found.setdefault(row["enquiry_id"], []).append(Rated(row["rating"], row["at"]))
    return found


async def changed_since(tx: Transaction, enquiry_id: UUID, version: int) -> list[str]:
    """What was changed after ``version``, with the agency where there is one: ``returns.police``."""
    statement = sa.select(table.c.action, table.c.agency).where(
        table.c.enquiry_id == enquiry_id, table.c.version > version
    )
    rows = (await tx.execute(statement)).mappings().all()
    return sorted({_named(what, row["agency"]) for row in rows for what in CHANGED[row["action"]]})


def _named(what: str, agency: str | None) -> str:
    return f"{what}.{agency}" if agency else what
