"""Turns the blocks of a document into what they mean: headings, filled boxes, one row a person, and prose."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.reading.blocks import Block, Line, Table, fold, squeeze
from intake.reading.labels import FACTS, OWNERS, Label, read_label, strip_numbering


@dataclass(frozen=True)
class Heading:
    label: Label


@dataclass(frozen=True)
class Field:
    """A filled box; `words` are the sender's own, label and value."""

    label: Label
    value: str
    words: str


@dataclass(frozen=True)
class Row:
    """One person's line of a table."""

    fields: tuple[Field, ...]


@dataclass(frozen=True)
class Prose:
    text: str


Item = Heading | Field | Row | Prose

_TICKS = re.compile(
    r"[\u2610\u2611\u2612\u2713\u2714\u2717\u2718\u25a1\u25a0\u25fb\u2b1c]|\[[ xX\u2713\u2714]?\]|\([xX ]\)"
)
_OUTER = sorted(
    {
        phrase
        for owner in ("child", "subject", "adult", "suspect", "referrer", "place", "professional")
        for phrase in OWNERS[owner]
    },
    key=len,
    reverse=True,
)
_SURFACES = sorted(
    {phrase for phrases in FACTS.values() for phrase in phrases if len(phrase) > 1}, key=len, reverse=True
)


def _loose(phrase: str) -> str:
    """A phrase of the vocabulary as it may be written: with small words, dots, slashes or a plural in brackets."""
    if phrase in {"dob", "d o b"}:
        return r"d\.?\s?o\.?\s?b\.?"
    return (
        r"(?:[\s/.\-&]+|\s+(?:of|and|or|the|at|to)\s+)".join(map(re.escape, phrase.split())) + r"(?:\(e?s\))?"
    )


_FACT_WORDS = "(?:" + "|".join(dict.fromkeys(map(_loose, _SURFACES))) + ")"
_OWNER_WORDS = (
    "(?:" + "|".join(dict.fromkeys(re.escape(phrase).replace(r"\ ", r"[\s/\-]+") for phrase in _OUTER)) + ")"
)
_KNOWN = (
    rf"(?:{_OWNER_WORDS}(?:'s|s')?(?:\s?\d{{1,2}})?[\s\-]*(?:\s|-\s)?)?{_FACT_WORDS}(?:\s+(?:of\s+)?(?:the\s+)?{_OWNER_WORDS})?"
    rf"|{_OWNER_WORDS}(?:\s?\d{{1,2}})?"
)
_INSIDE = re.compile(
    rf"(?:(?<=[\s,;|(/])|^)(?P<label>{_KNOWN})\s*(?:\([^)]{{0,30}}\)\s*)?\??\s*(?:[:=](?![/\d]|\s*//)|:(?=\d{{1,2}}[/.\s-]))\s*",
    re.I,
)
_FIRST = re.compile(
    r"^\s*(?P<label>[^\s:=][^:=\n]{0,110}?)\s*(?:[:=](?=\s|$|[^\W\d_]|\d{1,2}[/.-])(?!//|\\)|\s[-]\s)\s*"
)
_QUESTION = re.compile(
    r"^\s*(?P<label>(?:[-*\u2022]\s*|\d+[.)]\s*)?(?:is|are|was|were|has|have|had|does|do|did|can|will|who|what|why|how|if|any|should|when|where)\b[^?]{4,150}\?)\s*(?P<value>.*)$",
    re.I,
)
_LEADERS = re.compile(r"(?<=\w|\)|\?)\s*(?:\.{4,}|_{4,}|\u2026{2,})")
_BRACKETED = re.compile(r"^\s*\[(?P<label>[^\W\d_][^\]]{1,50})\]\s+(?P<value>\S.*)$")
_CHUNKED = re.compile(r"(?:\s{2,}|\t|\|\s?|;\s)(?P<label>[A-Z][\w '/()&.\-]{1,40}?):(?=\s)\s*")
_STRONG = re.compile(
    r"^\s*(?P<label>(?:(?:child|mother|father|subject|patient)(?:'s)?\s+)?(?:surname|fore ?names?(?:\(s\))?|first names?|given names?|family name|d\.?o\.?b\.?|"
    r"date of birth|nhs (?:no\.?|number)|gender|sex|post ?code|home address|address|full name|name|edd|expected date of delivery|age))"
    r"\s+(?=(?P<value>\S.*))",
    re.I,
)
_STRONG_VALUE = {
    "dob": re.compile(r"\d"),
    "nhs": re.compile(r"\d"),
    "edd": re.compile(r"\d"),
    "age": re.compile(r"\d{1,2}\b"),
    "sex": re.compile(r"(?:m|f|male|female|boy|girl)\W*$", re.I),
    "address": re.compile(r"\d|flat|room", re.I),
    "postcode": re.compile(r"[A-Z]{1,2}\d"),
}
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\b", re.I)
_GAPS = re.compile(r"\S(?:\s{3,}|\t|\s\|\s)\S")
_LISTED = re.compile(r"^(?:[-*\u2022\u00b7\u25cf\u25aa>]|\(?\d{1,2}[.)]\s|\[|[a-z][.)]\s)")
_ENDS_ADDRESS = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}\W*(?:\([^)]*\))?$", re.I)
_UNDERLINE = re.compile(r"^\s*[-=_*~#.]{3,}\s*$")
_WRAPPED = re.compile(r"^\s*(?:[=\-*#~_<\[]+)\s*(?P<text>[^=*#~<>\[\]]{2,70}?)\s*(?:[=\-*#~_>\]:]+)\s*$")
_MARKED = re.compile(
    r"^\s*(?:#{1,6}\s+(?P<a>.{2,70})|\*\*(?P<b>[^*]{2,70})\*\*:?|\[(?P<c>[^\]]{2,60})\])\s*$"
)
_COLUMN = re.compile(r"\s{2,}|\t+|\s*\|\s*")


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
        items.extend(_read_table(block))
    items.extend(_read_lines(pending))
    return items


