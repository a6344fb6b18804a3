"""Families who return, and kinds of concern, by month, with counts too small to publish hidden.

By month alone: a quarter beside its months would add up what a month hides.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from mash.hub import Transaction
from mash.partnerships.vocabulary import CONCERNS

from reporting.domain.suppression import SMALLEST_SHOWN, Hidden, Shown, suppress_kinds, suppress_parts
from reporting.domain.tables import Cell, Column, Table
from reporting.store import figures
from reporting.store.measures import CONTACTS
from reporting.store.tables import contact
from reporting.usecases.asked import Asked, titled

SMALL = (
    f"Counts from 1 to {SMALLEST_SHOWN - 1} are shown as fewer than {SMALLEST_SHOWN}. Where that could be "
    "worked out from others, they are not shown either."
)
# The largest first, as it is what hides the others.
RETURNING = {
    "none": "No earlier contact",
    "one": "One earlier contact",
    "more": "Two or more earlier contacts",
    "unknown": "Not known",
}


async def pattern_tables(tx: Transaction, asked: Asked) -> list[Table]:
    """Return families who return and kinds of concern, by month whatever was asked."""
    monthly = replace(asked, by="month")
    return [await _returning(tx, monthly), await _concerns(tx, monthly)]


async def _returning(tx: Transaction, asked: Asked) -> Table:
    earlier = contact.c.repeat_count
    kind = sa.case((earlier == 0, "none"), (earlier == 1, "one"), (earlier > 1, "more"), else_="unknown")
    counts = await figures.count_by_period(tx, contact.c.received_at, asked.by, kind, asked.within(CONTACTS))
    rows = [
        [words, *_cells(suppress_parts([counts.get((day, one), 0) for one in RETURNING]))]
        for day, words in asked.periods.items()
    ]
    columns = [asked.period_column, *(Column(name, title) for name, title in RETURNING.items())]
    title = "Families who return: earlier contacts in six months on the child or the address"
    return Table("returning", title, columns, rows, SMALL)


async def _concerns(tx: Transaction, asked: Asked) -> Table:
    # As many as the table of pathways counts: a reader may have that number of each month.
    within = sa.and_(asked.within(CONTACTS), contact.c.decided_at.is_not(None))
    decided = await figures.count_by_period(tx, contact.c.received_at, asked.by, sa.literal("all"), within)
    counts = await figures.count_concerns(tx, asked.by, within)
    kinds = titled((kind for _, kind in counts), {name: one.capitalize() for name, one in CONCERNS.items()})
    months = {
        day: _cells(
            suppress_kinds([counts.get((day, kind), 0) for kind in kinds], decided.get((day, "all"), 0))
        )
        for day in asked.periods
    }
    # A row a kind, as there are more kinds than months; one that is seen in no month would say that it was in
    # one of those that are hidden.
    rows = [
        [title, *cells]
        for title, *cells in zip(kinds.values(), *months.values(), strict=True)
        if any(cell not in (0, str(Hidden.WITH_OTHERS)) for cell in cells)
    ]
    columns = [
        Column("concern", "Concern", "text"),
        *(Column(f"{day:%Y-%m}", words) for day, words in asked.periods.items()),
    ]
    note = f"Of contacts that were decided; one may have several kinds of concern, or none. {SMALL}"
    return Table("concerns", "Kinds of concern", columns, rows, note)


def _cells(row: list[Shown]) -> list[Cell]:
    return [one if isinstance(one, int) else str(one) for one in row]
