"""What agencies returned. Each message is kept as it came; a correction is added beside the first answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction

from enquiry.domain.answers import Returned
from enquiry.domain.enquiry import AnswerKind, Request
from enquiry.store.tables import returned as table

Kind = Literal["return", "correction", "withdrawal"]


@dataclass(frozen=True)
class NewReturn:
    """A message from an agency about its answer. ``content`` holds its words, and is all that does."""

    id: UUID
    contact_id: UUID
    kind: Kind
    version: int
    answer: AnswerKind | None
    returned_at: datetime
    due_at: datetime
    after_closing: bool
    source_fresh_on: date | None
    fingerprint: str
    content: Mapping[str, Any]


async def add_return(tx: Transaction, request: Request, new: NewReturn) -> None:
    """Keep a message."""
    row = {
        **asdict(new),
        "request_id": request.id,
        "enquiry_id": request.enquiry_id,
        "partnership": request.partnership,
        "agency": request.agency,
        "arrived_at": tx.now,
    }
    await tx.execute(sa.insert(table), await tx.sealed(table, [row]))


async def list_answers(tx: Transaction, request_id: UUID) -> Sequence[tuple[Returned, str]]:
    """The answers to a request and their fingerprints, the first version first."""
    statement = (
        sa.select(table.c.version, table.c.answer, table.c.returned_at, table.c.fingerprint)
        .where(table.c.request_id == request_id, table.c.kind != "withdrawal")
        .order_by(table.c.version)
    )
    return [
        (Returned(row.version, row.answer, row.returned_at), row.fingerprint)
        for row in (await tx.execute(statement)).all()
    ]


async def list_returned(tx: Transaction, enquiry_id: UUID) -> Sequence[Mapping[str, Any]]:
    """All that agencies returned in an enquiry, with its words, in the order of versions."""
    statement = (
        sa.select(table)
        .where(table.c.enquiry_id == enquiry_id)
        .order_by(table.c.request_id, table.c.version, table.c.arrived_at)
    )
    return await tx.opened(table, (await tx.execute(statement)).all())


async def list_freshness(tx: Transaction, requests: Iterable[Request]) -> Mapping[UUID, date | None]:
    """How fresh the source of each request's standing answer was, by request."""
    standing = [(one.id, one.answer_version) for one in requests if one.is_answered]
    if not standing:
        return {}
    statement = sa.select(table.c.request_id, table.c.source_fresh_on).where(
        table.c.kind != "withdrawal", sa.tuple_(table.c.request_id, table.c.version).in_(standing)
    )
    return {row.request_id: row.source_fresh_on for row in (await tx.execute(statement)).all()}