# Lines


def _read_lines(lines: list[Line]) -> Iterator[Item]:
    """Walks the lines once; `position` moves past every line that an item has used up."""
    lines = unwrap(lines)
    position = 0
    while position < len(lines):
        table, used = _typed_table(lines, position)
        if table is not None:
            yield from _read_table(table)
            position += used
            continue
        found, used = _read_line(lines, position)
        yield from found
        position += max(used, 1)


def unwrap(lines: list[Line]) -> list[Line]:
    """Sentences that were broken at the edge of a page, made whole; boxes, lists and columns stay line by line."""
    whole: list[Line] = []
    for line in lines:
        if whole and _goes_on(whole[-1], line):
            whole[-1] = Line(f"{whole[-1].text} {line.text.strip()}", depth=line.depth, typed=True)
        else:
            whole.append(line)
    return whole


def _goes_on(above: Line, line: Line) -> bool:
    if not (above.typed and line.typed):
        return False
    before, text = above.text.strip(), line.text.strip()
    if not text or len(before) < 45 or _GAPS.search(before) or _GAPS.search(text) or _LISTED.match(text):
        return False
    if before.endswith((":", "?", "!", ";")) or _TICKS.search(text) or _TICKS.search(before):
        return False
    if text[0].islower():
        return True
    if before.endswith(".") or _ENDS_ADDRESS.search(before) or _is_short_box(before):
        return False
    first = _FIRST.match(fold(text))
    return (
        not (first and _is_label_like(first))
        and not _STRONG.match(fold(text))
        and not _QUESTION.match(fold(text))
        and not _INSIDE.match(fold(text))
    )


def _is_short_box(text: str) -> bool:
    """Whether a line is a box that holds no more than a line, such as a name or an address."""
    fields = split_fields(text)
    return bool(fields) and fields[-1].label.fact not in {None, "narrative", "other", "people", "person"}


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
    label = read_label(text.rstrip(" :?"))
    if label.is_known and not _TICKS.search(text) and not text.endswith("."):
        if label.fact == "narrative" or (
            label.owner and _typed_table(lines, _next_filled(lines, position))[0]
        ):
            return [Heading(label)], 1
        value, used = _next_value(lines, position, label) if label.fact != "other" else ("", 1)
        if value and len(value) <= 160:
            return [Field(label, value, f"{line.text.strip()} {squeeze(value)}")], used
    return [Prose(line.text.strip())], 1


