"""The list of screenings, the next to be late first, and the figures above it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.db.tables import Sealed
from mash.hub import Transaction

from screening.domain.queue import Counts, Filters
from screening.domain.screening import Screening
from screening.store.screenings import read
from screening.store.tables import screening as table


async def list_screenings(
    tx: Transaction, caller: Caller, filters: Filters, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Screening]:
    """Screenings after a position, by when they are due. A paused one keeps its place."""
    statement = (
        sa.select(*_LISTED)
        .where(may_know(caller, table.c.contact_id, tx.now), *_conditions(filters, caller, tx.now))
        .order_by(table.c.due_at, table.c.contact_id)
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(sa.tuple_(table.c.due_at, table.c.contact_id) > sa.tuple_(*after))
    return [read(row) for row in (await tx.execute(statement)).mappings()]


async def count_screenings(tx: Transaction, caller: Caller) -> tuple[Counts, str]:
    """The figures above the list, whatever it is filtered by, as far as the caller may know; its pulse."""
    statement = sa.select(
        *_PULSE,
        *(sa.func.count().filter(condition).label(name) for name, condition in _counted(tx.now).items()),
    ).where(may_know(caller, table.c.contact_id, tx.now), sa.or_(_IS_OPEN, _HAS_NEWS))
    row = dict((await tx.execute(statement)).mappings().one())
    pulse = _pulse(row.pop("all"), row.pop("versions"))
    return Counts(**row), pulse


async def pulse_of_screenings(tx: Transaction, caller: Caller) -> str:
    """A word that is another once anything in the list is: a count, and the sum of all versions."""
    statement = sa.select(*_PULSE).where(
        may_know(caller, table.c.contact_id, tx.now), sa.or_(_IS_OPEN, _HAS_NEWS)
    )
    row = (await tx.execute(statement)).mappings().one()
    return _pulse(row["all"], row["versions"])


def _pulse(count: int, versions: int | None) -> str:
    return f"{count}-{versions or 0}"


_PULSE = (
    sa.func.count().label("all"),
    sa.func.sum(table.c.version + table.c.contact_version).label("versions"),
)
_LISTED = [column for column in table.c if not isinstance(column.type, Sealed)]
_IS_OPEN = table.c.state != "decided"
_IN_DANGER = _IS_OPEN & table.c.immediate_danger & table.c.rating.is_(None)
_HAS_NEWS = table.c.contact_version > table.c.considered_version


def _counted(now: datetime) -> dict[str, sa.ColumnElement[bool]]:
    runs = table.c.paused_at.is_(None)
    by_rating = {name: _IS_OPEN & (table.c.rating == name) for name in ("red", "amber", "green")}
    return {
        "open": _IS_OPEN,
        "in_danger": _IN_DANGER,
        "awaiting_decision": table.c.state == "awaiting_decision",
        "with_social_worker": table.c.state == "with_social_worker",
        "paused": _IS_OPEN & table.c.paused_at.is_not(None),
        "due_soon": _IS_OPEN & runs & (table.c.due_soon_at <= now) & (table.c.due_at >= now),
        "late": _is_late(now),
        **by_rating,
        "unrated": _IS_OPEN & table.c.rating.is_(None),
        "new_information": _HAS_NEWS,
        "new_information_after_decision": _HAS_NEWS & ~_IS_OPEN,
    }


def _is_late(now: datetime) -> sa.ColumnElement[bool]:
    """Past its due time; a pause that began in time keeps it from being late."""
    return _IS_OPEN & (table.c.due_at < sa.func.coalesce(table.c.paused_at, now))


def _conditions(filters: Filters, caller: Caller, now: datetime) -> list[sa.ColumnElement[bool]]:
    by_state: dict[str, sa.ColumnElement[bool]] = {
        "open": _IS_OPEN,
        "in_danger": _IN_DANGER,
        "paused": _IS_OPEN & table.c.paused_at.is_not(None),
        "late": _is_late(now),
        "new_information": _HAS_NEWS,
    }
    conditions = [by_state.get(filters.state, table.c.state == filters.state)]
    if filters.rating is not None:
        wanted = None if filters.rating == "unrated" else filters.rating
        conditions.append(table.c.rating.is_not_distinct_from(wanted))
    if filters.partnership is not None:
        conditions.append(table.c.partnership == filters.partnership)
    return conditions + _allocated(filters, caller)


def _allocated(filters: Filters, caller: Caller) -> list[sa.ColumnElement[bool]]:
    by_worker: dict[str, sa.ColumnElement[bool]] = {
        "yes": table.c.worker.is_not(None),
        "no": table.c.worker.is_(None),
        "me": table.c.worker == caller.subject,
    }
    return [by_worker[filters.allocated]] if filters.allocated else []
