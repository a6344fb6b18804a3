"""Which kinds of concern a message tells of, each with the words that tell it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from intake.reading.blocks import fold, squeeze
from intake.reading.items import Field, Heading, Item, Prose, Row
from intake.reading.negation import is_denied, is_supposed
from intake.reading.phrases import any_of, table
from intake.reading.ticks import options

_PATTERNS = {tag: any_of(phrases, r"(?<![\w-])") for tag, phrases in table("concerns")["told"].items()}
_TICK_PATTERNS = {tag: any_of(phrases, r"\b") for tag, phrases in table("concerns")["ticked"].items()}
_TITLE = any_of(table("concerns")["titles"])
_YES = re.compile(
    r"^\W*(?:y|yes|true|present|x|\u2713|\u2714|\u2612|confirmed|suspected)\b|^\W*[\u2713\u2714\u2612]", re.I
)
_NO = re.compile(
    r"^\W*(?:no|n|none|nil|false|not (?:known|applicable|identified|disclosed|present|reported|seen"
    r"|at this time)|n/?a|unknown|unsure|-+|denied|negative)\b(?! (?:food|bed|adult|heating|electric|coat"
    r"|answer|gas))|^\W*[\u2610\u25a1]\W*$|^\W*$",
    re.I,
)
_IS_INJURY = re.compile(
    r"black eye|bruis|fracture|broken|swollen|injur|cut|red mark|scratch|bite|burn|slap|head injury", re.I
)
_OF_ADULT = re.compile(
    r"\b(?:mum|mummy|mother|partner|wife|husband|victim|grandmother|nan|boyfriend|girlfriend|he has"
    r"|he had)\b(?!'s (?:boyfriend|partner|husband|ex))(?:(?!\b(?:child|son|daughter|baby|boy|girl|pupil"
    r"|he|she|him|his)\b)[^.])*$",
    re.I,
)
# "Mother came to the station. She had a red mark": she is the one of whom the sentence before began.
_SHE_AFTER_HER = re.compile(
    r"(?:^|[.\n]\s*)(?:the |his |her |their )?(?:(?:mother|mum|wife|girlfriend|grandmother|nan)\b(?!'s)"
    r"(?:(?!\b(?:daughter|girl|child|baby|sister)\b)[^.\n])*[.\n]\s*she\b"
    r"|(?:father|dad|husband|boyfriend|grandfather)\b(?!'s)"
    r"(?:(?!\b(?:son|boy|child|baby|brother)\b)[^.\n])*[.\n]\s*he\b)[^.\n]*$",
    re.I,
)
_IS_THREAT = re.compile(r"threat", re.I)
_IS_BLOW = re.compile(r"(?:beat|hit|kick|punch|slap|chok|strik|strangl)\w* (?:her|him)\b", re.I)
_OF_EX = re.compile(
    r"\bex[- ]?(?:partner|husband|boyfriend|wife|girlfriend)\b"
    r"(?:(?!\b(?:child|son|daughter|baby|boy|girl|pupil)\b)[^.\n])*$",
    re.I,
)
_OF_PARTNER = re.compile(
    r"\b(?:her|his|my) (?:ex\b|ex-?\s?(?:partner|husband|boyfriend|wife)|partner|husband|boyfriend|wife)"
    r"(?:(?!\b(?:child|son|daughter|baby|boy|girl|pupil)\b)[^.\n])*$",
    re.I,
)
_TWO_SENTENCES = 400
_HEADLINE = re.compile(
    r"\b(?:type|kind|nature|category|categories|form)s? of (?:the )?(?:concern|abuse|harm|risk)"
    r"|(?:concern|abuse|harm) (?:type|category|kind)",
    re.I,
)


def with_subject(found: dict[str, str], subject: str) -> dict[str, str]:
    """The concerns with those that the subject line alone tells."""
    told = dict(found)
    _from_text(subject, told)
    return told


def find_concerns(items: Iterable[Item]) -> dict[str, str]:
    """Tag to evidence, in the order in which the message tells them."""
    found: dict[str, str] = {}
    prose: list[str] = []
    for item in items:
        if isinstance(item, Prose):
            prose.append(item.text)
            continue
        _from_prose(prose, found)
        prose = []
        if isinstance(item, Field):
            _from_field(item, found)
        elif isinstance(item, Row):
            for field in item.fields:
                if field.label.fact in {None, "narrative", "other"}:
                    _from_text(field.value, found)
        elif isinstance(item, Heading) and item.label.fact is None:
            _from_text(item.label.text, found, is_heading=True)
    _from_prose(prose, found)
    return found


def _from_prose(lines: list[str], found: dict[str, str]) -> None:
    text = "\n".join(lines)
    chosen = options(text)
    if chosen:
        _from_options(chosen, found)
        text = re.sub(
            r"^.*(?:[\u2610\u2611\u2612\u2713\u2714\u25a1]|\[[ xX]?\]|\([xX ]\)).*$", "", text, flags=re.M
        )
    _from_text(_unwrapped(text), found)


def _unwrapped(text: str) -> str:
    """Sentences that were broken over lines, whole again."""
    return re.sub(r"(?<=[^\n.:;!?])\n(?=[^\n])", " ", text)


def _from_field(item: Field, found: dict[str, str]) -> None:
    chosen = options(item.value)
    if (chosen and _HEADLINE.search(item.label.text)) or (chosen and not _about_one(item.label.text)):
        _from_options(chosen, found)
        return
    if chosen:
        ticked = next((text for text, is_ticked in chosen if is_ticked), "")
        _from_answer(item, ticked, found)
        return
    if item.label.fact in {
        "name",
        "family",
        "given",
        "dob",
        "address",
        "organisation",
        "job",
        "telephone",
        "email",
        "role",
        "place",
        "nhs",
    }:
        return
    _from_answer(item, item.value, found)


def _about_one(label: str) -> bool:
    return any(pattern.search(label) for pattern in _PATTERNS.values()) and not _HEADLINE.search(label)


def _from_answer(item: Field, answer: str, found: dict[str, str]) -> None:
    """A box that asks about one kind of harm is answered yes, no, or in words."""
    named = (
        [tag for tag, pattern in _PATTERNS.items() if pattern.search(item.label.text)]
        if len(item.label.text.split()) <= 7
        else []
    )
    named += [
        tag
        for tag, pattern in _TICK_PATTERNS.items()
        if tag not in named and pattern.match(item.label.text) and len(item.label.text) < 40
    ]
    if named and not item.label.is_known:
        if _NO.match(answer):
            return
        if _YES.match(answer) or len(answer) > 12:
            for tag in named:
                found.setdefault(tag, item.words)
    if _HEADLINE.search(item.label.text):
        _from_options(
            [
                (part, True)
                for part in re.split(r"[,;/\n]|\band\b", answer)
                if not is_denied(part, len(part), len(part))
            ],
            found,
        )
    _from_text(_unwrapped(answer), found)


def _from_options(chosen: list[tuple[str, bool]], found: dict[str, str]) -> None:
    for text, is_ticked in chosen:
        if not is_ticked:
            continue
        for tag, pattern in _TICK_PATTERNS.items():
            if pattern.search(text):
                found.setdefault(tag, squeeze(text))
        _from_text(text, found)


def _from_text(text: str, found: dict[str, str], *, is_heading: bool = False) -> None:
    text = re.sub(
        r'\s*["\u201c\u201d]\s*', lambda mark: " " if mark.group().strip() != mark.group() else "", text
    )
    folded = fold(text)
    for tag, pattern in _PATTERNS.items():
        if tag in found:
            continue
        for match in pattern.finditer(folded):
            if is_heading and _TITLE.match(folded[match.end() :]):
                continue
            if _is_told(tag, folded, match):
                found[tag] = squeeze(text[match.start() : match.end()])
                break


def _is_hers(before: str) -> bool:
    """Whether the sentence goes on about a grown-up with whom the one before it began."""
    return bool(_SHE_AFTER_HER.search(before[-_TWO_SENTENCES:]))


def _is_told(tag: str, text: str, match: re.Match[str]) -> bool:
    start, end = match.span()
    if (
        tag == "physical_abuse"
        and _IS_INJURY.match(match.group())
        and (_OF_ADULT.search(text[max(0, start - 45) : start]) or _is_hers(text[:start]))
    ):
        return False
    if tag == "physical_abuse" and _IS_BLOW.match(match.group()) and _OF_EX.search(text[:start]):
        return False
    if tag == "emotional_abuse" and _IS_THREAT.match(match.group()) and _OF_PARTNER.search(text[:start]):
        return False
    own_no = re.match(r"(?:no|not|doesn't|does not|don't|didn't|without|lack)\b", match.group(), re.I)
    if _TITLE.match(text[end : end + 40]):
        return False
    if is_supposed(text, start, end):
        return False
    return bool(own_no) or not is_denied(text, start, end)
