"""Notifications and the tries at sending them, in the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.errors import NotFound
from mash.hub import Transaction
from mash.ids import new_id
from sqlalchemy.dialects.postgresql import insert

from notifications.domain.notification import TOLD, Attempt, Notification
from notifications.domain.tasks import Position
from notifications.store.tables import attempt, notification

MOST_LISTED = 200
_WORDS = ("subject", "text")


class UnknownNotification(NotFound):
    """There is no such notification, or none that the caller may know of."""


async def add_notification(tx: Transaction, new: Notification) -> bool:
    """Write a new notification; False where the contact has one of its purpose and cause already."""
    (sealed,) = await tx.sealed(notification, [asdict(new)])
    added = await tx.execute(insert(notification).values(sealed).on_conflict_do_nothing())
    return bool(added.rowcount)


async def find_notification(tx: Transaction, id: UUID, *, lock: bool = False) -> Notification | None:
    """The notification that a timer or a task is about; ``lock`` holds it until the commit."""
    return await _find(tx, notification.c.id == id, lock=lock)


async def get_notification(tx: Transaction, caller: Caller, id: UUID, *, lock: bool = False) -> Notification:
    """A notification on a case that the caller may know of. Raises :class:`UnknownNotification`."""
    known = may_know(caller, notification.c.contact_id, tx.now)
    found = await _find(tx, (notification.c.id == id) & known, lock=lock)
    if found is None:
        raise UnknownNotification("There is no such notification.")
    return found


async def _find(tx: Transaction, which: sa.ColumnElement[bool], *, lock: bool) -> Notification | None:
    statement = sa.select(notification).where(which)
    found = await _list(tx, statement.with_for_update() if lock else statement)
    return found[0] if found else None


async def list_notifications(tx: Transaction, caller: Caller, contact_id: UUID) -> Sequence[Notification]:
    """What one contact's referrer was or is to be told, oldest first; at most 200."""
    statement = (
        sa.select(notification)
        .where(notification.c.contact_id == contact_id, may_know(caller, notification.c.contact_id, tx.now))
        .order_by(notification.c.created_at, notification.c.id)
        .limit(MOST_LISTED)
    )
    return await _list(tx, statement)


async def list_undelivered(
    tx: Transaction, caller: Caller, after: Position | None, limit: int
) -> Sequence[Notification]:
    """What has failed or been tried in vain, or has to be told by a person, without its words.

    What is due first is at the top.
    """
    in_vain = (notification.c.state == "waiting") & (notification.c.tries > 0)
    for_a_person = (notification.c.state == "not_written") & notification.c.queued_at.is_not(None)
    wanted = [
        sa.or_(notification.c.state == "failed", in_vain, for_a_person),
        may_know(caller, notification.c.contact_id, tx.now),
    ]
    if after is not None:
        place = sa.tuple_(notification.c.due_at, notification.c.id)
        wanted.append(place > sa.tuple_(*map(sa.literal, after)))
    # A list shows no words, so that none are opened for it.
    thin = [column for column in notification.c if column.name not in _WORDS]
    ordered = sa.select(*thin).where(*wanted).order_by(notification.c.due_at, notification.c.id)
    rows = (await tx.execute(ordered.limit(limit))).mappings()
    return [Notification(**{**row, **dict.fromkeys(_WORDS)}) for row in rows]


async def save(tx: Transaction, old: Notification, **values: Any) -> None:
    """Change a notification that is held."""
    (sealed,) = await tx.sealed(notification, [{"contact_id": old.contact_id, **values}])
    await tx.execute(sa.update(notification).where(notification.c.id == old.id).values(sealed))


async def supersede(tx: Transaction, contact_id: UUID, until: datetime) -> Sequence[Notification]:
    """Take back the contact's untold feedback on decisions up to ``until``; return it as it was.

    What failed or could not be written is taken back with what waits, so that nobody has it tried again.
    """
    return await supersede_where(
        tx,
        sa.and_(
            notification.c.contact_id == contact_id,
            notification.c.purpose == "feedback",
            notification.c.about_at <= until,
        ),
    )


async def supersede_where(tx: Transaction, which: sa.ColumnElement[bool]) -> Sequence[Notification]:
    """Take back what of these was not told; return it as it was."""
    untold = sa.select(notification).where(
        which, notification.c.state.in_(["waiting", "failed", "not_written"])
    )
    found = await _list(tx, untold.with_for_update())
    these = notification.c.id.in_([one.id for one in found])
    await tx.execute(sa.update(notification).where(these).values(state="superseded", queued_at=None))
    return found


async def has_been_told(tx: Transaction, contact_id: UUID, purpose: str) -> bool:
    """Whether the contact's referrer has been told anything of this purpose before."""
    statement = sa.select(notification.c.id).where(
        notification.c.contact_id == contact_id,
        notification.c.purpose == purpose,
        notification.c.state.in_(TOLD),
    )
    return (await tx.execute(statement.limit(1))).first() is not None


async def add_attempt(tx: Transaction, of: Notification, result: str, code: int | None) -> None:
    """Record a try at sending, with the relay's code and none of its words, which may hold the address."""
    await tx.execute(
        sa.insert(attempt).values(
            id=new_id(),
            notification_id=of.id,
            partnership=of.partnership,
            at=tx.now,
            result=result,
            code=code,
        )
    )


async def list_attempts(tx: Transaction, id: UUID) -> Sequence[Attempt]:
    """The tries at sending a notification, oldest first; at most 200."""
    statement = (
        sa.select(attempt.c.at, attempt.c.result, attempt.c.code)
        .where(attempt.c.notification_id == id)
        .order_by(attempt.c.at, attempt.c.id)
        .limit(MOST_LISTED)
    )
    return [Attempt(**row) for row in (await tx.execute(statement)).mappings()]


async def _list(tx: Transaction, statement: sa.Select[Any]) -> list[Notification]:
    rows = await tx.opened(notification, (await tx.execute(statement)).all())
    return [Notification(**{column: row[column] for column in _COLUMNS}) for row in rows]


_COLUMNS = tuple(field.name for field in fields(Notification))
