"""What is on the agenda of a meeting: drawn from what was heard, and found through the caller's scope.

The words of an item are in ``content``: what was said, what was done well or learnt, and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.errors import NotFound
from mash.hub import Transaction
from mash.ids import new_id
from mash.partnerships.meetings import DailyMeeting
from mash.web import StaleVersion
from sqlalchemy.dialects.postgresql import insert

from enquiry.domain.meeting import Standing
from enquiry.domain.meeting_records import Item
from enquiry.store.tables import agenda_item as table
from enquiry.store.tables import contact_heard as heard
from enquiry.store.tables import enquiry

MOST_ITEMS = 500


class UnknownItem(NotFound):
    """The meeting has no such item, or none that the caller may know of."""


class UnknownContact(NotFound):
    """No contact is known by this reference or id, or none that the caller may know of."""


@dataclass(frozen=True)
class Found:
    """A contact that may belong on an agenda, and how it stands."""

    contact_id: UUID
    reference: str
    standing: Standing


_COLUMNS = tuple(one.name for one in fields(Item))


def _rating() -> sa.ColumnElement[Any]:
    return sa.func.coalesce(enquiry.c.rating, heard.c.rating)


def _known() -> sa.Select[Any]:
    """Contacts that were heard of, each with its open enquiry."""
    joined = heard.outerjoin(
        enquiry, sa.and_(enquiry.c.contact_id == heard.c.contact_id, enquiry.c.closed_at.is_(None))
    )
    return sa.select(
        heard.c.contact_id, heard.c.reference, heard.c.kind, heard.c.out_of_hours, _rating().label("rating")
    ).select_from(joined)


async def list_standing(
    tx: Transaction,
    partnership: str,
    rules: DailyMeeting,
    *,
    since: datetime,
    until: datetime,
    due_before: datetime,
    scope: sa.ColumnElement[bool],
) -> Sequence[Found]:
    """Contacts that may belong on an agenda, by how they stand now, the first received first."""
    is_new = heard.c.heard_at > since
    is_open = sa.or_(heard.c.pathway.is_(None), enquiry.c.id.is_not(None))
    is_due = sa.func.coalesce(enquiry.c.due_at < due_before, False)
    was_discussed = sa.exists().where(
        table.c.contact_id == heard.c.contact_id,
        table.c.state == "discussed",
        sa.func.coalesce(table.c.rating_after, table.c.rating_before) == _rating(),
    )
    rated = _rating().in_([*rules.once_at, *rules.until_closed])
    statement = (
        _known()
        .add_columns(
            is_new.label("is_new"),
            is_open.label("is_open"),
            is_due.label("is_due"),
            was_discussed.label("was_discussed"),
        )
        .where(heard.c.partnership == partnership, heard.c.heard_at <= until, scope)
        .where(sa.or_(is_new, is_due, sa.and_(is_open, rated)))
        .order_by(heard.c.received_at, heard.c.contact_id)
        .limit(MOST_ITEMS)
    )
    return [_found(row) for row in (await tx.execute(statement)).mappings()]


async def find_contact(
    tx: Transaction, caller: Caller, partnership: str, wanted: sa.ColumnElement[bool]
) -> Mapping[Any, Any]:
    """A contact of the caller's that was heard of, with its rating. Raises :class:`UnknownContact`."""
    statement = _known().where(
        wanted, heard.c.partnership == partnership, may_know(caller, heard.c.contact_id, tx.now)
    )
    row = (await tx.execute(statement.where(heard.c.reference.is_not(None)))).mappings().first()
    if row is None:
        raise UnknownContact("No contact of this partnership is known by that.", field="contact")
    return row


def by_any_name(reference: str | None, id: UUID | None) -> sa.ColumnElement[bool]:
    """The condition for a contact by its reference, by its own id or by that of one of its enquiries."""
    if reference is not None:
        return heard.c.reference == reference
    any_of = enquiry.alias()
    of_enquiry = sa.exists().where(any_of.c.contact_id == heard.c.contact_id, any_of.c.id == id)
    return sa.or_(heard.c.contact_id == id, of_enquiry)


