"""Where contacts come from, what becomes of them, and how ratings move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from mash.hub import Transaction

from reporting.domain.tables import Cell, Chart, Column, Table
from reporting.store import figures
from reporting.store.measures import CONTACTS, ENQUIRIES, MEETINGS, Measure
from reporting.store.tables import contact, enquiry, meeting_rating
from reporting.usecases.asked import Asked, by_period, most_first, titled, totals
from reporting.usecases.monthly import source_titles, titles

Counts = Mapping[tuple[date, Any], int]
BOTH = "Of those that were decided, and had a rating before."
DIRECTIONS = {"lower": "Went down", "same": "Stayed", "higher": "Went up"}


@dataclass(frozen=True)
class Moved:
    """One kind of thing whose rating moves from ``first_rating`` to the column ``last``."""

    name: str
    title: str
    measure: Measure
    last: sa.Column[Any]


MOVED = (
    Moved("enquiries_moved", "Enquiries", ENQUIRIES, enquiry.c.final_rating),
    Moved("contacts_moved", "Contacts at screening", CONTACTS, contact.c.rating),
    Moved("meetings_moved", "Daily meetings", MEETINGS, meeting_rating.c.final_rating),
)


async def source_tables(tx: Transaction, asked: Asked) -> list[Table]:
    """Return who contacts came from, on which road, and what they were."""
    sources = await _count(tx, asked, CONTACTS, contact.c.source_code)
    channels = await _count(tx, asked, CONTACTS, contact.c.channel)
    kinds = await _count(tx, asked, CONTACTS, contact.c.kind)
    named = _named(most_first(sources), source_titles(asked.profile))
    channel_titles = {name: name.replace("_", "-").capitalize() for name in asked.profile.channels}
    kind_titles = {kind: str(kind).replace("_", " ").capitalize() for kind in most_first(kinds) if kind}
    return [
        totals("sources", "Contacts by source", "Source", sources, named),
        by_period(asked, "sources_by_period", "Contacts by source, over time", sources, named),
        by_period(
            asked,
            "channels",
            "Contacts by channel",
            channels,
            titled((one for _, one in channels), channel_titles),
        ),
        totals("kinds", "What arrived", "Kind", kinds, titled((one for _, one in kinds), kind_titles)),
    ]


async def outcome_tables(tx: Transaction, asked: Asked) -> list[Table]:
    """Return the pathways out of screening, the outcomes of enquiries, and what went on to an assessment."""
    pathways = await _count(tx, asked, CONTACTS, contact.c.pathway, contact.c.decided_at.is_not(None))
    decided = enquiry.c.decided_at.is_not(None)
    outcomes = await _count(tx, asked, ENQUIRIES, enquiry.c.outcome, decided)
    ended = _named(most_first(outcomes), titles(asked.profile.outcomes))
    chosen = titled((one for _, one in pathways), titles(asked.profile.pathways))
    return [
        totals("pathways", "Pathways out of screening", "Pathway", pathways, chosen),
        by_period(asked, "pathways_by_period", "Pathways, over time", pathways, chosen),
        totals("outcomes", "Outcomes of enquiries", "Outcome", outcomes, ended),
        by_period(asked, "outcomes_by_period", "Outcomes of enquiries, over time", outcomes, ended),
        await _ends(tx, asked),
    ]


async def _ends(tx: Transaction, asked: Asked) -> Table:
    """Return Havering's three sums: early help, statutory assessment, and signposting or nothing further."""
    assessed = sa.case((figures.to_statutory_assessment(), "yes"), else_="no")
    statutory = await _count(tx, asked, CONTACTS, assessed)
    outcomes = await _count(tx, asked, ENQUIRIES, enquiry.c.outcome)
    rows: list[list[Cell]] = [
        [
            words,
            statutory.get((day, "yes"), 0),
            outcomes.get((day, "early_help"), 0),
            sum(outcomes.get((day, one), 0) for one in figures.SIGNPOSTED_OR_NONE),
        ]
        for day, words in asked.periods.items()
    ]
    columns = [
        asked.period_column,
        Column("statutory", "Contacts to statutory assessment"),
        Column("early_help", "Enquiries to early help"),
        Column("signposted", "Enquiries signposted or closed"),
    ]
    chart = Chart("lines", [column.name for column in columns[1:]])
    return Table("ends", "How it ended", columns, rows, chart=chart)


async def movement_tables(tx: Transaction, asked: Asked) -> list[Table]:
    """Return how ratings moved: of enquiries from first to final, at screening before, and in meetings."""
    return [table for one in MOVED for table in await _moved(tx, asked, one)]


async def _moved(tx: Transaction, asked: Asked, one: Moved) -> list[Table]:
    moved = await figures.movement_by_period(tx, one.measure, one.last, asked.by, asked.within(one.measure))
    sums: dict[tuple[str | None, str | None], int] = {}
    directions: dict[tuple[date, Any], int] = {}
    for (day, first, final), count in moved.items():
        sums[first, final] = sums.get((first, final), 0) + count
        way = _direction(asked, first, final)
        directions[day, way] = directions.get((day, way), 0) + count
    ratings = titles(asked.profile.ratings)
    finals: dict[Any, str] = {**ratings, None: "No rating"}
    rows: list[list[Cell]] = [
        [words, *(sums.get((first, final), 0) for final in finals)] for first, words in ratings.items()
    ]
    columns = [
        Column("first", "First rating", "text"),
        *(Column(final or "none", f"{words} in the end") for final, words in finals.items()),
    ]
    chart = Chart("stacked", [column.name for column in columns[1:]])
    return [
        Table(one.name, f"{one.title}: from the first rating to the last", columns, rows, BOTH, chart),
        by_period(
            asked,
            f"{one.name}_by_period",
            f"{one.title}: which way the rating went",
            directions,
            DIRECTIONS,
            note=BOTH,
        ),
    ]


def _direction(asked: Asked, first: str | None, final: str | None) -> str:
    before, after = asked.profile.urgency(first), asked.profile.urgency(final)
    return "same" if before == after else "higher" if after > before else "lower"


async def _count(
    tx: Transaction, asked: Asked, measure: Measure, group: Any, *where: sa.ColumnElement[bool]
) -> Counts:
    condition = sa.and_(asked.within(measure), *where)
    return await figures.count_by_period(tx, measure.began, asked.by, group, condition)


def _named(kinds: list[Any], named: Mapping[str, str]) -> dict[Any, str]:
    """Return kinds in their own order, each by its name."""
    return {kind: "Not known" if kind is None else named.get(kind, kind) for kind in kinds}
