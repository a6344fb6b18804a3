"""The queries that figures are made of. Each counts what is still open as well as what is done."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from mash.hub import Transaction

from reporting.domain.months import LONDON, By
from reporting.domain.report import Count, Movement, Timeliness
from reporting.store.measures import Column, Lasting, Measure, Where
from reporting.store.tables import contact, enquiry, meeting_rating, request

STATUTORY = ("section_17_assessment", "strategy_discussion_section_47")
SIGNPOSTED_OR_NONE = ("signposting", "no_further_action")
NOT_RATED = "not yet rated"

# A rating, an agency or a day, and None for all of them.
Key = tuple[Any, ...]


def period_of(moment: Column, by: By) -> Column:
    """Return the first day, in London, of the month or quarter that a moment falls in."""
    # Written out, for PostgreSQL takes an expression with two parameters of one value for two expressions.
    unit: Column = sa.literal_column(f"'{by}'")
    zone: Column = sa.literal_column(f"'{LONDON}'")
    return sa.cast(sa.func.date_trunc(unit, sa.func.timezone(zone, moment)), sa.Date)


async def count(tx: Transaction, table: sa.Table, *where: Where) -> int:
    """Count rows."""
    return int((await tx.execute(sa.select(sa.func.count()).select_from(table).where(*where))).scalar_one())


async def count_by(
    tx: Transaction, column: Column, where: Where, titles: dict[str, str] | None = None
) -> list[Count]:
    """Count rows by the values of a column, most first."""
    rows = await tx.execute(
        sa.select(column.label("one"), sa.func.count().label("n"))
        .where(where, column.is_not(None))
        .group_by(column)
        .order_by(sa.func.count().desc(), column)
    )
    return [
        Count(group=row["one"], title=(titles or {}).get(row["one"], row["one"]), count=row["n"])
        for row in rows.mappings().all()
    ]


async def count_by_period(
    tx: Transaction, began: Column, by: By, group: Column, where: Where
) -> dict[tuple[date, Any], int]:
    """Count rows by the month or quarter that they began in and by the values of a column, null too."""
    period = period_of(began, by).label("period")
    rows = await tx.execute(
        sa.select(period, group.label("one"), sa.func.count().label("n"))
        .where(where)
        .group_by("period", "one")
    )
    return {(row.period, row.one): row.n for row in rows}


async def count_concerns(tx: Transaction, by: By, where: Where) -> dict[tuple[date, str], int]:
    """Count contacts by the month that they were received in and by each kind of concern in them."""
    concern = sa.func.unnest(contact.c.concerns).table_valued("one").render_derived(name="concern")
    period = period_of(contact.c.received_at, by).label("period")
    rows = await tx.execute(
        sa.select(period, concern.c.one, sa.func.count().label("n"))
        .select_from(contact.join(concern, sa.true()))
        .where(where)
        .group_by("period", concern.c.one)
    )
    return {(row.period, row.one): row.n for row in rows}


def to_statutory_assessment() -> Where:
    """Return the condition for contacts that went on to one, at screening or after an enquiry."""
    after_enquiry = sa.exists().where(
        enquiry.c.contact_id == contact.c.contact_id, enquiry.c.outcome.in_(STATUTORY)
    )
    return sa.or_(sa.func.coalesce(contact.c.pathway == "fast_track", False), after_enquiry)


async def movement(tx: Transaction, where: Where) -> list[Movement]:
    """Count decided enquiries by first and final rating."""
    final = sa.func.coalesce(enquiry.c.final_rating, "none")
    rows = await tx.execute(
        sa.select(enquiry.c.first_rating.label("first"), final.label("final"), sa.func.count().label("count"))
        .where(where, enquiry.c.decided_at.is_not(None))
        .group_by(enquiry.c.first_rating, final)
        .order_by(enquiry.c.first_rating, final)
    )
    return [Movement(**row) for row in rows.mappings().all()]


async def movement_in_meetings(tx: Transaction, partnership: str, span: Lasting) -> list[Movement]:
    """Count cases that meetings rated, by the rating they came with and the one they left with."""
    table = meeting_rating.c
    first = sa.func.coalesce(table.first_rating, "none").label("first")
    rows = await tx.execute(
        sa.select(first, table.final_rating.label("final"), sa.func.count().label("count"))
        .where(table.partnership == partnership)
        .where(table.rated_at >= span.starts_at, table.rated_at < span.ends_at)
        .group_by("first", "final")
        .order_by("first", "final")
    )
    return [Movement(**row) for row in rows.mappings().all()]


async def movement_by_period(
    tx: Transaction, measure: Measure, last: Column, by: By, where: Where
) -> dict[tuple[date, str | None, str | None], int]:
    """Count what was done and had a rating before, by its month or quarter, its first rating and its last."""
    period, first = period_of(measure.began, by).label("period"), measure.table.c.first_rating
    rows = await tx.execute(
        sa.select(period, first.label("first"), last.label("last"), sa.func.count().label("n"))
        .where(where, first.is_not(None), measure.done.is_not(None))
        .group_by("period", "first", "last")
    )
    return {(row.period, row.first, row.last): row.n for row in rows}


async def qualities(tx: Transaction, group: Column, where: Where) -> dict[Any, dict[str, int]]:
    """Count requests of each value of a column by how they were answered, and how well."""
    asked = request.c
    kinds = {
        "asked": sa.true(),
        "information": asked.answer == "information",
        "nil": asked.answer == "nil",
        "not_covered": asked.answer == "not_covered",
        "refused": asked.answer == "refused",
        "silent": sa.and_(asked.answer.is_(None), asked.closed_at.is_not(None)),
        "awaited": sa.and_(asked.answer.is_(None), asked.closed_at.is_(None)),
        "corrected": asked.corrections > 0,
        "withdrawn": asked.withdrawals > 0,
        "lacking": asked.lacking_item_count > 0,
    }
    counted = [sa.func.count().filter(condition).label(name) for name, condition in kinds.items()]
    items = [sa.func.sum(asked[name]).label(name) for name in ("item_count", "lacking_item_count")]
    rows = await tx.execute(sa.select(group.label("one"), *counted, *items).where(where).group_by("one"))
    return {row["one"]: {name: row[name] for name in row if name != "one"} for row in rows.mappings()}


async def timeliness(
    tx: Transaction, measure: Measure, where: Where, *groups: Sequence[Column]
) -> dict[Key, Timeliness]:
    """Measure how long things took, for all together, under the key (), and for each of some groupings.

    A grouping is a list of columns; the key is what they hold, in the order in which the columns were first
    named, a missing rating said in words. Hours are real hours, to now for what is open.
    """
    columns = list({str(column): column for group in groups for column in group}.values())
    sets = [sa.tuple_(), *(sa.tuple_(*group) for group in groups)]
    names = [f"key_{place}" for place in range(len(columns))]
    rows = await tx.execute(
        sa.select(
            *(column.label(name) for name, column in zip(names, columns, strict=True)),
            *(
                sa.func.grouping(column).label(f"over_{name}")
                for name, column in zip(names, columns, strict=True)
            ),
            *_measured(measure, tx.now),
        )
        .where(where)
        .group_by(sa.func.grouping_sets(*sets))
    )
    found = {}
    for row in rows.mappings():
        key = tuple(row[name] for name in names if not row[f"over_{name}"])
        if row["total"]:
            found[tuple(NOT_RATED if one is None else one for one in key)] = _timeliness(row, key)
    return found


def _measured(measure: Measure, now: datetime) -> list[sa.Label[Any]]:
    end = sa.func.coalesce(measure.done, now)
    hours = sa.extract("epoch", end - measure.started) / 3600
    is_open, late = measure.done.is_(None), sa.func.coalesce(end > measure.due, False)

    def number(*conditions: Where) -> sa.ColumnElement[int]:
        return sa.func.count().filter(sa.and_(*conditions))

    used = sa.null() if measure.used is None else number(measure.used)
    return [
        sa.func.count().label("total"),
        number(~is_open, ~late).label("in_time"),
        number(~is_open, late).label("late"),
        used.label("late_but_used"),
        number(is_open, ~late).label("open_in_time"),
        number(is_open, late).label("open_late"),
        sa.func.percentile_cont(0.5).within_group(hours).label("median_hours"),
        sa.func.percentile_cont(0.9).within_group(hours).label("percentile_90_hours"),
        sa.func.max(hours).filter(is_open).label("oldest_open_hours"),
    ]


def _timeliness(row: sa.RowMapping, key: Key) -> Timeliness:
    due_by_now = row["in_time"] + row["late"] + row["open_late"]
    return Timeliness(
        group=", ".join(NOT_RATED if one is None else str(one) for one in key) or "all",
        total=row["total"],
        in_time=row["in_time"],
        late=row["late"],
        late_but_used=row["late_but_used"],
        open_in_time=row["open_in_time"],
        open_late=row["open_late"],
        share_in_target=round(row["in_time"] / due_by_now, 4) if due_by_now else None,
        median_hours=_rounded(row["median_hours"]),
        percentile_90_hours=_rounded(row["percentile_90_hours"]),
        oldest_open_hours=_rounded(row["oldest_open_hours"]),
    )


def _rounded(hours: Any) -> float | None:
    return None if hours is None else round(float(hours), 2)


async def find_latest(tx: Transaction, partnerships: Iterable[str]) -> str | None:
    """Return which of these partnerships was last told of a contact, if any was."""
    lasts = [
        sa.select(contact.c.partnership, contact.c.received_at)
        .where(contact.c.partnership == name, contact.c.received_at.is_not(None))
        .order_by(contact.c.received_at.desc())
        .limit(1)
        .subquery()
        .select()
        for name in sorted(partnerships)
    ]
    last = sa.union_all(*lasts).subquery()
    statement = sa.select(last.c.partnership).order_by(last.c.received_at.desc()).limit(1)
    found: str | None = (await tx.execute(statement)).scalar()
    return found
