"""Every report there is, by its name."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal

from mash import partnerships
from mash.hub import Transaction

from reporting.domain.months import By, Span
from reporting.domain.tables import Made, Report, Table
from reporting.store.figures import find_latest
from reporting.usecases.agencies import agency_tables
from reporting.usecases.asked import Asked
from reporting.usecases.counts import movement_tables, outcome_tables, source_tables
from reporting.usecases.lists import annex_a_tables, dataset_tables
from reporting.usecases.overviews import overview, pack
from reporting.usecases.patterns import pattern_tables
from reporting.usecases.timeliness import timeliness_tables

ReportName = Literal[
    "overview",
    "timeliness",
    "sources",
    "outcomes",
    "movement",
    "agencies",
    "patterns",
    "quarter",
    "annex-a-list-1",
    "ssd-contacts",
]
Build = Callable[[Transaction, Asked], Awaitable[Made | list[Table]]]


async def latest_partnership(tx: Transaction, of: Iterable[str]) -> str | None:
    """The one of several partnerships that was last told of a contact: where a page begins."""
    return await find_latest(tx, of)


@dataclass(frozen=True)
class Kind:
    """What a report is called, and what makes it; some go by month alone, whatever was asked."""

    title: str
    build: Build
    by_month_alone: bool = False


REPORTS: Final[dict[ReportName, Kind]] = {
    "overview": Kind("Overview", overview),
    "timeliness": Kind("Timeliness", timeliness_tables),
    "sources": Kind("Where contacts come from", source_tables),
    "outcomes": Kind("What became of them", outcome_tables),
    "movement": Kind("How ratings moved", movement_tables),
    "agencies": Kind("How agencies answer", agency_tables),
    "patterns": Kind("Patterns over time", pattern_tables, by_month_alone=True),
    "quarter": Kind("Quarterly pack", pack, by_month_alone=True),
    "annex-a-list-1": Kind("Annex A, List 1", annex_a_tables, by_month_alone=True),
    "ssd-contacts": Kind("Standard Safeguarding Dataset, contacts", dataset_tables, by_month_alone=True),
}


async def make_report(
    tx: Transaction, name: ReportName, partnership: str, span: Span, by: By = "month"
) -> Report:
    """Return a report of a partnership over some months as it stands now."""
    kind = REPORTS[name]
    asked = Asked(partnerships.get(partnership), span, by)
    if kind.by_month_alone:
        asked = replace(asked, by="month")
    made = await kind.build(tx, asked)
    if isinstance(made, list):
        made = Made(made)
    return Report(
        name=name,
        title=kind.title,
        partnership=partnership,
        partnership_title=asked.profile.title,
        first=str(span.first),
        last=str(span.last),
        period=span.words,
        by=asked.by,
        as_at=tx.now,
        tables=made.tables,
        stands_out=made.stands_out,
    )
