"""The queries that figures are made of. Each counts what is still open as well as what is done."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from mash.hub import Transaction

from reporting.domain.months import Month
from reporting.domain.report import Count, Movement, Timeliness
from reporting.store.tables import contact, disagreement_stage, enquiry, notification, request

STATUTORY = ("section_17_assessment", "strategy_discussion_section_47")
SIGNPOSTED_OR_NONE = ("signposting", "no_further_action")

Where = sa.ColumnElement[bool]


def _in_month(column: sa.Column[Any], table: sa.Table, partnership: str, month: Month) -> Where:
    return sa.and_(table.c.partnership == partnership, column >= month.starts_at, column < month.ends_at)


def contacts_of(partnership: str, month: Month) -> Where:
    """Return the condition for contacts received in a month."""
    return _in_month(contact.c.received_at, contact, partnership, month)


def enquiries_of(partnership: str, month: Month) -> Where:
    """Return the condition for enquiries opened in a month."""
    return _in_month(enquiry.c.opened_at, enquiry, partnership, month)


def requests_of(partnership: str, month: Month) -> Where:
    """Return the condition for requests made in a month, and not cancelled unanswered."""
    asked = _in_month(request.c.requested_at, request, partnership, month)
    return sa.and_(
        asked, sa.or_(request.c.returned_at.is_not(None), request.c.closed_at.is_(None), _silent())
    )


def feedback_of(partnership: str, month: Month) -> Where:
    """Return the condition for feedback that was due in a month, and not taken back before it was told."""
    due = _in_month(notification.c.due_at, notification, partnership, month)
    return sa.and_(due, notification.c.purpose == "feedback", notification.c.dropped_at.is_(None))


def stages_of(partnership: str, month: Month) -> Where:
    """Return the condition for stages of disagreements begun in a month, and answered, open or left silent.

    What was taken back, or sent up before it was due, was never late.
    """
    stage = disagreement_stage.c
    silent = sa.or_(stage.left_at.is_(None), stage.left_because == "unanswered")
    return sa.and_(_in_month(stage.began_at, disagreement_stage, partnership, month), silent)


def _silent() -> Where:
    """A request that was closed after it was due, without an answer, was late and never came."""
    return request.c.closed_at > request.c.due_at


async def count_by(
    tx: Transaction, column: sa.Column[Any], where: Where, titles: dict[str, str] | None = None
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


async def count(tx: Transaction, table: sa.Table, *where: Where) -> int:
    """Count rows."""
    return int((await tx.execute(sa.select(sa.func.count()).select_from(table).where(*where))).scalar_one())


async def count_to_statutory_assessment(tx: Transaction, where: Where) -> int:
    """Count contacts that went on to a statutory assessment, at screening or after an enquiry."""
    after_enquiry = sa.exists().where(
        enquiry.c.contact_id == contact.c.contact_id, enquiry.c.outcome.in_(STATUTORY)
    )
    return await count(tx, contact, where, sa.or_(contact.c.pathway == "fast_track", after_enquiry))


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


async def timeliness(
    tx: Transaction,
    *,
    started: sa.Column[Any],
    due: sa.Column[Any],
    done: sa.ColumnElement[Any],
    group: sa.Column[Any],
    where: Where,
    now: datetime,
) -> list[Timeliness]:
    """Measure how long things took, for all and for each group.

    ``done`` is when each was done, null while it is open. Hours are real hours, to now for what is open.
    """
    hours = sa.extract("epoch", sa.func.coalesce(done, now) - started) / 3600
    is_open, late = done.is_(None), sa.func.coalesce(done, now) > due
    label = sa.case((sa.func.grouping(group) == 1, "all"), else_=sa.func.coalesce(group, "not yet rated"))

    def number(*conditions: Where) -> sa.ColumnElement[int]:
        return sa.func.count().filter(sa.and_(*conditions))

    statement = (
        sa.select(
            label.label("group"),
            sa.func.count().label("total"),
            number(~is_open, sa.not_(sa.func.coalesce(late, False))).label("in_time"),
            number(~is_open, late).label("late"),
            number(is_open, sa.not_(sa.func.coalesce(late, False))).label("open_in_time"),
            number(is_open, late).label("open_late"),
            sa.func.percentile_cont(0.5).within_group(hours).label("median_hours"),
            sa.func.percentile_cont(0.9).within_group(hours).label("percentile_90_hours"),
            sa.func.max(hours).filter(is_open).label("oldest_open_hours"),
        )
        .where(where)
        .group_by(sa.func.grouping_sets(sa.tuple_(), sa.tuple_(group)))
        .order_by(sa.func.grouping(group).desc(), sa.text("1"))
    )
    return [_timeliness(dict(row)) for row in (await tx.execute(statement)).mappings() if row["total"]]


def _timeliness(row: dict[str, Any]) -> Timeliness:
    for name in ("median_hours", "percentile_90_hours", "oldest_open_hours"):
        row[name] = None if row[name] is None else round(float(row[name]), 2)
    due_by_now = row["in_time"] + row["late"] + row["open_late"]
    share = round(row["in_time"] / due_by_now, 4) if due_by_now else None
    return Timeliness(**row, share_in_target=share)
