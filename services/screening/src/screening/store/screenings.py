"""Screenings in the database: found through the caller's scope, changed one version at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import Standing, may_know, require_purpose
from mash.errors import NotFound
from mash.hub import Transaction
from mash.vault import OpenedRow
from mash.web import StaleVersion
from sqlalchemy.dialects.postgresql import insert

from screening.domain.findings import Findings, KnownFacts
from screening.domain.screening import Screening, Shown
from screening.domain.tool_results import ToolResult
from screening.store.tables import change, screening
from screening.store.tools import read_result, write_result


class UnknownScreening(NotFound):
    """There is no screening of this contact, or none that the caller may know of."""


async def add_screening(tx: Transaction, new: Screening) -> bool:
    """Write a new screening; False where the contact has one already."""
    row = _row({column: getattr(new, column) for column in _COLUMNS})
    (sealed,) = await tx.sealed(screening, [row])
    added = await tx.execute(insert(screening).values(sealed).on_conflict_do_nothing())
    return bool(added.rowcount)


async def get_screening(
    tx: Transaction, caller: Caller, contact_id: UUID, *, lock: bool = False
) -> Screening:
    """The screening of a contact that the caller may know of; ``lock`` holds it until the commit.

    Raises :class:`UnknownScreening` or ``PurposeNotSaid``.
    """
    statement = sa.select(screening).where(
        screening.c.contact_id == contact_id, may_know(caller, screening.c.contact_id, tx.now)
    )
    found = await _find(tx, statement.with_for_update() if lock else statement)
    if found is None:
        raise UnknownScreening("There is no screening of this contact.")
    require_purpose(caller, Standing(found.worker, found.is_decided))
    return found


async def get_for_change(tx: Transaction, caller: Caller, contact_id: UUID, version: int) -> Screening:
    """The same, held until the commit, if it still is what the caller read.

    Raises :class:`UnknownScreening`, or ``StaleVersion`` with the names of what was changed since.
    """
    found = await get_screening(tx, caller, contact_id, lock=True)
    if found.version != version:
        raise StaleVersion(
            f"The screening of contact {found.reference}",
            current=found.version,
            changed=await _changed_since(tx, contact_id, version),
        )
    return found


async def find_for_event(tx: Transaction, contact_id: UUID) -> Screening | None:
    """The screening that an event or a timer is about, held until the commit."""
    statement = sa.select(screening).where(screening.c.contact_id == contact_id).with_for_update()
    return await _find(tx, statement)


async def _find(tx: Transaction, statement: sa.Select[Any]) -> Screening | None:
    rows = await tx.opened(screening, (await tx.execute(statement)).all())
    return read(rows[0]) if rows else None


async def save(
    tx: Transaction, old: Screening, changed: Collection[str], *, by: str, **values: Any
) -> Screening:
    """Write ``values`` as the next version of ``old``, and which fields it changed, as people call them."""
    row = await _write(tx, old.contact_id, {**values, "version": old.version + 1})
    await tx.execute(
        sa.insert(change).values(
            contact_id=old.contact_id,
            version=old.version + 1,
            partnership=old.partnership,
            at=tx.now,
            by=by,
            fields=sorted(changed),
        )
    )
    return read(row)


async def mark(tx: Transaction, contact_id: UUID, **values: Any) -> None:
    """Write what is no change that anybody could have overlooked: timers raised, a recommendation shown."""
    await _write(tx, contact_id, values)


async def _write(tx: Transaction, contact_id: UUID, values: Mapping[str, Any]) -> OpenedRow:
    (sealed,) = await tx.sealed(screening, [{"contact_id": contact_id, **_row(values)}])
    statement = sa.update(screening).where(screening.c.contact_id == contact_id).values(sealed)
    rows = (await tx.execute(statement.returning(screening))).all()
    return (await tx.opened(screening, rows))[0]


async def _changed_since(tx: Transaction, contact_id: UUID, version: int) -> list[str]:
    statement = sa.select(change.c.fields).where(
        change.c.contact_id == contact_id, change.c.version > version
    )
    return sorted({field for names in (await tx.execute(statement)).scalars() for field in names})


def read(row: Mapping[Any, Any]) -> Screening:
    """A row of the table as a screening; in one of a list what was found and written is left out."""
    values = {column: row[column] for column in _COLUMNS if row.get(column) is not None}
    values["missing"] = tuple(values["missing"])
    values["outcomes"] = tuple(values["outcomes"])
    read = {name: reader(values[name]) for name, reader in _READERS.items() if name in values}
    return Screening(**{**values, **read})


def _read_tools(stored: Sequence[Any]) -> tuple[ToolResult, ...]:
    return tuple(read_result(one) for one in stored)


def _read_findings(stored: Mapping[str, Any]) -> Findings:
    concerns = stored["concerns"]
    return Findings(
        indicators=frozenset(stored["indicators"]),
        criteria=frozenset(stored["criteria"]),
        concerns=None if concerns is None else frozenset(concerns),
        values=stored["values"],
    )


def _read_known(stored: Mapping[str, Any]) -> KnownFacts:
    lists = {"ages": tuple(stored["ages"]), "stated_concerns": frozenset(stored["stated_concerns"])}
    return KnownFacts(**{**stored, **lists})


def _read_shown(stored: Mapping[str, Any]) -> Shown:
    return Shown(**{**stored, "shown_at": datetime.fromisoformat(stored["shown_at"])})


def _row(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values as their columns hold them; where nothing was found yet, there is nothing to take a key for."""
    nothing = {"findings": Findings(), "tools": ()}
    return {
        name: None if value == nothing.get(name, _SOMETHING) else _stored(value)
        for name, value in values.items()
    }


def _stored(value: Any) -> Any:
    """A value as its column holds it."""
    if isinstance(value, Findings | KnownFacts | Shown):
        return {name: _json(part) for name, part in asdict(value).items()}
    if isinstance(value, ToolResult):
        return write_result(value)
    if isinstance(value, frozenset):
        return sorted(value)
    return [_stored(one) for one in value] if isinstance(value, tuple) else value


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else _stored(value)


_SOMETHING = object()
_COLUMNS = tuple(field.name for field in fields(Screening))
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "findings": _read_findings,
    "tools": _read_tools,
    "known": _read_known,
    "shown": _read_shown,
}