def split_fields(text: str) -> list[Field]:
    """The filled boxes that stand in one line, left to right; empty when the line is prose."""
    folded = _LEADERS.sub(lambda dots: ":" + " " * (len(dots.group()) - 1), fold(text))
    boxed = _BRACKETED.match(folded)
    if boxed:
        value = text[boxed.start("value") :].strip()
        return [Field(read_label(boxed.group("label")), value, squeeze(text))]
    asked = _QUESTION.match(folded)
    if asked:
        value = text[asked.start("value") :].strip(" :-\t|")
        return [Field(read_label(asked.group("label")), value, squeeze(text))] if len(value) < 200 else []
    starts = _label_starts(folded)
    if not starts:
        return []
    fields = []
    for index, (begin, end, after) in enumerate(starts):
        stop = starts[index + 1][0] if index + 1 < len(starts) else len(text)
        value = text[after:stop].strip(" \t|;,")
        fields.append(Field(read_label(folded[begin:end]), value, squeeze(text[begin:stop]).strip(" |;,")))
    lead = text[: starts[0][0]].strip(" \t|-\u2022*")
    if lead and not strip_numbering(lead + " ").strip() == "" and not _is_numbering(lead):
        fields.insert(0, Field(Label(""), lead, lead))
    return fields


def _is_numbering(text: str) -> bool:
    return bool(re.fullmatch(r"[-*\u2022\u00b7\u25cf>]*\s*(?:\(?[\da-z]{1,2}[.)]?)?", text.strip(), re.I))


def _label_starts(text: str) -> list[tuple[int, int, int]]:
    """(start of label, end of label, start of value) for each label of a line."""
    found: dict[int, tuple[int, int, int]] = {}
    first = _FIRST.match(text)
    if first and _is_label_like(first):
        found[first.start("label")] = (first.start("label"), first.end("label"), first.end())
    else:
        strong = _STRONG.match(text)
        if strong and _is_strong(strong):
            found[strong.start("label")] = (strong.start("label"), strong.end("label"), strong.end())
    for pattern in (_INSIDE, _CHUNKED):
        for match in pattern.finditer(text):
            span = (match.start("label"), match.end("label"), match.end())
            if not any(
                begin <= span[0] < after or begin < span[1] <= after for begin, _, after in found.values()
            ):
                found[span[0]] = span
    if first and found and not _is_label_like(first):
        return sorted(found.values())
    return _table_pairs(text, sorted(found.values()))


