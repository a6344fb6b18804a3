"""Who is to do what by when. An action about a case is found through the caller's scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.errors import NotFound
from mash.hub import Transaction
from mash.web import StaleVersion

from enquiry.domain.meeting_records import Action
from enquiry.store.tables import meeting_action as table

MOST_ACTIONS = 500


class UnknownAction(NotFound):
    """There is no such action, or none that the caller may know of."""


_COLUMNS = tuple(one.name for one in fields(Action))


async def add_action(tx: Transaction, new: Action) -> None:
    """Write a new action."""
    await tx.execute(sa.insert(table), await tx.sealed(table, [vars(new)]))


async def list_of_meeting(tx: Transaction, caller: Caller, meeting_id: UUID) -> Sequence[Action]:
    """What was agreed in a meeting, as far as the caller may know of it."""
    return await _list(tx, caller, table.c.meeting_id == meeting_id)


async def list_outstanding(
    tx: Transaction,
    caller: Caller,
    *,
    partnership: str | None = None,
    not_of: UUID | None = None,
    due_before: date | None = None,
) -> Sequence[Action]:
    """What nobody has said is done, the first due first."""
    wanted: list[sa.ColumnElement[bool]] = [table.c.done_at.is_(None)]
    if partnership is not None:
        wanted.append(table.c.partnership == partnership)
    if not_of is not None:
        wanted.append(table.c.meeting_id != not_of)
    if due_before is not None:
        wanted.append(table.c.due_on < due_before)
    return await _list(tx, caller, *wanted)


async def get_action(tx: Transaction, caller: Caller, id: UUID, *, lock: bool = False) -> Action:
    """An action; ``lock`` holds it until the commit. Raises :class:`UnknownAction`."""
    statement = sa.select(table).where(table.c.id == id, may_know(caller, table.c.contact_id, tx.now))
    row = (await tx.execute(statement.with_for_update() if lock else statement)).one_or_none()
    if row is None:
        raise UnknownAction("There is no such action.")
    (found,) = await _read(tx, [row])
    return found


async def get_for_change(tx: Transaction, caller: Caller, id: UUID, version: int) -> Action:
    """The same, held until the commit, as the caller read it. Raises also ``StaleVersion``."""
    found = await get_action(tx, caller, id, lock=True)
    if found.version != version:
        raise StaleVersion("The action", current=found.version)
    return found


async def save_done(tx: Transaction, old: Action, *, by: str, note: str) -> Action:
    """Write that an action is done, and what came of it."""
    values = {"done_at": tx.now, "done_by": by, "content": {**old.content, "done": note}}
    (values,) = await tx.sealed(table, [{"id": old.id, "sealed_under": old.sealed_under, **values}])
    statement = sa.update(table).where(table.c.id == old.id).values({**values, "version": old.version + 1})
    (saved,) = await _read(tx, [(await tx.execute(statement.returning(*table.c))).one()])
    return saved


async def _list(tx: Transaction, caller: Caller, *wanted: sa.ColumnElement[bool]) -> Sequence[Action]:
    statement = (
        sa.select(table)
        .where(*wanted, may_know(caller, table.c.contact_id, tx.now))
        .order_by(table.c.due_on, table.c.made_at, table.c.id)
        .limit(MOST_ACTIONS)
    )
    return await _read(tx, (await tx.execute(statement)).all())


async def _read(tx: Transaction, rows: Sequence[sa.Row[Any]]) -> list[Action]:
    read = [{name: row[name] for name in _COLUMNS} for row in await tx.opened(table, rows)]
    return [Action(**values) for values in read]
