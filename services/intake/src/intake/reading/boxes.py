"""Finds the filled boxes in one line: "Name: Robin  DOB: 03/02/2019", "Surname   TESTCASE", "[Sex] M"."""

from __future__ import annotations

import re

from intake.reading.blocks import fold, squeeze
from intake.reading.items import Field
from intake.reading.labels import FACTS, OWNERS, Label, read_label, strip_numbering

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
    """A phrase as it may be written: with small words, dots, slashes or a plural in brackets."""
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
    rf"(?:{_OWNER_WORDS}(?:'s|s')?(?:\s?\d{{1,2}})?[\s\-]*(?:\s"
    rf"|-\s)?)?{_FACT_WORDS}(?:\s+(?:of\s+)?(?:the\s+)?{_OWNER_WORDS})?"
    rf"|{_OWNER_WORDS}(?:\s?\d{{1,2}})?"
    r"|(?:children|adults|persons|people|others) (?:living |present |resident )?(?:at|in) (?:the )?"
    r"(?:address|property|home|house(?:hold)?)"
)
_INSIDE = re.compile(
    rf"(?:(?<=[\s,;|/])|^)(?P<label>{_KNOWN})\s*(?:\([^)]{{0,30}}\)\s*)?\??\s*(?:[:=](?![/\d]|\s*//)"
    rf"|:(?=\d{{1,2}}[/.\s-]))\s*",
    re.I,
)
_FIRST = re.compile(
    r"^\s*(?P<label>[^\s:=][^:=\n]{0,110}?)\s*(?:[:=](?=\s|$|[^\W\d_]|\d{1,2}[/.-])(?!//|\\)|\s[-]\s)\s*"
)
_QUESTION = re.compile(
    r"^\s*(?P<label>(?:[-*\u2022]\s*|\d+[.)]\s*)?(?:is|are|was|were|has|have|had|does|do|did|can|will|who"
    r"|what|why|how|if|any|should|when|where)\b[^?]{4,150}\?)\s*(?P<value>.*)$",
    re.I,
)
_NEXT_NUMBER = re.compile(r"\s\d{1,2}(?:\.\d{1,2})+[.)]?\s*$")
# Words before a colon that begin a sentence: an open bracket, a subject, a comma after several words.
_OPENS_SENTENCE = re.compile(
    r"[^(]*\([^)]*$|\s*(?:i|i'm|he|she|they|we|it|my|her|his|their)\b|(?:[\w'-]+ ){2,}[\w'-]+, .*\d", re.I
)
_NEXT_QUESTION = re.compile(r"(\?\W{0,3}(?:yes|no|y|n|n/k|not known))[.,;]?\s+(?=[A-Z][^?]{3,80}\?)", re.I)
_SENTENCE_WORDS = 6
_LONGEST_LINE = 3_000
_ANSWERED = re.compile(
    r"^\s*(?P<label>[^?:.]{4,90}\?)\s*(?P<value>(?:(?:yes|no|y|n|n/?k|not|unknown|refused|given|none)\b|[\[(\u2610-\u2612]).*)$",
    re.I,
)
_LEADERS = re.compile(r"(?<=\w|\)|\?)\s*(?:\.{4,}|_{4,}|\u2026{2,}|\.?(?:\s\.){2,}\s*:?|\.?(?:\s\.)+\s*:)")
_BOLD = re.compile(r"\*\*|__(?=\w)|(?<=\w)__(?!_)")
_BRACKETED = re.compile(r"^\s*\[(?P<label>[^\W\d_][^\]]{1,50})\]\s+(?P<value>\S.*)$")
_CHUNKED = re.compile(r"(?:\s{2,}|\t|\|\s?|;\s)(?P<label>[A-Z](?:[\w'/&.\-]| (?! )){1,40}?):(?=\s)\s*")
_STRONG = re.compile(
    r"^\s*(?:[-*\u2022]\s+)?(?P<label>(?:(?:child|mother|father|subject|patient)(?:'s)?\s+)?(?:surname"
    r"|fore ?names?(?:\(s\))?|first names?|given names?|family name|d\.?o\.?b\.?|"
    r"date of birth|nhs (?:no\.?|number)|gender|sex|post ?code|home address|address|full name|name|edd"
    r"|expected date of delivery|age))"
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


def split_fields(text: str) -> list[Field]:
    """The filled boxes that stand in one line, left to right; empty when the line is prose."""
    if len(text) > _LONGEST_LINE:
        return []
    text = _BOLD.sub("  ", text)
    folded = _LEADERS.sub(lambda dots: ":" + " " * (len(dots.group()) - 1), fold(text))
    boxed = _BRACKETED.match(folded)
    if boxed:
        value = text[boxed.start("value") :].strip()
        return [Field(read_label(boxed.group("label")), value, squeeze(text))]
    asked = _QUESTION.match(folded) or _ANSWERED.match(folded)
    if asked and _NEXT_QUESTION.search(folded):
        return [box for part in _NEXT_QUESTION.sub(r"\1\n", folded).split("\n") for box in split_fields(part)]
    if asked:
        value = text[asked.start("value") :].strip(" :-\t|")
        return [Field(read_label(asked.group("label")), value, squeeze(text))] if len(value) < 200 else []
    starts = _label_starts(folded)
    if not starts:
        return []
    fields = []
    for index, (begin, end, after) in enumerate(starts):
        stop = starts[index + 1][0] if index + 1 < len(starts) else len(text)
        value = _NEXT_NUMBER.sub("", text[after:stop]) if stop < len(text) else text[after:stop]
        value = value.strip(" \t|;,")
        fields.append(Field(read_label(folded[begin:end]), value, squeeze(text[begin:stop]).strip(" |;,")))
    lead = text[: starts[0][0]].strip(" \t|-\u2022*")
    if len(starts) == 1 and len(lead.split()) >= _SENTENCE_WORDS and lead[-1].isalpha():
        return []
    if lead and strip_numbering(lead + " ").strip() and not _is_numbering(lead):
        fields.insert(0, Field(Label(""), lead, lead))
    return fields


def starts_with_label(text: str) -> bool:
    """Whether a line begins as a box does, so that it cannot go on with the line above."""
    folded = fold(text)
    first = _FIRST.match(folded)
    return bool(
        (first and _is_label_like(first))
        or _STRONG.match(folded)
        or _QUESTION.match(folded)
        or _INSIDE.match(folded)
    )


def _is_numbering(text: str) -> bool:
    return bool(re.fullmatch(r"[-*\u2022\u00b7\u25cf>]*\s*(?:\(?[\da-z]{1,2}[.)]?)?", text.strip(), re.I))


def _label_starts(text: str) -> list[tuple[int, int, int]]:
    """(start of label, end of label, start of value) for each label of a line."""
    pairs = _table_pairs(text, [])
    if len(pairs) > 1:
        return pairs
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
        or (re.search(r"\d$", label) and match.group().rstrip()[-1:].isdigit())
    ):
        return False
    return len(label.split()) <= 16 and not _OPENS_SENTENCE.match(label)


def _is_strong(match: re.Match[str]) -> bool:
    label, value = read_label(match.group("label")), match.group("value")
    pattern = _STRONG_VALUE.get(label.fact or "")
    if pattern is not None:
        return bool(pattern.match(value))
    return bool(re.match(r"(?:[A-Z][\w'\-]+[ ,]*){1,5}$", value)) and read_label(value).fact is None
