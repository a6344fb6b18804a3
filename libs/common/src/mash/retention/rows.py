"""Finds and deletes every row of a service's own tables that belongs to a case.

A row belongs to it when it names the case, or a row that belongs to it: by a foreign key, or by a column that
is called as the other table with ``_id`` at its end. So a table that is added later goes with the rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from mash.db.tables import SHARED

if TYPE_CHECKING:
    from mash.hub import Transaction

_SHARED = frozenset(table.name for table in SHARED)
# The triggers that refuse to alter what was decided or returned let it be deleted where this is set.
_ERASING = sa.text("SELECT set_config('mash.erasing', 'on', true)")


async def erase_rows(
    tx: Transaction,
    metadata: sa.MetaData,
    case: UUID,
    *,
    named: str = "contact_id",
    apart_from: Collection[sa.Table] = (),
) -> set[UUID]:
    """Delete the rows of ``case``, which tables name in the column ``named``, but for those of some tables.

    Return the ids of the rows that others hang from, such as enquiries and requests.
    """
    found = await find_rows(tx, metadata, case, named=named, apart_from=apart_from)
    await tx.execute(_ERASING)
    for table, condition in reversed(list(found.conditions.items())):
        await tx.execute(sa.delete(table).where(condition))
    parents = (table for table in found.conditions if _is_parent(table, metadata.sorted_tables))
    return {id for table in parents for id in found.ids[table.name]} - {case}


@dataclass(frozen=True)
class Found:
    """By which condition each table's rows belong to a case, and the ids of those that have one."""

    conditions: Mapping[sa.Table, sa.ColumnElement[bool]]
    ids: Mapping[str, Collection[UUID]]


async def find_rows(
    tx: Transaction,
    metadata: sa.MetaData,
    case: UUID,
    *,
    named: str = "contact_id",
    apart_from: Collection[sa.Table] = (),
) -> Found:
    """Find what belongs to a case in the service's own tables, those that others hang from first."""
    spared = {table.name for table in apart_from}
    conditions: dict[sa.Table, sa.ColumnElement[bool]] = {}
    ids: dict[str, set[UUID]] = {}
    for table in metadata.sorted_tables:
        if table.name not in _SHARED | spared and (routes := list(_belonging(table, case, named, ids))):
            conditions[table] = sa.or_(*routes)
            ids[table.name] = await _ids(tx, table, conditions[table])
    return Found(conditions, ids)


def _belonging(
    table: sa.Table, case: UUID, named: str, ids: Mapping[str, Collection[UUID]]
) -> Iterator[sa.ColumnElement[bool]]:
    if f"{table.name}_id" == named and "id" in table.c:
        yield table.c.id == case
    if named in table.c:
        yield table.c[named] == case
    for parent, known in ids.items():
        for column in _columns_naming(table, parent):
            if known and column.name != named:
                yield column.in_(known)


def _columns_naming(table: sa.Table, parent: str) -> set[sa.Column[UUID]]:
    by_key = {key.parent for key in table.foreign_keys if key.column.table.name == parent != table.name}
    return by_key | ({table.c[f"{parent}_id"]} if f"{parent}_id" in table.c else set())


def _is_parent(table: sa.Table, tables: Collection[sa.Table]) -> bool:
    return any(_columns_naming(other, table.name) for other in tables)


async def _ids(tx: Transaction, table: sa.Table, condition: sa.ColumnElement[bool]) -> set[UUID]:
    (key, *others) = table.primary_key.columns
    if others or not isinstance(key.type, sa.Uuid):
        return set()
    return set((await tx.execute(sa.select(key).where(condition))).scalars())
