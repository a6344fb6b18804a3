"""A report as files: one of its tables as CSV, or all of them as a workbook with a sheet each."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from typing import Any, Final

import xlsxwriter
from fastapi import Response
from mash.errors import Invalid
from mash.spreadsheets import safe_cell

from reporting.domain.months import LONDON
from reporting.domain.tables import Cell, Kind, Report, Table

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_SHEET_NAME: Final = 31
WIDEST: Final = 60
NUMBERS: Final[dict[Kind, str]] = {"text": "@", "count": "#,##0", "share": "0.0%", "hours": "0.0"}


class TableNotSaid(Invalid):
    """CSV holds one table, and this report has several."""


def table_wanted(report: Report, name: str | None) -> Table:
    """Return the table that a CSV is to hold. Raises :class:`TableNotSaid`."""
    found = report.tables[0] if name is None and len(report.tables) == 1 else report.table(name or "")
    if found is None:
        names = ", ".join(table.name for table in report.tables)
        raise TableNotSaid(f"Say which table of this report you want: {names}.", field="table")
    return found


def as_csv(report: Report, table: Table) -> str:
    """Return a table with whose it is, and of which months, before each row."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(("partnership", "from", "to", *(column.name for column in table.columns)))
    whose = (report.partnership, report.first, report.last)
    writer.writerows([_plain(cell) for cell in (*whose, *row)] for row in table.rows)
    return sheet.getvalue()


def as_xlsx(report: Report) -> bytes:
    """Return all tables as a workbook: first a sheet that says what it is, then a sheet a table."""
    file = io.BytesIO()
    # Row by row, so that a list of many thousands is never whole in memory.
    settings = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, settings) as book:
        book.set_properties({"title": f"{report.title}, {report.partnership_title}, {report.period}"})
        _write_about(book, report)
        for name, table in zip(_sheet_names(report), report.tables, strict=True):
            _write_table(book, book.add_worksheet(name), table)
    return file.getvalue()


def download(content: str | bytes, media_type: str, report: Report, ending: str) -> Response:
    """Return a file to be kept, named after what is in it."""
    name = f"{report.partnership}-{report.name}-{report.first}-{report.last}.{ending}"
    return Response(
        content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )


def _write_about(book: Any, report: Report) -> None:
    heading, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("About")
    sheet.set_column(0, 0, 20)
    sheet.set_column(1, 1, 90)
    as_at = report.as_at.astimezone(LONDON).strftime("%d %B %Y at %H:%M")
    said = [
        ("Report", report.title),
        ("Partnership", report.partnership_title),
        ("Months", report.period),
        ("As at", as_at),
        *(("Stands out", sentence) for sentence in report.stands_out),
        *((table.title, table.note) for table in report.tables if table.note),
    ]
    for row, (name, words) in enumerate(said):
        sheet.write_string(row, 0, str(safe_cell(name)), heading)
        sheet.write_string(row, 1, str(safe_cell(words)), wrapped)


def _write_table(book: Any, sheet: Any, table: Table) -> None:
    header = book.add_format(
        {"bold": True, "text_wrap": True, "bottom": 1, "valign": "top", "bg_color": "#F3F2F1"}
    )
    formats = {kind: book.add_format({"num_format": number}) for kind, number in NUMBERS.items()}
    sheet.freeze_panes(1, 1)
    for place in range(len(table.columns)):
        sheet.set_column(place, place, _width(table, place))
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, str(safe_cell(column.title)), header)
    for number, row in enumerate(table.rows, start=1):
        for place, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
            if isinstance(cell, str):
                # Months and hidden counts are text; nothing is left to be guessed a number or run.
                sheet.write_string(number, place, str(safe_cell(cell)), formats["text"])
            elif cell is not None:
                sheet.write_number(number, place, cell, formats[column.kind])


def _width(table: Table, place: int) -> int:
    title = max(len(word) for word in table.columns[place].title.split())
    texts = (len(row[place]) for row in table.rows if isinstance(row[place], str))  # type: ignore[arg-type]
    return min(max(10, title + 2, max(texts, default=0) + 2), WIDEST)


def _sheet_names(report: Report) -> Iterator[str]:
    """Give each table a name that a workbook takes: short, without signs, and no two alike."""
    taken: set[str] = {"about"}
    for number, table in enumerate(report.tables, start=1):
        name = re.sub(r"[^\w ,()-]", "", table.title)[:LONGEST_SHEET_NAME].strip()
        if name.casefold() in taken:
            name = f"{name[: LONGEST_SHEET_NAME - 3].strip()} {number}"
        taken.add(name.casefold())
        yield name


def _plain(cell: Cell) -> Any:
    return "" if cell is None else safe_cell(cell)
