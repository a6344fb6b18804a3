"""Messages that no handler could take: seen by a person, and replayed once the cause is mended."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from mash.db.tables import dead_letter
from mash.errors import Conflict, NotFound
from mash.messaging.handlers import Unreadable
from mash.telemetry.logs import describe

if TYPE_CHECKING:
    from mash.access.callers import Caller
    from mash.hub import Hub
    from mash.messaging.consume import Consumer

MOST_LISTED = 500


class DeadLetterNotFound(NotFound):
    """There is no such message."""


class DeadLetterStillFails(Conflict):
    """The message was tried again and failed again; it stays where it was."""


async def list_waiting(hub: Hub) -> list[dict[str, Any]]:
    """Return the messages set aside and not yet replayed, oldest first: where from, why and when."""
    columns = [column for column in dead_letter.c if column.name not in ("payload", "replayed_at")]
    statement = (
        sa.select(*columns)
        .where(dead_letter.c.replayed_at.is_(None))
        .order_by(dead_letter.c.set_aside_at)
        .limit(MOST_LISTED)
    )
    async with hub.engine.connect() as connection:
        return [dict(row) for row in (await connection.execute(statement)).mappings()]


async def replay(hub: Hub, consumers: Iterable[Consumer], id: UUID, caller: Caller) -> None:
    """Handle one message again; the audit keeps who had it done.

    Raises :class:`DeadLetterNotFound`, or :class:`DeadLetterStillFails` with the reason.
    """
    async with hub.transaction(caller) as tx:
        tx.audit(action="dead_letter.replayed", detail={"id": str(id)})
    waiting = (dead_letter.c.id == id) & dead_letter.c.replayed_at.is_(None)
    async with hub.engine.connect() as connection:
        row = (await connection.execute(sa.select(dead_letter).where(waiting))).one_or_none()
    if row is None:
        raise DeadLetterNotFound("There is no such message waiting to be replayed.")
    consumer = next((one for one in consumers if one.name == row.consumer), None)
    if consumer is None:
        raise DeadLetterStillFails("This service no longer reads the stream that the message came on.")
    try:
        await consumer.replay(row.payload, row.subject)
    except Unreadable as reason:
        raise DeadLetterStillFails("The message still cannot be read.", reason=str(reason)) from None
    except Exception as error:
        raise DeadLetterStillFails("The message still cannot be handled.", reason=describe(error)) from None
    async with hub.engine.begin() as connection:
        await connection.execute(
            sa.update(dead_letter).where(dead_letter.c.id == id).values(replayed_at=hub.clock())
        )
