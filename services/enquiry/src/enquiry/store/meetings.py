"""Meetings in the database: found in the caller's partnerships, changed one version at a time."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.errors import NotFound
from mash.hub import Transaction
from mash.ids import new_id
from mash.web import StaleVersion
from sqlalchemy.dialects.postgresql import insert

from enquiry.domain.meeting import Occasion
from enquiry.domain.meeting_records import Meeting
from enquiry.store.tables import meeting as table


class UnknownMeeting(NotFound):
    """There is no such meeting in the caller's partnerships."""


_COLUMNS = tuple(one.name for one in fields(Meeting))


async def add_meeting(tx: Transaction, partnership: str, occasion: Occasion) -> Meeting | None:
    """Write a planned meeting; None where there is one on that day."""
    row = {
        "id": new_id(),
        "partnership": partnership,
        **vars(occasion),
        "state": "planned",
        "version": 1,
    }
    statement = insert(table).values(row).on_conflict_do_nothing().returning(*table.c)
    found = (await tx.execute(statement)).one_or_none()
    return await _read(tx, found) if found is not None else None


async def get_meeting(tx: Transaction, caller: Caller, id: UUID, *, lock: bool = False) -> Meeting:
    """A meeting of the caller's; ``lock`` keeps it from being closed until the commit.

    Raises :class:`UnknownMeeting`.
    """
    found = await _find(tx, table.c.id == id, _ours(caller), read=True if lock else None)
    if found is None:
        raise UnknownMeeting("There is no such meeting.")
    return found


async def get_for_change(tx: Transaction, caller: Caller, id: UUID, version: int) -> Meeting:
    """The same, held until the commit, as the caller read it. Raises also ``StaleVersion``."""
    found = await _find(tx, table.c.id == id, _ours(caller), read=False)
    if found is None:
        raise UnknownMeeting("There is no such meeting.")
    if found.version != version:
        raise StaleVersion("The meeting", current=found.version)
    return found


async def find_for_timer(tx: Transaction, id: UUID) -> Meeting | None:
    """The meeting whose agenda is to be closed, held until the commit."""
    return await _find(tx, table.c.id == id, read=False)


async def find_following(tx: Transaction, meeting: Meeting) -> Meeting | None:
    """The next meeting that is not over, which takes what this one leaves."""
    return await _first(tx, meeting.partnership, table.c.held_on > meeting.held_on, table.c.state != "held")


async def find_planned(tx: Transaction, partnership: str) -> Meeting | None:
    """The partnership's next meeting."""
    return await _first(tx, partnership, table.c.state == "planned")


async def opened_before(tx: Transaction, meeting: Meeting) -> datetime | None:
    """When the agenda of the meeting before was closed; None where there was none."""
    latest = sa.select(sa.func.max(table.c.opened_at)).where(
        table.c.partnership == meeting.partnership, table.c.held_on < meeting.held_on
    )
    found: datetime | None = await tx.conn.scalar(latest)
    return found


async def list_meetings(
    tx: Transaction, caller: Caller, *, states: Collection[str], before: date | None, limit: int
) -> Sequence[Meeting]:
    """Meetings of the caller's partnerships, the latest day first."""
    wanted = [_ours(caller), table.c.state.in_(list(states))]
    if before is not None:
        wanted.append(table.c.held_on < before)
    statement = (
        sa.select(table).where(*wanted).order_by(table.c.held_on.desc(), table.c.partnership).limit(limit)
    )
    return await _read_all(tx, (await tx.execute(statement)).all())


async def save_meeting(tx: Transaction, old: Meeting, **values: Any) -> Meeting:
    """Write ``values`` as the next version; ``content`` is merged with what there was."""
    if "content" in values:
        values["content"] = {**old.content, **values["content"]}
        (values,) = await tx.sealed(table, [{"id": old.id, **values}])
    statement = sa.update(table).where(table.c.id == old.id).values({**values, "version": old.version + 1})
    return await _read(tx, (await tx.execute(statement.returning(*table.c))).one())


def _ours(caller: Caller) -> sa.ColumnElement[bool]:
    return table.c.partnership.in_(sorted(caller.partnerships))


async def _first(tx: Transaction, partnership: str, *wanted: sa.ColumnElement[bool]) -> Meeting | None:
    statement = (
        sa.select(table)
        .where(table.c.partnership == partnership, *wanted)
        .order_by(table.c.held_on)
        .limit(1)
        .with_for_update(read=True)
    )
    row = (await tx.execute(statement)).one_or_none()
    return await _read(tx, row) if row is not None else None


async def _find(tx: Transaction, *wanted: sa.ColumnElement[bool], read: bool | None) -> Meeting | None:
    statement = sa.select(table).where(*wanted)
    if read is not None:
        statement = statement.with_for_update(read=read)
    row = (await tx.execute(statement)).one_or_none()
    return await _read(tx, row) if row is not None else None


async def _read(tx: Transaction, row: sa.Row[Any]) -> Meeting:
    (meeting,) = await _read_all(tx, [row])
    return meeting


async def _read_all(tx: Transaction, rows: Sequence[sa.Row[Any]]) -> list[Meeting]:
    opened = await tx.opened(table, rows)
    read = [{name: row[name] for name in _COLUMNS} for row in opened]
    return [Meeting(**{**values, "content": values["content"] or {}}) for values in read]
