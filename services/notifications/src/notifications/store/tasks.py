"""Tasks in the database: raised once, closed once."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller, Role
from mash.access.cases import may_know
from mash.access.roles import MAY_CALL
from mash.errors import NotFound
from mash.hub import Transaction
from mash.web import StaleVersion
from sqlalchemy.dialects.postgresql import insert

from notifications.domain.tasks import PROTECTION_OFFICER, Filters, How, Kind, ListedTask, Position, Task
from notifications.store.tables import contact, task


class UnknownTask(NotFound):
    """There is no such task, or none that the caller may know of."""


async def add_task(tx: Transaction, new: Task) -> bool:
    """Write a new task; False where one of its kind about the same thing is open."""
    (sealed,) = await tx.sealed(task, [asdict(new)])
    added = await tx.execute(insert(task).values(sealed).on_conflict_do_nothing())
    return bool(added.rowcount)


async def was_raised(tx: Transaction, kind: Kind, about: UUID) -> bool:
    """Whether there is or was a task of a kind about something."""
    statement = sa.select(task.c.id).where(task.c.kind == kind, task.c.about == about).limit(1)
    return (await tx.execute(statement)).first() is not None


async def close_tasks(tx: Transaction, kinds: Collection[Kind], about: Collection[UUID], by: str) -> None:
    """Close the open tasks of these kinds about any of these: what they asked for has come about."""
    await _close(tx, task.c.kind.in_(list(kinds)) & task.c.about.in_(list(about)), by)


async def close_tasks_of_enquiry(tx: Transaction, enquiry_id: UUID, by: str) -> None:
    """Close whatever is open about an enquiry and its requests."""
    await _close(tx, task.c.enquiry_id == enquiry_id, by)


async def _close(tx: Transaction, which: sa.ColumnElement[bool], by: str) -> None:
    statement = (
        sa.update(task)
        .where(which, task.c.done_at.is_(None))
        .values(done_at=tx.now, done_by=by, how="dealt_with", version=task.c.version + 1)
    )
    await tx.execute(statement)


async def get_task(tx: Transaction, caller: Caller, id: UUID) -> ListedTask:
    """A task that the caller may know of. Raises :class:`UnknownTask`."""
    statement = _select().where(task.c.id == id, _in_scope(caller, tx.now))
    rows = await tx.opened(task, (await tx.execute(statement)).all())
    if not rows:
        raise UnknownTask("There is no such task.")
    return _read(rows[0])


async def get_task_for_change(tx: Transaction, caller: Caller, id: UUID, version: int) -> ListedTask:
    """A task that the caller may know of, held until the commit, if it still is what the caller read.

    Raises :class:`UnknownTask`, or ``StaleVersion``.
    """
    statement = _select().where(task.c.id == id, _in_scope(caller, tx.now))
    rows = await tx.opened(task, (await tx.execute(statement.with_for_update(of=task))).all())
    if not rows:
        raise UnknownTask("There is no such task.")
    found = _read(rows[0])
    if found.task.version != version:
        raise StaleVersion("The task", current=found.task.version, changed=["done_at", "how", "note"])
    return found


async def mark_done(tx: Transaction, old: Task, caller: Caller, how: How, note: str | None) -> Task:
    """Write that the caller has done a task that is held."""
    done = replace(old, done_at=tx.now, done_by=caller.subject, how=how, note=note, version=old.version + 1)
    (sealed,) = await tx.sealed(task, [asdict(done)])
    await tx.execute(sa.update(task).where(task.c.id == old.id).values(sealed))
    return done


async def list_tasks(
    tx: Transaction, caller: Caller, filters: Filters, after: Position | None, limit: int
) -> Sequence[ListedTask]:
    """Tasks that the caller may know of: of the open those due first, of the done those done last."""
    wanted = [_in_scope(caller, tx.now), *_where(filters)]
    at = task.c.due_at if filters.is_open else task.c.done_at
    if after is not None:
        here, last = sa.tuple_(at, task.c.id), sa.tuple_(*map(sa.literal, after))
        wanted.append(here > last if filters.is_open else here < last)
    order = [at, task.c.id] if filters.is_open else [at.desc(), task.c.id.desc()]
    statement = _select().where(*wanted).order_by(*order).limit(limit)
    return [_read(row) for row in await tx.opened(task, (await tx.execute(statement)).all())]


def _in_scope(caller: Caller, now: datetime) -> sa.ColumnElement[bool]:
    """The data protection officer's own tasks are for nobody else, for they say whose looks were noticed."""
    ours, is_officers = task.c.partnership.in_(caller.partnerships), task.c.role == PROTECTION_OFFICER
    seen = [ours & is_officers] if caller.has(Role.DATA_PROTECTION_OFFICER) else []
    if caller.roles & MAY_CALL["HubStaff"]:
        seen.append(may_know(caller, task.c.contact_id, now) & ~is_officers)
    return sa.or_(sa.false(), *seen)


def _where(filters: Filters) -> list[sa.ColumnElement[bool]]:
    named = {task.c.kind: filters.kind, task.c.contact_id: filters.contact_id}
    wanted = [task.c.done_at.is_(None) if filters.is_open else task.c.done_at.is_not(None)]
    if filters.roles is not None:
        wanted.append(task.c.role.in_(sorted(filters.roles)))
    return [*wanted, *(column == value for column, value in named.items() if value is not None)]


def _select() -> sa.Select[Any]:
    return sa.select(task, contact.c.reference).select_from(
        task.outerjoin(contact, contact.c.contact_id == task.c.contact_id)
    )


def _read(row: Mapping[Any, Any]) -> ListedTask:
    return ListedTask(task=_task(row), reference=row["reference"])


def _task(row: Mapping[Any, Any]) -> Task:
    return Task(**{column: row[column] for column in _COLUMNS})


_COLUMNS = tuple(field.name for field in fields(Task))
