"""How promptly and how well each agency answers."""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from mash.hub import Transaction

from reporting.domain.tables import Cell, Chart, Column, Table
from reporting.store import figures
from reporting.store.figures import period_of
from reporting.store.measures import ANSWERS, AUDITS
from reporting.store.tables import case_grade, request
from reporting.usecases.asked import Asked, timely, titled
from reporting.usecases.timeliness import AGENCY, COUNTED

KINDS = {
    "asked": "Asked",
    "information": "Information",
    "nil": "Nothing found",
    "not_covered": "Not covered",
    "refused": "Refused",
    "silent": "No answer",
    "awaited": "Awaited",
}
QUALITY = {
    "corrected": "Corrected",
    "withdrawn": "Withdrawn",
    "lacking": "Answers with an item that lacks something",
    "item_count": "Items",
    "lacking_item_count": "Items that lack something",
}
GRADES = {
    "outstanding": "Outstanding",
    "good": "Good",
    "requires_improvement": "Requires improvement",
    "inadequate": "Inadequate",
}
LESSONS = "What was found to learn is read with the audits themselves."
LACKING = "An item lacks something when its date, source, lawful basis, rationale or caveat is missing."


async def agency_tables(tx: Transaction, asked: Asked) -> list[Table]:
    """Return each agency's timeliness, what it answered, and how well, and its share in time by period."""
    period = period_of(ANSWERS.began, asked.by)
    agency = request.c.agency
    found = await figures.timeliness(tx, ANSWERS, asked.within(ANSWERS), [agency], [agency, period])
    agencies = titled((key[0] for key in found if len(key) == 1), asked.agencies)
    qualities = await figures.qualities(tx, agency, asked.within(ANSWERS))
    rows = [([title], found[name,]) for name, title in agencies.items()]
    chart = Chart("stacked", ["in_time", "late", "open_in_time", "open_late"])
    return [
        timely("agencies", "How promptly", [AGENCY], rows, chart=chart, note=COUNTED, used=True),
        _share_by_period(asked, found, agencies),
        _quality(
            "agency_answers", "What they answered", agencies, qualities, KINDS, Chart("stacked", [*KINDS][1:])
        ),
        _quality("agency_quality", "How well", agencies, qualities, QUALITY, None, LACKING),
    ]


async def audit_table(tx: Transaction, asked: Asked) -> Table:
    """Return how often each agency gave each grade when several audited cases together."""
    graded = case_grade.c.agency + sa.literal("/") + case_grade.c.grade
    counts = await figures.count_by_period(tx, AUDITS.began, asked.by, graded, asked.within(AUDITS))
    sums: Counter[str] = Counter()
    for (_, kind), count in counts.items():
        sums[kind] += count
    agencies = titled((kind.split("/")[0] for kind in sums), asked.agencies)
    rows: list[list[Cell]] = [
        [title, *(sums[f"{agency}/{grade}"] for grade in GRADES)] for agency, title in agencies.items()
    ]
    columns = [AGENCY, *(Column(grade, title) for grade, title in GRADES.items())]
    chart = Chart("stacked", list(GRADES))
    return Table("audits", "Audits by several agencies: the grades each gave", columns, rows, LESSONS, chart)


def _share_by_period(asked: Asked, found: Any, agencies: dict[Any, str]) -> Table:
    columns = [asked.period_column, *(Column(name, title, "share") for name, title in agencies.items())]
    rows: list[list[Cell]] = [
        [words, *(_share(found.get((name, day))) for name in agencies)]
        for day, words in asked.periods.items()
    ]
    chart = Chart("lines", list(agencies))
    return Table("agencies_by_period", "Answered in time, of those due", columns, rows, chart=chart)


def _share(figures: Any) -> Cell:
    share: float | None = figures.share_in_target if figures else None
    return share


def _quality(
    name: str,
    title: str,
    agencies: dict[Any, str],
    qualities: dict[Any, dict[str, int]],
    kinds: dict[str, str],
    chart: Chart | None,
    note: str = "",
) -> Table:
    rows: list[list[Cell]] = [
        [words, *(qualities[agency][kind] for kind in kinds)] for agency, words in agencies.items()
    ]
    columns = [AGENCY, *(Column(kind, words) for kind, words in kinds.items())]
    return Table(name, title, columns, rows, note, chart)
