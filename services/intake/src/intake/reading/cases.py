"""Takes a summary of several families' matters apart, one case each."""

from __future__ import annotations

import re
from collections.abc import Sequence

from intake.reading.blocks import Block, Line, Table, fold
from intake.reading.boxes import split_fields
from intake.reading.labels import read_label

_NUMBERED = re.compile(
    r"^\W*(?:(?:case|referral|family|contact|incident|call|matter|item|entry|log)\s*(?:no\.?|number"
    r"|#)?\s*\d{1,2}\b|\d{1,2}\s*[.)]\s+\S|\(\d{1,2}\)\s+\S|\(?[a-h]\)\s+\S|\d{1,2}\s+of\s+\d{1,2}\b|#\s?\d{1,2}\b)",
    re.I,
)
_NAMED = re.compile(
    r"^\W*(?:case|referral|family|contact|incident|call|matter|item|entry|log)\s*(?:no\.?|number"
    r"|#)?\s*\d{1,2}\b",
    re.I,
)
_TIMED = re.compile(
    r"^\W*(?:(?:mon|tue|wed|thu|fri|sat|sun)\w*\s+)?(?:[01]?\d|2[0-3])[:.]?[0-5]\d\s*(?:hrs|hours"
    r"|h)?\b\s*[-:,]?\s+\S",
    re.I,
)
_RULE = re.compile(r"^\s*[-=_*~#]{5,}\s*$")
_STARTERS = {"name", "person", "family", "people"}


def split_cases(blocks: Sequence[Block]) -> list[list[Block]]:
    """The blocks of each case, without what stands before the first; one list when there is one case."""
    for cut in (_by_table, _by_name, _by_number, _by_rule, _by_starter, _by_time):
        cases = cut(blocks)
        if len(cases) > 1:
            return cases
    return [list(blocks)]


def _cut(blocks: Sequence[Block], starts: list[int]) -> list[list[Block]]:
    if not starts:
        return []
    ends = [*starts[1:], len(blocks)]
    return [list(blocks[begin:end]) for begin, end in zip(starts, ends, strict=True)]


def _lines(blocks: Sequence[Block]) -> list[tuple[int, str]]:
    return [
        (index, fold(block.text).strip())
        for index, block in enumerate(blocks)
        if isinstance(block, Line) and block.text.strip()
    ]


def _by_name(blocks: Sequence[Block]) -> list[list[Block]]:
    return _cut(blocks, [index for index, text in _lines(blocks) if _NAMED.match(text)])


def _by_number(blocks: Sequence[Block]) -> list[list[Block]]:
    return _cut(blocks, [index for index, text in _lines(blocks) if _NUMBERED.match(text)])


def _by_rule(blocks: Sequence[Block]) -> list[list[Block]]:
    marks = [index for index, text in _lines(blocks) if _RULE.match(text)]
    pieces = _cut(blocks, [0, *marks])
    return [piece for piece in pieces if sum(len(text) for _, text in _lines(piece)) > 80]


def _by_starter(blocks: Sequence[Block]) -> list[list[Block]]:
    """The label that begins each case, such as "Child:", comes again for the next."""
    starts, first = [], None
    for index, text in _lines(blocks):
        fields = split_fields(text)
        label = fields[0].label if fields else read_label(text.rstrip(" :"))
        if label.fact in _STARTERS and (fields or text.endswith(":")):
            first = first or label.text.lower()
            if label.text.lower() == first and _after_gap(blocks, index):
                starts.append(index)
    return _cut(blocks, starts) if len(starts) > 1 else []


def _after_gap(blocks: Sequence[Block], index: int) -> bool:
    above = blocks[index - 1] if index else None
    return (
        above is None
        or not isinstance(above, Line)
        or not above.text.strip()
        or bool(_RULE.match(above.text))
        or above.heading
    )


def _by_time(blocks: Sequence[Block]) -> list[list[Block]]:
    return _cut(
        blocks, [index for index, text in _lines(blocks) if _TIMED.match(text) and _after_gap(blocks, index)]
    )


def _by_table(blocks: Sequence[Block]) -> list[list[Block]]:
    """A table with a row a case: a heading row that names the child and what happened."""
    cases: list[list[Block]] = []
    tables = [block for block in blocks if isinstance(block, Table)]
    for table in tables:
        header = [read_label(cell) for cell in table.rows[0]] if table.rows else []
        facts = {label.fact for label in header}
        if (
            len(table.rows) > 2
            and facts & {"name", "person", "family", "people"}
            and len(header) >= 3
            and not (facts & {"role"})
            and _has_story(table)
        ):
            cases.extend(_as_lines(table.rows[0], row) for row in table.rows[1:] if any(row))
        elif table.rows and _is_whole_case(table):
            cases.append([table])
    return cases


def _as_lines(header: Sequence[str], row: Sequence[str]) -> list[Block]:
    return [
        Line(f"{label}: {' '.join(cell.split())}") for label, cell in zip(header, row, strict=False) if cell
    ]


def _has_story(table: Table) -> bool:
    return any(len(cell) > 45 for row in table.rows[1:] for cell in row)


def _is_whole_case(table: Table) -> bool:
    labels = [read_label(row[0].rstrip(" :")) for row in table.rows if row]
    return any(label.fact in {"name", "person", "family"} for label in labels) and len(table.rows) >= 3
