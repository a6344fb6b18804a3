"""Disagreements in the database: each with the stages it has come to, changed one version at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.access.roles import MAY_CALL
from mash.errors import Conflict, NotFound
from mash.hub import Transaction
from mash.web import StaleVersion
from sqlalchemy.dialects.postgresql import insert

from screening.domain.disagreement import OPEN, Disagreement, DisagreementFilters, Stage
from screening.domain.screening import Screening
from screening.store.screenings import read as read_screening
from screening.store.tables import decision, disagreement, disagreement_stage, screening


class UnknownDisagreement(NotFound):
    """There is no such disagreement, or none that the caller may know of."""


class AlreadyChallenged(Conflict):
    """The same person has an open disagreement about the same thing."""


def is_staff(caller: Caller) -> bool:
    """Whether the caller works at the hub, and may know of disagreements that others raised."""
    return bool(caller.roles & MAY_CALL["HubStaff"])


async def find_challenged(tx: Transaction, caller: Caller, reference: str) -> Screening | None:
    """The screening of the contact with this reference, in the caller's partnerships.

    Whoever sent a contact, or was asked about it, knows of it already; the hub's people have to be let in.
    """
    known = may_know(caller, screening.c.contact_id, tx.now)
    ours = screening.c.partnership.in_(caller.partnerships)
    statement = sa.select(screening).where(
        screening.c.reference == reference, known if is_staff(caller) else ours
    )
    rows = await tx.opened(screening, (await tx.execute(statement)).all())
    return read_screening(rows[0]) if rows else None


async def was_asked(tx: Transaction, contact_id: UUID, agency: str) -> bool:
    """Whether a decision on the contact was that this agency be asked."""
    statement = sa.select(decision.c.id).where(
        decision.c.contact_id == contact_id, decision.c.agencies.contains([agency])
    )
    return (await tx.execute(statement.limit(1))).first() is not None


async def add_disagreement(tx: Transaction, new: Disagreement) -> None:
    """Write a new disagreement. Raises :class:`AlreadyChallenged`."""
    row = {name: getattr(new, name) for name in _COLUMNS}
    (sealed,) = await tx.sealed(disagreement, [{**row, "stage": new.current.stage}])
    added = await tx.execute(insert(disagreement).values(sealed).on_conflict_do_nothing())
    if not added.rowcount:
        raise AlreadyChallenged("You have an open disagreement about this already.")
    await _write_current(tx, new)


async def get_disagreement(tx: Transaction, caller: Caller, id: UUID, *, lock: bool = False) -> Disagreement:
    """A disagreement that the caller may know of; ``lock`` holds it until the commit.

    The hub's people know of those on the cases that they may know of, anybody else of what they raised.
    Raises :class:`UnknownDisagreement`.
    """
    known = may_know(caller, disagreement.c.contact_id, tx.now)
    ours = disagreement.c.partnership.in_(caller.partnerships)
    own = ours & (disagreement.c.raised_by == caller.subject)
    which = (disagreement.c.id == id) & (known if is_staff(caller) else own)
    found = await _find(tx, which, lock=lock)
    if found is None:
        raise UnknownDisagreement("There is no such disagreement.")
    return found


async def get_disagreement_for_change(
    tx: Transaction, caller: Caller, id: UUID, version: int
) -> Disagreement:
    """The same, held until the commit, if it still is what the caller read. Raises ``StaleVersion`` too."""
    found = await get_disagreement(tx, caller, id, lock=True)
    if found.version != version:
        raise StaleVersion("The disagreement", current=found.version, changed=["stages", "state"])
    return found


async def find_disagreement(tx: Transaction, id: UUID) -> Disagreement | None:
    """The disagreement that a timer is about, held until the commit."""
    return await _find(tx, disagreement.c.id == id, lock=True)


async def save_disagreement(tx: Transaction, new: Disagreement) -> Disagreement:
    """Write what became of a disagreement that is held, as its next version."""
    row = {
        "contact_id": new.contact_id,
        "stage": new.current.stage,
        "state": new.state,
        "due_at": new.due_at,
        "closed_at": new.closed_at,
        "closed_because": new.closed_because,
        "closing_words": new.closing_words,
        "version": new.version + 1,
    }
    (sealed,) = await tx.sealed(disagreement, [row])
    await tx.execute(sa.update(disagreement).where(disagreement.c.id == new.id).values(sealed))
    await _write_current(tx, new)
    saved = await find_disagreement(tx, new.id)
    assert saved is not None
    return saved


async def list_disagreements(
    tx: Transaction,
    caller: Caller,
    filters: DisagreementFilters,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Disagreement]:
    """Disagreements in the caller's partnerships, the next to be due first."""
    place = sa.tuple_(disagreement.c.due_at, disagreement.c.id)
    statement = (
        sa.select(disagreement)
        .where(may_know(caller, disagreement.c.contact_id, tx.now), *_conditions(filters, tx.now))
        .order_by(disagreement.c.due_at, disagreement.c.id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(place > sa.tuple_(*map(sa.literal, after)))
    return await _read(tx, (await tx.execute(statement)).all())


def _conditions(filters: DisagreementFilters, now: datetime) -> list[sa.ColumnElement[bool]]:
    is_open = disagreement.c.state.in_(OPEN)
    by_state: dict[str, sa.ColumnElement[bool]] = {
        "open": is_open,
        "closed": ~is_open,
        "late": (disagreement.c.state == "awaiting_answer") & (disagreement.c.due_at < now),
    }
    named = {
        disagreement.c.stage: filters.stage,
        disagreement.c.contact_id: filters.contact_id,
        disagreement.c.partnership: filters.partnership,
    }
    wanted = by_state.get(filters.state, disagreement.c.state == filters.state)
    return [wanted, *(column == value for column, value in named.items() if value is not None)]


async def _find(tx: Transaction, which: sa.ColumnElement[bool], *, lock: bool) -> Disagreement | None:
    statement = sa.select(disagreement).where(which)
    rows = (await tx.execute(statement.with_for_update() if lock else statement)).all()
    return next(iter(await _read(tx, rows)), None)


async def _read(tx: Transaction, found: Sequence[sa.Row[Any]]) -> list[Disagreement]:
    rows = await tx.opened(disagreement, found)
    stages = await _stages(tx, [row["id"] for row in rows])
    return [
        Disagreement(**{name: row[name] for name in _COLUMNS}, stages=tuple(stages[row["id"]]))
        for row in rows
    ]


async def _stages(tx: Transaction, ids: Iterable[UUID]) -> Mapping[UUID, list[Stage]]:
    statement = (
        sa.select(disagreement_stage)
        .where(disagreement_stage.c.disagreement_id.in_(list(ids)))
        .order_by(disagreement_stage.c.number)
    )
    found: dict[UUID, list[Stage]] = defaultdict(list)
    for row in await tx.opened(disagreement_stage, (await tx.execute(statement)).all()):
        found[row["disagreement_id"]].append(Stage(**{name: row[name] for name in _STAGE_COLUMNS}))
    return found


async def _write_current(tx: Transaction, new: Disagreement) -> None:
    """Only the stage that it has come to is ever new or answered; those below stay as they were."""
    row = {name: getattr(new.current, name) for name in _STAGE_COLUMNS}
    key = {"disagreement_id": new.id, "contact_id": new.contact_id, "partnership": new.partnership}
    (sealed,) = await tx.sealed(disagreement_stage, [{**key, **row}])
    await tx.execute(
        insert(disagreement_stage)
        .values(sealed)
        .on_conflict_do_update(
            index_elements=["disagreement_id", "number"],
            set_={name: sealed[name] for name in ("answered_at", "answered_by", "result", "response")},
        )
    )


_COLUMNS = tuple(field.name for field in fields(Disagreement) if field.name != "stages")
_STAGE_COLUMNS = tuple(field.name for field in fields(Stage))
