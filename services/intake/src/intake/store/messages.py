"""Messages as they are kept and found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.db.tables import Sealed
from mash.errors import NotFound
from mash.hub import Transaction
from mash.ids import new_id
from mash.vault import OpenedRow
from sqlalchemy.dialects.postgresql import insert

from intake.domain.raw_message import Attached, body_digest, identity_of
from intake.store.tables import contact, document, message

ARRIVED, TAKEN_IN, SET_ASIDE = "arrived", "taken_in", "set_aside"
REPEATED = "repeated-id"
_ALL_BUT_RAW = tuple(column for column in message.c if column.name not in ("raw", "identity", "body_digest"))
_WITHOUT_WORDS = tuple(column for column in _ALL_BUT_RAW if not isinstance(column.type, Sealed))


class NoSuchMessage(NotFound):
    """There is no such message within the caller's scope."""

    def __init__(self) -> None:
        super().__init__("There is no such message, or none that you may see.")


@dataclass(frozen=True)
class Kept:
    """A message in the store. ``is_new`` is false for one that had come before.

    ``waits`` says that it has yet to be read; ``set_aside`` is another message that bears its identity.
    """

    id: UUID
    is_new: bool
    waits: bool
    set_aside: UUID | None = None


async def keep_message(tx: Transaction, caller: Caller, partnership: str, raw: bytes) -> Kept:
    """Store a message as it came, or find the first of its identity.

    Another body under a known Message-ID is kept as well, set aside for a person: some senders use one
    identity for many messages.
    """
    id = new_id()
    row = {
        "id": id,
        "partnership": partnership,
        "identity": tx.vault.digest(identity_of(raw)),
        "body_digest": tx.vault.digest(body_digest(raw)),
        "received_at": tx.now,
        "sent_by": caller.subject,
        "size_bytes": len(raw),
        "raw": raw,
        "status": ARRIVED,
    }
    if await _insert(tx, row):
        return Kept(id, is_new=True, waits=True)
    first = (await tx.execute(_same_identity(row))).one()
    is_same = row["body_digest"] == first.body_digest
    other = {**row, "status": SET_ASIDE, "kind": REPEATED, "repeat_of": first.id}
    is_other = not is_same and await _insert(tx, other)
    waits = is_same and first.status == ARRIVED
    return Kept(first.id, is_new=False, waits=waits, set_aside=id if is_other else None)


async def _insert(tx: Transaction, row: dict[str, Any]) -> bool:
    (sealed,) = await tx.sealed(message, [row])
    statement = insert(message).values(sealed).on_conflict_do_nothing().returning(message.c.id)
    return (await tx.execute(statement)).scalar() is not None


def _same_identity(row: dict[str, Any]) -> sa.Select[Any]:
    return sa.select(message.c.id, message.c.body_digest, message.c.status).where(
        message.c.partnership == row["partnership"],
        message.c.identity == row["identity"],
        message.c.repeat_of.is_(None),
    )


async def get_for_handling(tx: Transaction, message_id: UUID) -> OpenedRow:
    """Return a message that only this transaction may change."""
    statement = sa.select(*_ALL_BUT_RAW).where(message.c.id == message_id).with_for_update(key_share=True)
    (row,) = await tx.opened(message, (await tx.execute(statement)).all())
    return row


async def load_raw(tx: Transaction, message_id: UUID) -> bytes:
    """Return the bytes of a message, for the service itself to read."""
    (row,) = await _raw(tx, message.c.id == message_id)
    return bytes(row.raw)


async def get_message(tx: Transaction, caller: Caller, message_id: UUID) -> OpenedRow:
    """Return a message without its bytes. Raises :class:`NoSuchMessage`."""
    statement = sa.select(*_ALL_BUT_RAW).where(_in_scope(caller, tx.now), message.c.id == message_id)
    rows = await tx.opened(message, (await tx.execute(statement)).all())
    if not rows:
        raise NoSuchMessage
    return rows[0]


async def get_raw(tx: Transaction, caller: Caller, message_id: UUID) -> bytes:
    """Return a message's bytes. Raises :class:`NoSuchMessage`."""
    raw = await find_raw(tx, caller, message_id)
    if raw is None:
        raise NoSuchMessage
    return raw


async def find_raw(tx: Transaction, caller: Caller, message_id: UUID) -> bytes | None:
    """Return a message's bytes, if it is within the caller's scope."""
    rows = await _raw(tx, _in_scope(caller, tx.now) & (message.c.id == message_id))
    return bytes(rows[0].raw) if rows else None


async def _raw(tx: Transaction, which: sa.ColumnElement[bool]) -> list[OpenedRow]:
    statement = sa.select(message.c.id, message.c.raw).where(which)
    return await tx.opened(message, (await tx.execute(statement)).all())


async def list_messages(
    tx: Transaction,
    caller: Caller,
    *,
    status: str | None,
    reviewed: bool | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[sa.RowMapping]:
    """Return messages, the newest first, from the one after ``after`` on."""
    statement = sa.select(*_WITHOUT_WORDS).where(_in_scope(caller, tx.now))
    if status is not None:
        statement = statement.where(message.c.status == status)
    if reviewed is not None:
        unreviewed = (message.c.status != TAKEN_IN) & message.c.reviewed_at.is_(None)
        statement = statement.where(~unreviewed if reviewed else unreviewed)
    if after is not None:
        statement = statement.where(sa.tuple_(message.c.received_at, message.c.id) < after)
    newest_first = statement.order_by(message.c.received_at.desc(), message.c.id.desc())
    return (await tx.execute(newest_first.limit(limit))).mappings().all()


async def change_message(tx: Transaction, message_id: UUID, **values: Any) -> None:
    """Write what became of a message."""
    (sealed,) = await tx.sealed(message, [{"id": message_id, **values}])
    await tx.execute(sa.update(message).where(message.c.id == message_id).values(sealed))


async def keep_documents(
    tx: Transaction, partnership: str, message_id: UUID, files: Sequence[Attached]
) -> None:
    """Store the files that came with a message."""
    rows = [
        {
            "id": new_id(),
            "message_id": message_id,
            "partnership": partnership,
            "position": position,
            "name": file.name,
            "media_type": file.media_type,
            "size_bytes": len(file.content),
            "content": file.content,
        }
        for position, file in enumerate(files)
    ]
    if rows:
        await tx.execute(sa.insert(document), await tx.sealed(document, rows))


def _in_scope(caller: Caller, now: datetime) -> sa.ColumnElement[bool]:
    """A message is hidden with the contacts that it became, or by itself where it became none."""
    return may_know(caller, message.c.id, now) & holds_nothing_hidden(caller, message.c.id, now)


def holds_nothing_hidden(
    caller: Caller, message_id: sa.ColumnElement[UUID], now: datetime
) -> sa.ColumnElement[bool]:
    """Return the condition that the caller may know of every contact that a message became."""
    became = contact.alias()
    hidden = sa.select(sa.literal(1)).where(
        became.c.message_id == message_id, ~may_know(caller, became.c.id, now)
    )
    return ~hidden.correlate(message_id.table).exists()