async def put_on(tx: Transaction, items: Sequence[Item]) -> None:
    """Put items on their agenda; what is on it already has these reasons as well."""
    if not items:
        return
    new = insert(table)
    merged = new.on_conflict_do_update(
        index_elements=["meeting_id", "contact_id"],
        set_={"because": table.c.because.op("||")(new.excluded.because)},
        where=sa.not_(table.c.because.contains(new.excluded.because)),
    )
    rows = [{**vars(item), "because": list(item.because), "content": item.content or None} for item in items]
    await tx.execute(merged, await tx.sealed(table, rows))


def new_item(meeting_id: UUID, partnership: str, row: Mapping[Any, Any], **values: Any) -> Item:
    """A contact that waits to be discussed, rated as it stands now."""
    first = {
        "id": new_id(),
        "meeting_id": meeting_id,
        "partnership": partnership,
        "contact_id": row["contact_id"],
        "reference": row["reference"],
        "added_by": None,
        "state": "waiting",
        "rating_before": row["rating"],
    }
    return Item(**{**first, **values})


async def list_items(tx: Transaction, caller: Caller, meeting_id: UUID) -> Sequence[Item]:
    """The items of a meeting that the caller may know of, in the order in which they came onto it."""
    statement = (
        sa.select(table)
        .where(table.c.meeting_id == meeting_id, may_know(caller, table.c.contact_id, tx.now))
        .order_by(table.c.added_at, table.c.id)
        .limit(MOST_ITEMS)
    )
    return await _read(tx, (await tx.execute(statement)).all())


async def list_waiting(tx: Transaction, meeting_id: UUID) -> Sequence[Item]:
    """What a meeting has not discussed, whoever may know of it."""
    waiting = sa.select(table).where(table.c.meeting_id == meeting_id, table.c.state == "waiting")
    return await _read(tx, (await tx.execute(waiting.with_for_update())).all())


async def get_item(
    tx: Transaction, caller: Caller, meeting_id: UUID, id: UUID, version: int | None = None
) -> Item:
    """An item that the caller may know of; held until the commit where its ``version`` is given.

    Raises :class:`UnknownItem`, ``StaleVersion``.
    """
    statement = sa.select(table).where(
        table.c.id == id, table.c.meeting_id == meeting_id, may_know(caller, table.c.contact_id, tx.now)
    )
    statement = statement if version is None else statement.with_for_update()
    row = (await tx.execute(statement)).one_or_none()
    if row is None:
        raise UnknownItem("There is no such item on the agenda.")
    (found,) = await _read(tx, [row])
    if version not in (None, found.version):
        raise StaleVersion("The item on the agenda", current=found.version)
    return found


async def save_item(tx: Transaction, old: Item, **values: Any) -> Item:
    """Write ``values`` as the next version; ``content`` is merged with what there was."""
    if "content" in values:
        values["content"] = {**old.content, **values["content"]}
        (values,) = await tx.sealed(table, [{"id": old.id, "contact_id": old.contact_id, **values}])
    statement = sa.update(table).where(table.c.id == old.id).values({**values, "version": old.version + 1})
    (saved,) = await _read(tx, [(await tx.execute(statement.returning(*table.c))).one()])
    return saved


def _found(row: Mapping[Any, Any]) -> Found:
    of_standing = {one.name: row[one.name] for one in fields(Standing)}
    return Found(row["contact_id"], row["reference"], Standing(**of_standing))


async def _read(tx: Transaction, rows: Sequence[sa.Row[Any]]) -> list[Item]:
    read = [{name: row[name] for name in _COLUMNS} for row in await tx.opened(table, rows)]
    return [
        Item(**{**values, "because": tuple(values["because"]), "content": values["content"] or {}})
        for values in read
    ]
