"""Screenings in the database: found through the caller's scope, changed one version at a time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import Standing, may_know, require_purpose
from mash.errors import NotFound
from mash.hub import Transaction
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
    row = {column: _stored(getattr(new, column)) for column in _COLUMNS}
    added = await tx.execute(insert(screening).values(row).on_conflict_do_nothing())
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
    row = (await tx.execute(statement.with_for_update() if lock else statement)).mappings().one_or_none()
    if row is None:
        raise UnknownScreening("There is no screening of this contact.")
    found = read(row)
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
    row = (await tx.execute(statement)).mappings().one_or_none()
    return read(row) if row is not None else None


async def save(
    tx: Transaction, old: Screening, changed: Collection[str], *, by: str, **values: Any
) -> Screening:
    """Write ``values`` as the next version of ``old``, and which fields it changed, as people call them."""
    statement = (
        sa.update(screening)
        .where(screening.c.contact_id == old.contact_id)
        .values(version=old.version + 1, **{name: _stored(value) for name, value in values.items()})
        .returning(screening)
    )
    row = (await tx.execute(statement)).mappings().one()
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
    await tx.execute(
        sa.update(screening)
        .where(screening.c.contact_id == contact_id)
        .values({name: _stored(value) for name, value in values.items()})
    )


async def _changed_since(tx: Transaction, contact_id: UUID, version: int) -> list[str]:
    statement = sa.select(change.c.fields).where(
        change.c.contact_id == contact_id, change.c.version > version
    )
    return sorted({field for names in (await tx.execute(statement)).scalars() for field in names})


def read(row: Mapping[Any, Any]) -> Screening:
    """A row of the table as a screening."""
    values = {column: row[column] for column in _COLUMNS}
    values["missing"] = tuple(values["missing"])
    values["outcomes"] = tuple(values["outcomes"])
    values["tools"] = tuple(read_result(one) for one in values["tools"])
    values["findings"] = _read_findings(values["findings"])
    values["known"] = _read_known(values["known"])
    values["shown"] = _read_shown(values["shown"])
    return Screening(**values)


def _read_findings(stored: Mapping[str, Any] | None) -> Findings:
    if stored is None:
        return Findings()
    concerns = stored["concerns"]
    return Findings(
        indicators=frozenset(stored["indicators"]),
        criteria=frozenset(stored["criteria"]),
        concerns=None if concerns is None else frozenset(concerns),
        values=stored["values"],
    )


def _read_known(stored: Mapping[str, Any] | None) -> KnownFacts | None:
    if stored is None:
        return None
    lists = {"ages": tuple(stored["ages"]), "stated_concerns": frozenset(stored["stated_concerns"])}
    return KnownFacts(**{**stored, **lists})


def _read_shown(stored: Mapping[str, Any] | None) -> Shown | None:
    if stored is None:
        return None
    return Shown(**{**stored, "shown_at": datetime.fromisoformat(stored["shown_at"])})


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


_COLUMNS = tuple(field.name for field in fields(Screening))
