"""What a report is asked for, and the tables that several reports are made of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from mash.partnerships import Partnership

from reporting.domain.months import By, Span
from reporting.domain.report import Timeliness
from reporting.domain.tables import Cell, Chart, Column, Table
from reporting.store.figures import NOT_RATED
from reporting.store.measures import Measure, Where

NOT_KNOWN = "not known"
MOST_SERIES = 6

TIMELINESS = (
    Column("total", "All"),
    Column("in_time", "In time"),
    Column("late", "Late"),
    Column("open_in_time", "Open, not yet due"),
    Column("open_late", "Open, late"),
    Column("share_in_target", "In time, of those due", "share"),
    Column("median_hours", "Median hours", "hours"),
    Column("percentile_90_hours", "90th percentile, hours", "hours"),
    Column("oldest_open_hours", "Oldest open, hours", "hours"),
)
LATE_BUT_USED = Column("late_but_used", "Late, but in time for the decision")


@dataclass(frozen=True)
class Asked:
    """Whose figures, over which months, by month or by quarter."""

    profile: Partnership
    span: Span
    by: By = "month"

    @property
    def periods(self) -> dict[date, str]:
        """The first day of each period with its words."""
        return self.span.periods(self.by)

    @property
    def period_column(self) -> Column:
        """The column that names the period of a row."""
        return Column("period", "Month" if self.by == "month" else "Quarter", "text")

    def within(self, measure: Measure) -> Where:
        """The condition for what is measured of this partnership in these months."""
        return measure.within(self.profile.name, self.span)

    @property
    def ratings(self) -> dict[str, str]:
        """The partnership's ratings, the most urgent first, and what has none yet."""
        return {name: one.title for name, one in self.profile.ratings.items()} | {NOT_RATED: "Not yet rated"}

    @property
    def agencies(self) -> dict[str, str]:
        """The partnership's agencies."""
        return {name: one.title for name, one in self.profile.agencies.items()}


def titled(keys: Iterable[Any], titles: Mapping[str, str]) -> dict[Any, str]:
    """Return those of some keys that occur with their titles: in the titles' order, then all others."""
    there = set(keys)
    found: dict[Any, str] = {key: title for key, title in titles.items() if key in there}
    others = sorted(str(key) for key in there - found.keys() - {None})
    return found | {key: key for key in others} | ({None: NOT_KNOWN} if None in there else {})


def most_first(counts: Mapping[tuple[date, Any], int]) -> list[Any]:
    """Return the kinds that were counted over some periods, the most frequent first."""
    totals: dict[Any, int] = {}
    for (_, kind), count in counts.items():
        totals[kind] = totals.get(kind, 0) + count
    return sorted(totals, key=lambda kind: (-totals[kind], str(kind)))


def by_period(
    asked: Asked,
    name: str,
    title: str,
    counts: Mapping[tuple[date, Any], int],
    kinds: Mapping[Any, str],
    *,
    chart: bool = True,
    note: str = "",
) -> Table:
    """Return a table with a row a period and a column a kind; it is drawn where the kinds are few enough."""
    columns = [Column(str(kind or "not_known"), words) for kind, words in kinds.items()]
    rows: list[list[Cell]] = [
        [words, *(counts.get((day, kind), 0) for kind in kinds)] for day, words in asked.periods.items()
    ]
    drawn = Chart("stacked", [column.name for column in columns]) if chart else None
    return Table(
        name, title, [asked.period_column, *columns], rows, note, drawn if len(kinds) <= MOST_SERIES else None
    )


def totals(
    name: str, title: str, what: str, counts: Mapping[tuple[date, Any], int], kinds: Mapping[Any, str]
) -> Table:
    """Return a table with a row a kind: how many there were of it in all periods, and of all in a hundred."""
    sums = {kind: sum(count for (_, one), count in counts.items() if one == kind) for kind in kinds}
    everything = sum(sums.values())
    rows: list[Sequence[Cell]] = [
        [words, sums[kind], round(sums[kind] / everything, 4) if everything else None]
        for kind, words in kinds.items()
    ]
    columns = [Column("kind", what, "text"), Column("count", "How many"), Column("share", "Share", "share")]
    return Table(name, title, columns, rows, chart=Chart("bars", ["count"]))


def timely(
    name: str,
    title: str,
    labels: Sequence[Column],
    rows: Iterable[tuple[Sequence[str], Timeliness | None]],
    *,
    chart: Chart | None = None,
    note: str = "",
    used: bool = False,
) -> Table:
    """Return a table with the timeliness of each row; a row without any has noughts."""
    columns = (*TIMELINESS, LATE_BUT_USED) if used else TIMELINESS
    made = [[*label, *(_cell(figures, column) for column in columns)] for label, figures in rows]
    return Table(name, title, [*labels, *columns], made, note, chart)


def _cell(figures: Timeliness | None, column: Column) -> Cell:
    if figures is None:
        return 0 if column.kind == "count" else None
    value: Cell = getattr(figures, column.name)
    return value
