"""Sealed messages that were set aside: which enquiry each is about, found by opening it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa
from pydantic import BaseModel, ValidationError

from mash.db.tables import dead_letter
from mash.messaging.handlers import BoundaryHandler
from mash.sealing import Unopenable

if TYPE_CHECKING:
    from mash.hub import Hub, Transaction


class _About(BaseModel):
    enquiry_id: UUID


@dataclass(frozen=True)
class SetAside:
    """The messages that lie aside and could be opened, each with its enquiry."""

    messages: Sequence[tuple[UUID, UUID]]

    async def erase(self, tx: Transaction, enquiries: Collection[UUID]) -> None:
        """Delete those about these enquiries."""
        gone = [id for id, enquiry in self.messages if enquiry in enquiries]
        if gone:
            await tx.execute(sa.delete(dead_letter).where(dead_letter.c.id.in_(gone)))


async def open_set_aside(hub: Hub, handlers: Collection[BoundaryHandler]) -> SetAside:
    """Open what lies aside of these streams; what our keys do not open says nothing to anybody here."""
    senders = {handler.stream: handler.sender for handler in handlers}
    statement = sa.select(dead_letter.c.id, dead_letter.c.stream, dead_letter.c.payload).where(
        dead_letter.c.stream.in_(list(senders))
    )
    async with hub.engine.connect() as connection:
        rows = (await connection.execute(statement)).all()
    found = []
    for row in rows:
        try:
            about = _About.model_validate_json(hub.sealing.open(row.payload, sender=senders[row.stream]))
        except (Unopenable, ValidationError):
            continue
        found.append((row.id, about.enquiry_id))
    return SetAside(found)
