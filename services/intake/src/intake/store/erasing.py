"""Takes away all rows of a contact, or of a message that became none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction
from mash.retention import erase_rows

from intake.store import subject_access
from intake.store.messages import SET_ASIDE
from intake.store.tables import contact, document, message, metadata


async def delete_contact(tx: Transaction, contact_id: UUID, message_id: UUID | None) -> set[UUID]:
    """Delete a contact, with the message it was read from if no other contact was.

    Return the ids of the other records that went with it.
    """
    asked = await subject_access.list_about(tx, contact_id)
    gone = await erase_rows(tx, metadata, contact_id)
    # Who asked what is held about them is kept for as long as anything is.
    gone |= await subject_access.delete_left_alone(tx, asked)
    if message_id is None:
        return gone
    # Of two contacts of one message that go at the same time, the later one finds itself the last.
    await tx.execute(sa.select(message.c.id).where(message.c.id == message_id).with_for_update())
    others = sa.select(sa.literal(1)).where(contact.c.message_id == message_id).limit(1)
    if (await tx.execute(others)).scalar():
        return gone
    await delete_message(tx, message_id)
    return {*gone, message_id}


async def delete_message(tx: Transaction, message_id: UUID) -> None:
    """Delete a message that no contact was read from, with the files that came with it."""
    await tx.execute(sa.delete(document).where(document.c.message_id == message_id))
    await tx.execute(sa.delete(message).where(message.c.id == message_id))


async def list_old_messages(
    tx: Transaction, before: Mapping[str, datetime], apart_from: Collection[UUID], limit: int
) -> Sequence[UUID]:
    """Return messages that became no contact and came before each partnership's time."""
    old = [
        sa.and_(message.c.partnership == name, message.c.received_at < moment)
        for name, moment in before.items()
    ]
    statement = sa.select(message.c.id).where(
        message.c.status == SET_ASIDE, sa.or_(*old), message.c.id.not_in(list(apart_from))
    )
    return (await tx.execute(statement.order_by(message.c.received_at).limit(limit))).scalars().all()


async def lock_set_aside(tx: Transaction, message_id: UUID) -> sa.Row[Any] | None:
    """Return a message that still lies aside, for this transaction alone."""
    statement = sa.select(message.c.id, message.c.partnership).where(
        message.c.id == message_id, message.c.status == SET_ASIDE
    )
    return (await tx.execute(statement.with_for_update())).one_or_none()
