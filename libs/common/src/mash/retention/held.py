"""All that a service holds of a case, row by row, for whoever asks what is held about them.

The rows are found as those that are erased are, so that nothing is held that would not be told of.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa

from mash.access.callers import Caller
from mash.contracts.queries import Held, HeldRecords
from mash.db.tables import Sealed
from mash.retention.rows import find_rows

if TYPE_CHECKING:
    from mash.hub import Transaction

MOST_ROWS = 5000
# Who of the hub did something is for its audit; to whom it was done is told.
_STAFF = ("by", "worker", "sent_by", "raised_by", "placed_by", "done_by", "asked_by")


async def list_held(
    tx: Transaction,
    caller: Caller,
    metadata: sa.MetaData,
    case: UUID,
    whose: Mapping[str, str],
    *,
    apart_from: Collection[sa.Table] = (),
) -> HeldRecords:
    """Return all rows of a case of the caller's partnerships.

    ``whose`` says by table, and by ``table.column``, whose words those are. Words that nothing is said of are
    the hub's own. The caller has audited the look.
    """
    found = await find_rows(tx, metadata, case, apart_from=apart_from)
    items: list[Held] = []
    # A table without a partnership hangs on one that has it, and comes after it.
    for table in sorted(found.conditions, key=lambda one: "partnership" not in one.c):
        own = table.c.partnership.in_(sorted(caller.partnerships)) if "partnership" in table.c else sa.true()
        if not items and "partnership" not in table.c:
            break
        rows = (await tx.execute(sa.select(table).where(found.conditions[table], own).limit(MOST_ROWS))).all()
        for row in await tx.opened(table, rows):
            items += _items(table, row, whose)
    return HeldRecords(items=items)


def _items(table: sa.Table, row: Mapping[str, Any], whose: Mapping[str, str]) -> Iterator[Held]:
    key = ".".join(str(row[column.name]) for column in table.primary_key.columns)
    part = table.name.replace("_", " ")
    facts = {column.name: row[column.name] for column in table.c if _is_fact(column, row[column.name])}
    yield Held(id=f"{table.name}.{key}", part=part, whose=_owner(table, row, whose), facts=facts)
    for column in table.c:
        value = row[column.name]
        if isinstance(column.type, Sealed) and value not in (None, "", [], {}):
            owner = whose.get(f"{table.name}.{column.name}") or _owner(table, row, whose)
            for place, one in _parts(value):
                id = ".".join([table.name, key, column.name, *([str(place)] if place else [])])
                words = {column.name: one if not isinstance(one, bytes) else f"{len(one)} bytes"}
                yield Held(id=id, part=f"{part}: {column.name.replace('_', ' ')}", whose=owner, words=words)


def _owner(table: sa.Table, row: Mapping[str, Any], whose: Mapping[str, str]) -> str:
    agency = row.get("agency")
    return f"the agency {agency}" if agency else whose.get(table.name, "the hub's staff")


def _parts(value: Any) -> Iterator[tuple[str, Any]]:
    """A list, and each item that was returned, one by one: some may be given and others not."""
    if isinstance(value, list):
        yield from ((str(place), one) for place, one in enumerate(value, start=1))
    elif isinstance(value, dict) and isinstance(value.get("items"), list):
        yield from ((f"items.{place}", one) for place, one in enumerate(value["items"], start=1))
        if rest := {name: one for name, one in value.items() if name != "items"}:
            yield "rest", rest
    else:
        yield "", value


def _is_fact(column: sa.Column[Any], value: Any) -> bool:
    if isinstance(column.type, sa.LargeBinary | sa.Uuid) or value in (None, "", [], {}):
        return False
    is_staff = column.name in _STAFF or column.name.endswith("_by")
    return not is_staff and isinstance(value, str | int | bool | date | datetime | list | dict)
