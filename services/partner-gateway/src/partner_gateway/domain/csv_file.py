"""A file of records as the agency's system wrote it: its letters, its header, its rows.

A row that cannot be read costs itself and nothing else. A quotation mark that is never closed would swallow
the rest of the file; the line it stands on is refused, and reading goes on with the next.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from mash.errors import Invalid

COLUMNS = (
    "record_id",
    "family",
    "given",
    "also_known_as",
    "dob",
    "nhs_number",
    "address",
    "postcode",
    "recorded_on",
    "source",
    "category",
    "text",
    "sensitive",
)
NEEDED_COLUMNS = ("record_id", "recorded_on", "source", "text")


class FileUnreadable(Invalid):
    """The file as a whole cannot be taken in: its letters or its header are not in order."""


@dataclass(frozen=True)
class Refusal:
    """A line that is not taken in, where in it, and by which rule."""

    line: int
    field: str
    rule: str


@dataclass(frozen=True)
class Row:
    """One record's values by column; ``line`` is where it begins in the file, the header being line 1."""

    line: int
    values: dict[str, str]


def decode(content: bytes) -> str:
    """The file's text, from UTF-8 with or without its mark, or from Windows' Western letters."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise FileUnreadable("The file is neither in UTF-8 nor in Windows-1252 letters.", field="file")


def read_rows(text: str) -> Iterator[Row | Refusal]:
    """Yield each row below the header, or why it is refused. Raises :class:`FileUnreadable`."""
    lines = list(io.StringIO(text, newline=""))
    at, names = _read_one(lines, 0)
    header = _header(names or [])
    while at < len(lines):
        used, values = _read_one(lines, at)
        if used > 1 and (values is None or len(values) != len(header)):
            # It ran on over lines that are rows of their own: give back all but the first.
            used, values = 1, None
        if row := _row(at + 1, values, header):
            yield row
        at += used


def _read_one(lines: Sequence[str], at: int) -> tuple[int, list[str] | None]:
    """How many lines the row that begins at ``at`` takes up, and its values, if it is well formed."""
    reader = csv.reader((lines[number] for number in range(at, len(lines))), strict=True)
    try:
        values = next(reader)
    except (csv.Error, StopIteration):
        return 1, None
    return reader.line_num, values


def _row(line: int, values: list[str] | None, header: Sequence[str]) -> Row | Refusal | None:
    if values is None:
        return Refusal(line, "line", "has a quotation mark in the wrong place, or one that is not closed")
    if not any(value.strip() for value in values):
        return None
    if len(values) != len(header):
        return Refusal(line, "line", f"has {len(values)} values where the header has {len(header)}")
    return Row(line, {name: value.strip() for name, value in zip(header, values, strict=True)})


def _header(names: Sequence[str]) -> list[str]:
    """The columns in the file's order. What stands there is not repeated: it may be a person's row."""
    columns = [name.strip().lower().replace(" ", "_") for name in names]
    if missing := [name for name in NEEDED_COLUMNS if name not in columns]:
        raise FileUnreadable(
            f"The first line has to name the columns, with commas between them; these are missing: "
            f"{', '.join(missing)}.",
            field="header",
        )
    for place, name in enumerate(columns, start=1):
        if name not in COLUMNS or columns.index(name) != place - 1:
            raise FileUnreadable(
                f"Column {place} is not known here, or stands twice. The columns are: {', '.join(COLUMNS)}.",
                field="header",
            )
    return columns
