"""Reads tables, drawn or typed: a row a person, label beside value, or a column a person."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from intake.reading.blocks import Line, Table, squeeze
from intake.reading.boxes import split_fields
from intake.reading.items import Field, Heading, Item, Row
from intake.reading.labels import Label, read_label

ReadLines = Callable[[list[Line]], Iterator[Item]]
_MOST_ROWS = 60
_QUOTED_CELL = re.compile(r'"((?:[^"]|"")*)"')
_QUOTED = re.compile(r'"(?:[^"]|"")*"(?:\s*[,;\t]\s*"(?:[^"]|"")*")+')
_CHOICE = re.compile(r"\W*(?:yes|y)\s*/\s*(?:no|n)\b(?:\s*/\s*[\w/ ]+)?\W*", re.I)


def typed_table(lines: list[Line], position: int) -> tuple[Table | None, int]:
    """A table typed with pipes, tabs or gaps: a row of labels, then rows that line up under them."""
    header = _columns(lines[position].text)
    if len(header) < 2 or not _is_header([text for _, text in header]):
        return None, 0
    rows, index = [tuple(text for _, text in header)], position + 1
    while index < len(lines) and len(rows) < _MOST_ROWS:
        text = lines[index].text
        if re.fullmatch(r"[\s|+=\-:_]*", text):
            if text.strip() or len(rows) == 1:
                index += 1
                continue
            break
        cells = _columns(text)
        if len(cells) < 2 and not (len(rows) > 1 and cells and cells[0][0] > 3):
            break
        row = _under(header, cells, "|" in text or "\t" in text)
        if split_fields(text) and read_label(split_fields(text)[0].label.text).is_known:
            break
        rows.append(row)
        index += 1
    return (Table(tuple(rows)), index - position) if len(rows) > 1 else (None, 0)


def quoted_table(lines: list[Line], position: int) -> tuple[Table | None, int]:
    """Lines of cells in quotation marks, as a spreadsheet saves them."""
    rows: list[tuple[str, ...]] = []
    for line in lines[position : position + _MOST_ROWS]:
        if not _QUOTED.fullmatch(line.text.strip()):
            break
        rows.append(tuple(_QUOTED_CELL.findall(line.text)))
    return (Table(tuple(rows)), len(rows)) if len(rows) > 1 else (None, 0)


def _columns(text: str) -> list[tuple[int, str]]:
    if "|" in text:
        cells = text.strip().strip("|").split("|")
        return [(number, squeeze(cell)) for number, cell in enumerate(cells)]
    return [
        (match.start(), match.group())
        for match in re.finditer(r"\S+(?: \S+)*", text.expandtabs(8) if "\t" in text else text)
    ]


def _under(header: list[tuple[int, str]], cells: list[tuple[int, str]], by_order: bool) -> tuple[str, ...]:
    if by_order or len(cells) == len(header):
        texts = [text for _, text in cells]
        return tuple((texts + [""] * len(header))[: len(header)])
    row = [""] * len(header)
    for start, text in cells:
        nearest = min(range(len(header)), key=lambda number: abs(header[number][0] - start))
        row[nearest] = squeeze(f"{row[nearest]} {text}")
    return tuple(row)


def _is_header(cells: list[str]) -> bool:
    """Whether a row only names its columns, at least two of them facts about a person."""
    if any(cell.endswith(":") or re.search(r"\d{3}", cell) for cell in cells):
        return False
    facts = [read_label(cell).fact for cell in cells if cell]
    about = {fact for fact in facts if fact and fact not in {"narrative", "other"}}
    return len(about) >= 2 and sum(fact is not None for fact in facts) * 2 > len(facts)


def read_table(table: Table, read_lines: ReadLines) -> Iterator[Item]:
    rows = [tuple(cell.strip() for cell in row) for row in table.rows]
    index = 0
    while index < len(rows):
        row = rows[index]
        if _is_header(list(row)) and index + 1 < len(rows) and len(rows[index + 1]) >= 2:
            used, people = _people_rows(rows, index)
            if people:
                yield from people
                index += used
                continue
        across = _across(rows, index)
        if across:
            yield from across[1]
            index += across[0]
            continue
        yield from _read_row(row, read_lines)
        index += 1


def _people_rows(rows: list[tuple[str, ...]], index: int) -> tuple[int, list[Item]]:
    header = [_column(cell) for cell in rows[index]]
    people: list[Item] = []
    used = 1
    for row in rows[index + 1 :]:
        if len(row) < 2 or _is_header(list(row)) or _answers_labels(row):
            break
        used += 1
        fields = [Field(label, cell, squeeze(cell)) for label, cell in zip(header, row, strict=False) if cell]
        if fields:
            people.append(Row(tuple(fields)))
    return used, people


def _column(cell: str) -> Label:
    """What a column holds; one that is headed by a class of people holds their names."""
    label = read_label(cell)
    return replace(label, fact="name") if label.fact == "people" else label


def _answers_labels(row: tuple[str, ...]) -> bool:
    """Whether a row under a header is really label and value again."""
    labels = [read_label(cell.rstrip(" :")) for cell in row[::2] if cell]
    return (
        len(row) in {2, 4}
        and bool(labels)
        and all(label.fact is not None and label.fact != "person" for label in labels)
    )


def _across(rows: list[tuple[str, ...]], index: int) -> tuple[int, list[Item]] | None:
    """A table that stands on its side: one column a person, the labels down the left."""
    head = rows[index]
    if len(head) < 3 or len(rows) - index < 3:
        return None
    owners = [read_label(cell) for cell in head[1:]]
    if not all(label.owner and label.fact == "person" for label in owners) or read_label(
        head[0]
    ).fact not in {None, "person"}:
        return None
    body = [row for row in rows[index + 1 :] if len(row) == len(head)]
    if sum(read_label(row[0]).is_known for row in body) < 2:
        return None
    people: list[Item] = []
    for column, owner in enumerate(owners, 1):
        cells = [(read_label(row[0]), row) for row in body if row[column]]
        fields = [Field(Label("role", "role"), head[column], head[column])]
        fields += [Field(label, row[column], squeeze(f"{row[0]} {row[column]}")) for label, row in cells]
        if len(fields) > 1 and owner.owner:
            people.append(Row(tuple(fields)))
    return 1 + len(body), people


def _read_row(row: tuple[str, ...], read_lines: ReadLines) -> Iterator[Item]:
    """Label and value, side by side once or more; a lone cell is a title or holds lines of its own."""
    cells = list(dict.fromkeys(cell for cell in row if cell and not _CHOICE.fullmatch(cell)))
    if not cells:
        return
    row = tuple(cell for cell in row if not _CHOICE.fullmatch(cell))
    if (
        len(row) == 1
        or (len(cells) == 1 and len(set(row)) == 1)
        or (len(cells) == 1 and (not row[0] or not read_label(row[0]).fact))
    ):
        yield from _lone_cell(cells[0], read_lines, is_title=len(cells) == 1)
        return
    position = 0
    while position < len(row):
        cell = row[position]
        following = row[position + 1] if position + 1 < len(row) else ""
        if not cell:
            position += 1
        elif following and _is_label_cell(cell, following, len(row)):
            yield from _pair(cell, following, read_lines)
            position += 2
        elif not following and read_label(cell.rstrip(" :")).is_known and position + 1 < len(row):
            position += 2
        else:
            yield from _lone_cell(cell, read_lines, is_title=False)
            position += 1


def _is_label_cell(cell: str, following: str, width: int) -> bool:
    if "\n" in cell and not read_label(cell).is_known:
        return False
    inner = split_fields(cell)
    if inner and inner[0].value and inner[0].label.is_known:
        return False
    label = read_label(cell.rstrip(" :?"))
    if label.is_known:
        return not (
            read_label(following.rstrip(" :")).fact not in {None, "person"}
            and not following.rstrip().endswith(".")
            and label.fact == "person"
        )
    return cell.rstrip().endswith((":", "?")) or width == 2


def _pair(cell: str, value: str, read_lines: ReadLines) -> Iterator[Item]:
    label = read_label(cell.rstrip(" :?"))
    inner = split_fields(value.split("\n")[0])
    if "\n" in value and label.fact in {None, "person", "people"} and inner and inner[0].label.fact:
        yield Heading(label)
        yield from read_lines([Line(text) for text in value.split("\n")])
        return
    yield Field(label, value, squeeze(f"{cell} {value}"))


def _lone_cell(cell: str, read_lines: ReadLines, *, is_title: bool) -> Iterator[Item]:
    lines = cell.split("\n")
    if len(lines) == 1 and is_title and len(cell) <= 70 and not split_fields(cell) and not cell.endswith("."):
        yield Heading(read_label(cell.rstrip(" :")))
        return
    yield from read_lines([Line(text) for text in lines])
