"""Turns the blocks of a document into what they mean: headings, filled boxes, one row a person, and prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from intake.reading.blocks import Block, Line, fold, squeeze
from intake.reading.boxes import split_fields
from intake.reading.items import Field, Heading, Item, Prose
from intake.reading.labels import Label, read_label
from intake.reading.tables import quoted_table, read_table, typed_table
from intake.reading.ticks import has_boxes
from intake.reading.wrapping import unwrap

_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.I)
_SENTENCE_END = re.compile(r"(?<=[a-z\d)]{2})[.!?]\s+(?=[A-Z]\w*\s\w+\s\w+\s\w+)")
_LONG_VALUE = 30
_UNDERLINE = re.compile(r"^\s*[-=_*~#.]{3,}\s*$")
_WRAPPED = re.compile(r"^\s*(?:[=\-*#~_<\[]+)\s*(?P<text>[^=*#~<>\[\]]{2,70}?)\s*(?:[=\-*#~_>\]:]+)\s*$")
_MARKED = re.compile(
    r"^\s*(?:#{1,6}\s+(?P<a>.{2,70})|\*\*(?P<b>[^*]{2,70})\*\*:?|\[(?P<c>[^\]]{2,60})\])\s*$"
)


def read_items(blocks: Iterable[Block]) -> list[Item]:
    """Every meaning of the blocks, in their order."""
    items: list[Item] = []
    pending: list[Line] = []
    for block in blocks:
        if isinstance(block, Line):
            pending.append(block)
            continue
        items.extend(_read_lines(pending))
        pending = []
        items.extend(read_table(block, _read_lines))
    items.extend(_read_lines(pending))
    return items


def _read_lines(lines: list[Line]) -> Iterator[Item]:
    """Walks the lines once; `position` moves past every line that an item has used up."""
    lines = unwrap(lines)
    position = 0
    while position < len(lines):
        table, used = quoted_table(lines, position)
        if table is None:
            table, used = typed_table(lines, position)
        if table is not None:
            yield from read_table(table, _read_lines)
            position += used
            continue
        found, used = _read_line(lines, position)
        yield from found
        position += max(used, 1)


def _read_line(lines: list[Line], position: int) -> tuple[list[Item], int]:
    line = lines[position]
    text = fold(line.text).strip()
    if not text or _UNDERLINE.match(text):
        return [], 1
    heading = _heading(lines, position)
    if heading is not None:
        return _with_answer(heading, lines, position)
    fields = split_fields(line.text)
    if fields:
        return _with_following(fields, lines, position)
    label = read_label(text.rstrip(" :?."))
    if label.is_known and not has_boxes(text) and (not text.endswith(".") or label.fact in {"nhs", "dob"}):
        if label.fact == "narrative" or (
            label.owner and typed_table(lines, _next_filled(lines, position))[0]
        ):
            return [Heading(label)], 1
        value, used = _next_value(lines, position, label) if label.fact != "other" else ("", 1)
        if value and len(value) <= 160:
            return [Field(label, value, f"{line.text.strip()} {squeeze(value)}")], used
    return [Prose(line.text.strip())], 1


def _with_following(fields: list[Field], lines: list[Line], position: int) -> tuple[list[Item], int]:
    """A last box that is empty, or an address without its postcode, goes on in the lines below."""
    last, used = fields[-1], 1
    if not last.value:
        if last.label.is_known or last.label.text.endswith("?"):
            value, used = _next_value(lines, position, last.label)
            fields[-1] = Field(last.label, value, squeeze(f"{last.words} {value}"))
    elif last.label.fact == "address" and not _POSTCODE.search(last.value):
        more, count = _address_lines(lines, position + 1)
        if more:
            used += count
            value = "\n".join([last.value, *more])
            fields[-1] = Field(last.label, value, squeeze(f"{last.words} {' '.join(more)}"))
    kept = [piece for field in fields if field.value for piece in _without_story(field)]
    if used == 1 and not fields[-1].value and not fields[-1].label.is_known and len(fields) == 1:
        return [Heading(fields[-1].label)], 1
    return [*kept], used


def _without_story(item: Field) -> list[Item]:
    """A box for a person or a date that runs on into sentences: the rest is prose."""
    end = _SENTENCE_END.search(item.value)
    if (
        item.label.fact in {None, "narrative", "other", "people"}
        or len(item.value) < _LONG_VALUE
        or end is None
    ):
        return [item]
    cut = len(item.value) - end.end()
    first = Field(item.label, item.value[: end.start() + 1], item.words[: len(item.words) - cut].strip())
    return [first, Prose(item.value[end.end() :])]


def _next_value(lines: list[Line], position: int, label: Label) -> tuple[str, int]:
    """The value that stands below its label, and how many lines both take up."""
    index = position + 1
    while index < len(lines) and not lines[index].text.strip() and index - position <= 2:
        index += 1
    if index >= len(lines) or not lines[index].text.strip():
        return "", 1
    text = lines[index].text.strip()
    if _starts_box(lines, index):
        return "", 1
    if label.fact == "address" and not _POSTCODE.search(text):
        more, count = _address_lines(lines, index + 1)
        return "\n".join([text, *more]), index - position + 1 + count
    if label.fact in {"people", "person"}:
        more = _until_gap(lines, index + 1)
        return "\n".join([text, *more]), index - position + 1 + len(more)
    return text, index - position + 1


def _with_answer(heading: Heading, lines: list[Line], position: int) -> tuple[list[Item], int]:
    """A title that is a question has its answer below."""
    label = heading.label
    below = _next_filled(lines, position)
    answer = lines[below].text.strip()
    if (
        not label.text.endswith("?")
        or below == position
        or not answer
        or _starts_box(lines, below)
        or _heading(lines, below)
    ):
        return [heading], 1
    return [Field(label, answer, squeeze(f"{label.text} {answer}"))], below - position + 1


def _next_filled(lines: list[Line], position: int) -> int:
    index = position + 1
    while index < len(lines) - 1 and not lines[index].text.strip():
        index += 1
    return min(index, len(lines) - 1)


def _starts_box(lines: list[Line], index: int) -> bool:
    text = fold(lines[index].text).strip()
    if lines[index].heading or _UNDERLINE.match(text):
        return True
    fields = split_fields(text)
    if fields and fields[0].label.is_known:
        return True
    label = read_label(text.rstrip(" :"))
    return label.fact is not None and label.fact != "person"


def _address_lines(lines: list[Line], index: int) -> tuple[list[str], int]:
    more: list[str] = []
    for line in lines[index : index + 6]:
        text = line.text.strip()
        if (
            not text
            or len(text) > 60
            or (text.endswith((".", "?")) and not _POSTCODE.search(text))
            or _starts_box(lines, index + len(more))
            or _heading(lines, index + len(more))
        ):
            break
        if split_fields(text) or (
            re.search(r"[a-z]{3,}.*\b(?:is|was|has|the|and|that|i)\b", text) and not _POSTCODE.search(text)
        ):
            break
        more.append(text)
        if _POSTCODE.search(text):
            return more, len(more)
    is_address = bool(more) and (_POSTCODE.search(more[-1]) or all(len(text) < 35 for text in more))
    return (more, len(more)) if is_address else ([], 0)


def _until_gap(lines: list[Line], index: int) -> list[str]:
    more: list[str] = []
    for line in lines[index : index + 15]:
        if (
            not line.text.strip()
            or _starts_box(lines, index + len(more))
            or _heading(lines, index + len(more))
        ):
            break
        more.append(line.text.strip())
    return more


def _heading(lines: list[Line], position: int) -> Heading | None:
    """A title: styled, underlined, wrapped in marks, in capitals, or naming people above their boxes."""
    line = lines[position]
    text = fold(line.text).strip()
    if not text or len(text) > 90:
        return None
    marked = _MARKED.match(text) or _WRAPPED.match(text)
    bare = squeeze(next((part for part in marked.groups() if part), text)) if marked else text
    label = read_label(bare.rstrip(" :"))
    if line.heading or marked or _is_underlined(lines, position):
        return Heading(label)
    if split_fields(text) and not re.fullmatch(r"[^:]{2,70}:", text):
        return None
    if label.owner and label.fact in {"person", "people"} and _box_below(lines, position):
        return Heading(label)
    if label.fact is None and _is_capitals(text):
        return Heading(label)
    return None


def _is_underlined(lines: list[Line], position: int) -> bool:
    below = lines[position + 1].text if position + 1 < len(lines) else ""
    return (
        bool(_UNDERLINE.match(below))
        and len(lines[position].text.strip()) <= 70
        and not split_fields(lines[position].text)
    )


def _is_capitals(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return (
        len(letters) > 3
        and text.upper() == text
        and len(text.split()) <= 7
        and not re.search(r"[.,;!?\d]", text)
    )


def _box_below(lines: list[Line], position: int) -> bool:
    for index in range(position + 1, min(position + 4, len(lines))):
        if lines[index].text.strip():
            return _starts_box(lines, index)
    return False
