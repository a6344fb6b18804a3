"""A report as tables: what the page shows, the charts draw, and the spreadsheets hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["text", "count", "share", "hours"]
# A share is a part of one; None is what cannot be said, such as a share of nothing.
Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """One column: ``name`` for machines, ``title`` for people."""

    name: str
    title: str
    kind: Kind = "count"


@dataclass(frozen=True)
class Chart:
    """Which columns are drawn with a table; its first column names the places along the axis."""

    kind: Literal["bars", "stacked", "lines"]
    columns: Sequence[str]


@dataclass(frozen=True)
class Table:
    """Rows under columns, what they are of, and what a reader has to know of them."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    chart: Chart | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was counted in it."""
        kinds = [column.kind for column in self.columns]
        return not any(
            cell
            for row in self.rows
            for kind, cell in zip(kinds, row, strict=True)
            if kind != "text" or set(kinds) == {"text"}
        )

    def column(self, name: str) -> list[Cell]:
        """Return what one column holds."""
        place = [column.name for column in self.columns].index(name)
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Made:
    """The tables of a report, and what stands out in them, in sentences."""

    tables: Sequence[Table]
    stands_out: Sequence[str] = ()


@dataclass(frozen=True)
class Report:
    """Some tables of one partnership, over months, as they stood at a moment."""

    name: str
    title: str
    partnership: str
    partnership_title: str
    first: str
    last: str
    period: str
    by: Literal["month", "quarter"]
    as_at: datetime
    tables: Sequence[Table]
    stands_out: Sequence[str] = ()

    def table(self, name: str) -> Table | None:
        """Return one of the tables, or nothing."""
        return next((table for table in self.tables if table.name == name), None)
