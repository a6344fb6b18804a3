"""Sentences that were broken at the edge of a page, made whole again."""

from __future__ import annotations

import re

from intake.reading.blocks import Line
from intake.reading.boxes import split_fields, starts_with_label
from intake.reading.ticks import has_boxes

_GAPS = re.compile(r"\S(?:\s{3,}|\t|\s\|\s)\S")
_LISTED = re.compile(r"^(?:[-*\u2022\u00b7\u25cf\u25aa>]|\(?\d{1,2}[.)]\s|\"[^\"]*\"[,;]|\[|[a-z][.)]\s)")
_ENDS_ADDRESS = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\W*(?:\([^)]*\))?$", re.I)
_LONGEST_PARAGRAPH, _LOOKED_BACK = 6_000, 240
_NEAR_LINES, _FULL_SHARE = 20, 0.8


def unwrap(lines: list[Line]) -> list[Line]:
    """Broken sentences made whole; boxes, lists and columns stay line by line."""
    whole: list[Line] = []
    for position, line in enumerate(lines):
        goes_on = (
            bool(whole)
            and len(whole[-1].text) < _LONGEST_PARAGRAPH
            and (_is_full(lines, position - 1) or line.text.strip()[:1].islower())
            and _goes_on(whole[-1], line)
        )
        if goes_on:
            whole[-1] = Line(f"{whole[-1].text} {line.text.strip()}", depth=line.depth, typed=True)
        else:
            whole.append(line)
    return whole


def _is_full(lines: list[Line], position: int) -> bool:
    """Whether the next line's first word would not have fitted, by the widest line of the paragraph."""
    first = last = position
    while first > 0 and lines[first - 1].text.strip() and position - first < _NEAR_LINES:
        first -= 1
    while last + 1 < len(lines) and lines[last + 1].text.strip() and last - position < _NEAR_LINES:
        last += 1
    width = max(len(line.text) for line in lines[first : last + 1])
    next_word = (lines[position + 1].text.split() or [""])[0]
    return len(lines[position].text) + 1 + len(next_word) >= _FULL_SHARE * width


def _goes_on(above: Line, line: Line) -> bool:
    if not (above.typed and line.typed):
        return False
    before, text = above.text[-_LOOKED_BACK:].strip(), line.text.strip()
    if not text or len(before) < 45 or _GAPS.search(before) or _GAPS.search(text) or _LISTED.match(text):
        return False
    if before.endswith((":", "?", "!", ";")) or has_boxes(text) or has_boxes(before):
        return False
    if text[0].islower():
        return True
    if (
        before.endswith(".")
        or _ENDS_ADDRESS.search(before)
        or (len(above.text) < _LOOKED_BACK and _is_short_box(before))
    ):
        return False
    return not starts_with_label(text)


def _is_short_box(text: str) -> bool:
    """Whether a line is a box that holds no more than a line, such as a name or an address."""
    fields = split_fields(text)
    return bool(fields) and fields[-1].label.fact not in {None, "narrative", "other", "people", "person"}
