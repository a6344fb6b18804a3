"""Enquiries in the database: found through the caller's scope, changed one version at a time.

Whoever changes anything of an enquiry holds its row first, so that an answer and a decision never cross.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know, require_purpose_for
from mash.errors import NotFound
from mash.hub import Transaction
from mash.web import StaleVersion
from sqlalchemy.dialects.postgresql import insert

from enquiry.domain.enquiry import Enquiry, EnquiryState, require_open
from enquiry.store import history
from enquiry.store.tables import enquiry as table
from enquiry.store.tables import request

_COLUMNS = tuple(field.name for field in fields(Enquiry))


class UnknownEnquiry(NotFound):
    """There is no such enquiry, or none that the caller may know of."""


async def add_enquiry(tx: Transaction, new: Enquiry) -> bool:
    """Write a new enquiry; False where the contact has one that is open, or had one by this decision."""
    row = {**asdict(new), "concerns": list(new.concerns)}
    added = await tx.execute(insert(table).values(row).on_conflict_do_nothing())
    return bool(added.rowcount)


async def get_enquiry(tx: Transaction, caller: Caller, id: UUID, *, lock: bool = False) -> Enquiry:
    """An enquiry that the caller may know of; ``lock`` holds it until the commit.

    Raises :class:`UnknownEnquiry` or ``PurposeNotSaid``.
    """
    statement = sa.select(table).where(table.c.id == id, may_know(caller, table.c.contact_id, tx.now))
    row = (await tx.execute(statement.with_for_update() if lock else statement)).mappings().one_or_none()
    if row is None:
        raise UnknownEnquiry("There is no such enquiry.")
    found = read(row)
    await require_purpose_for(tx, caller, found.contact_id, closed=found.closed_at is not None)
    return found


async def get_for_change(tx: Transaction, caller: Caller, id: UUID, version: int) -> Enquiry:
    """The same, held until the commit, if it is open and still is what the caller read.

    Raises :class:`UnknownEnquiry`, ``EnquiryAlreadyDecided``, ``EnquiryAlreadyWithdrawn``, or
    ``StaleVersion`` with the names of what was changed since.
    """
    found = await get_enquiry(tx, caller, id, lock=True)
    require_open(found)
    if found.version != version:
        raise StaleVersion(
            f"The enquiry on contact {found.reference}",
            current=found.version,
            changed=await history.changed_since(tx, id, version),
        )
    return found


async def find_for_event(tx: Transaction, id: UUID) -> Enquiry | None:
    """The enquiry that a timer is about, held until the commit."""
    return await _find(tx, table.c.id == id)


async def find_by_request(tx: Transaction, request_id: UUID) -> Enquiry | None:
    """The enquiry that a request belongs to, held until the commit."""
    of_request = sa.select(request.c.enquiry_id).where(request.c.id == request_id).scalar_subquery()
    return await _find(tx, table.c.id == of_request)


async def find_open(tx: Transaction, contact_id: UUID) -> Enquiry | None:
    """The contact's enquiry that is not closed, held until the commit."""
    return await _find(tx, (table.c.contact_id == contact_id) & table.c.closed_at.is_(None))


async def _find(tx: Transaction, condition: sa.ColumnElement[bool]) -> Enquiry | None:
    statement = sa.select(table).where(condition).with_for_update()
    row = (await tx.execute(statement)).mappings().one_or_none()
    return read(row) if row is not None else None


async def list_enquiries(
    tx: Transaction,
    caller: Caller,
    *,
    state: EnquiryState | None,
    rating: str | None,
    contact_id: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
    late: bool = False,
) -> Sequence[Enquiry]:
    """Enquiries that the caller may know of, first due first: the open ones, unless others are asked for."""
    wanted: list[sa.ColumnElement[bool]] = [may_know(caller, table.c.contact_id, tx.now)]
    if state is not None:
        wanted.append(table.c.state == state)
    elif contact_id is None:
        wanted.append(table.c.closed_at.is_(None))
    if late:
        wanted.append(table.c.due_at < tx.now)
    if rating is not None:
        wanted.append(table.c.rating == rating)
    if contact_id is not None:
        wanted.append(table.c.contact_id == contact_id)
    if after is not None:
        wanted.append(sa.tuple_(table.c.due_at, table.c.id) > sa.tuple_(*map(sa.literal, after)))
    statement = sa.select(table).where(*wanted).order_by(table.c.due_at, table.c.id).limit(limit)
    return [read(row) for row in (await tx.execute(statement)).mappings()]


async def list_open_of(tx: Transaction, caller: Caller, contact_ids: Collection[UUID]) -> Sequence[Enquiry]:
    """The open enquiries of some contacts, as far as the caller may know of them."""
    statement = sa.select(table).where(
        table.c.contact_id.in_(contact_ids),
        table.c.closed_at.is_(None),
        may_know(caller, table.c.contact_id, tx.now),
    )
    return [read(row) for row in (await tx.execute(statement)).mappings()]


async def save(tx: Transaction, old: Enquiry, **values: Any) -> Enquiry:
    """Write ``values``, which are no change that anybody could have overlooked."""
    await tx.execute(sa.update(table).where(table.c.id == old.id).values(values))
    return replace(old, **values)


async def change(
    tx: Transaction,
    old: Enquiry,
    action: history.Action,
    *,
    by: str,
    note: history.Note | None = None,
    **values: Any,
) -> Enquiry:
    """Write ``values`` as the next version of ``old``, and into its history what was done, and by whom."""
    new = await save(tx, old, version=old.version + 1, **values)
    await history.add(tx, new, action, by=by, note=note or history.Note())
    return new


def read(row: Mapping[Any, Any]) -> Enquiry:
    """A row of the table as an enquiry."""
    values = {column: row[column] for column in _COLUMNS}
    return Enquiry(**{**values, "concerns": tuple(values["concerns"])})