def _table_pairs(text: str, starts: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Adds labels that only a gap of columns sets apart: "Surname    TESTCASE    DOB    03/02/2019"."""
    if starts and starts[0][0] <= len(text) - len(text.lstrip()):
        return starts
    pieces = [(match.start(), match.end()) for match in re.finditer(r"\S+(?: \S+)*", text)]
    if len(pieces) < 2 or len(pieces) % 2:
        return starts
    labels = [read_label(text[begin:end].rstrip(" :")) for begin, end in pieces[::2]]
    values = [read_label(text[begin:end].rstrip(" :")) for begin, end in pieces[1::2]]
    if all(label.is_known for label in labels) and not any(
        value.fact not in {None, "person"} for value in values
    ):
        return [
            (pieces[index][0], pieces[index][1], pieces[index + 1][0]) for index in range(0, len(pieces), 2)
        ]
    return starts


def _is_label_like(match: re.Match[str]) -> bool:
    """Whether the words before a colon or dash are a box's label rather than the start of a sentence."""
    label = match.group("label")
    is_dash = match.group()[len(match.group().rstrip()) - 1] == "-" or match.group().rstrip().endswith("-")
    known = read_label(label).is_known
    if is_dash:
        return known and len(label.split()) <= 5
    if known:
        return True
    if (
        re.search(r"[.!]\s", label)
        or re.search(r"\bhttps?$", label)
        or (re.search(r"\d$", label)
        and match.group().rstrip()[-1:].isdigit())
    ):
        return False
    return len(label.split()) <= 16


def _is_strong(match: re.Match[str]) -> bool:
    label, value = read_label(match.group("label")), match.group("value")
    pattern = _STRONG_VALUE.get(label.fact or "")
    if pattern is not None:
        return bool(pattern.match(value))
    return bool(re.match(r"(?:[A-Z][\w'\-]+[ ,]*){1,5}$", value)) and read_label(value).fact is None


def _with_following(fields: list[Field], lines: list[Line], position: int) -> tuple[list[Item], int]:
    """A last box that is empty, or an address without its postcode, goes on in the lines below."""
    last, used = fields[-1], 1
    if not last.value:
        if last.label.is_known:
            value, used = _next_value(lines, position, last.label)
            fields[-1] = Field(last.label, value, squeeze(f"{last.words} {value}"))
    elif last.label.fact == "address" and not _POSTCODE.search(last.value):
        more, count = _address_lines(lines, position + 1)
        if more:
            used += count
            value = "\n".join([last.value, *more])
            fields[-1] = Field(last.label, value, squeeze(f"{last.words} {' '.join(more)}"))
    kept = [field for field in fields if field.value]
    if used == 1 and not fields[-1].value and not fields[-1].label.is_known and len(fields) == 1:
        return [Heading(fields[-1].label)], 1
    return [*kept], used


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
    if not label.text.endswith("?") or below == position or not answer or _starts_box(lines, below) or _heading(lines, below):
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
            or (text.endswith((".", "?"))
            and not _POSTCODE.search(text))
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
    """A title: styled as one, underlined, wrapped in marks, in capitals, or naming people above their boxes."""
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


# Tables


def _typed_table(lines: list[Line], position: int) -> tuple[Table | None, int]:
    """A table typed with pipes, tabs or gaps: a row of labels, then rows that line up under them."""
    header = _columns(lines[position].text)
    if len(header) < 2 or not _is_header([text for _, text in header]):
        return None, 0
    rows, index = [tuple(text for _, text in header)], position + 1
    while index < len(lines) and len(rows) < 60:
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


def _read_table(table: Table) -> Iterator[Item]:
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
        yield from _read_row(row)
        index += 1


def _people_rows(rows: list[tuple[str, ...]], index: int) -> tuple[int, list[Item]]:
    header = [read_label(cell) for cell in rows[index]]
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


def _read_row(row: tuple[str, ...]) -> Iterator[Item]:
    """Label and value, side by side once or more; a lone cell is a title or holds lines of its own."""
    cells = [cell for cell in row if cell]
    if not cells:
        return
    if len(row) == 1 or (len(cells) == 1 and (not row[0] or not read_label(row[0]).fact)):
        yield from _lone_cell(cells[0], is_title=len(cells) == 1)
        return
    position = 0
    while position < len(row):
        cell = row[position]
        following = row[position + 1] if position + 1 < len(row) else ""
        if not cell:
            position += 1
        elif following and _is_label_cell(cell, following, len(row)):
            yield from _pair(cell, following)
            position += 2
        elif not following and read_label(cell.rstrip(" :")).is_known and position + 1 < len(row):
            position += 2
        else:
            yield from _lone_cell(cell, is_title=False)
            position += 1


def _is_label_cell(cell: str, following: str, width: int) -> bool:
    if "\n" in cell and not read_label(cell).is_known:
        return False
    label = read_label(cell.rstrip(" :?"))
    if label.is_known:
        return not (
            read_label(following.rstrip(" :")).fact not in {None, "person"}
            and not following.rstrip().endswith(".")
            and label.fact == "person"
        )
    return cell.rstrip().endswith((":", "?")) or width == 2


def _pair(cell: str, value: str) -> Iterator[Item]:
    label = read_label(cell.rstrip(" :?"))
    inner = split_fields(value.split("\n")[0])
    if "\n" in value and label.fact in {None, "person", "people"} and inner and inner[0].label.fact:
        yield Heading(label)
        yield from _read_lines([Line(text) for text in value.split("\n")])
        return
    yield Field(label, value, squeeze(f"{cell} {value}"))


def _lone_cell(cell: str, *, is_title: bool) -> Iterator[Item]:
    lines = cell.split("\n")
    if len(lines) == 1 and is_title and len(cell) <= 70 and not split_fields(cell) and not cell.endswith("."):
        yield Heading(read_label(cell.rstrip(" :")))
        return
    yield from _read_lines([Line(text) for text in lines])
