"""Children whom a story tells of without a date: "my grandson Al", "her unborn baby", "a boy called Sam"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from intake.reading.blocks import fold, squeeze
from intake.reading.dates import DATE, find_dates
from intake.reading.drafts import Draft, sex_of
from intake.reading.names import Name, parse_name
from intake.reading.nouns import ADULT, CHILD, NEVER_NAMES, NOT_PEOPLE, NOUN, PLURALS, RELATED, names_in

_NOUN_NAME = re.compile(
    rf"\b(?P<noun>(?i:{CHILD}))\s*(?:,|:|-|\()?\s*(?:(?i:is|are)\s)?(?:(?i:called|named|name|being)\s)?"
    r"(?P<names>[A-Z][\w'\-]+(?:,?\s+(?:and\s+|&\s+)?[A-Z][\w'\-]+){0,5})"
)
_CALLED = re.compile(
    rf"\b(?P<noun>(?i:{CHILD}))\b[^.\n]{{0,90}}?\b(?i:called|named|names are|name is)\s+"
    r"(?P<names>[A-Z][\w'\-]+(?:,?\s+(?:and\s+|&\s+)?[A-Z][\w'\-]+){0,5})"
)
# The brother or sister of whoever writes is as likely grown up.
_MY = re.compile(r"\bmy\s+$", re.I)
_I_AM = re.compile(
    r"\b(?i:my name(?:'s| is)|i am called|i'?m called)\s+(?P<names>[A-Z][\w'\-]+(?:\s[A-Z][\w'\-]+){0,2})"
)
# Typed without a single capital: "hes called tyrone i think", "my name is kezia cymbal".
_LOWER = re.compile(
    r"\b(?:(?P<he>he'?s|he is|boy|son|brother)|(?P<she>she'?s|she is|girl|daughter|sister)|child|baby|kid"
    r"|my name(?:'?s| is)(?= ))(?: is| was)?(?: called| named)? (?P<names>[a-z'\-]{3,}(?: [a-z'\-]{3,})?)"
)
_SAYS_CALLED = re.compile(r"\b(?:called|named|my name)\b")
_FULL_NAME = re.compile(
    r"(?<![\w'.-])[A-Z][a-z'\-]+(?: [A-Z][\w'\-]+){1,2}(?='s\b|\s*\(|\s+[a-z]|[.,;]\s|[.]?$)", re.M
)
_TITLED = re.compile(
    rf"\b(?:{ADULT}|dear|hi|hello|regards|thanks|cheers|from|by|cllr|called|at|in|near|on"
    rf"|to)\.?,?\s*(?:is |was |called |named )?$",
    re.I,
)
_EXPECTED = re.compile(
    r"\b(?:EDD|EDC|E\.D\.D\.?|(?:expected|estimated) (?:due )?(?:date of )?(?:delivery|birth|due date)"
    r"(?: date)?"
    r"|(?:baby|is|she is|she's|unborn[^.\n]{0,30}) due(?: on| to be born on)?"
    r"|due date|due to (?:give birth|deliver)(?: on)?)\b\s*(?:is|of|:|=|-|on|\()?\s*(?:the )?"
    rf"(?P<date>{DATE.pattern})",
    re.I,
)
_UNBORN = re.compile(
    r"\b(?:her|the|their|an|this|and|mother's) (?:\w+ )?unborn\b(?: (?:baby|child|infant))?", re.I
)


def find_called_children(text: str) -> list[Draft]:
    """Children who are only named: "my grandson Alfie Outline", "Robin and Wren Example"."""
    folded = fold(text)
    people: list[Draft] = []
    for pattern in (_NOUN_NAME, _CALLED, _I_AM):
        for match in pattern.finditer(folded):
            if _is_shouted(folded, match):
                continue
            noun = _last_noun(match)
            is_of_adult = re.search(
                rf"\b(?:{ADULT})(?:'s|s')\s+(?:\w+\s+)?$",
                folded[max(0, match.start() - 30) : match.start()],
                re.I,
            )
            is_writers = noun in {"sister", "brother"} and _MY.search(folded[: match.start()][-12:])
            if (
                is_writers
                or (is_of_adult and noun in RELATED)
                or re.search(r"\bun-?born\s+$", folded[: match.start()][-12:], re.I)
            ):
                continue
            people.extend(_called(match.group("names"), noun, squeeze(text[match.start() : match.end()])))
    return people or list(_lower_case(folded))


def _lower_case(text: str) -> Iterator[Draft]:
    """Names of children in a message that uses no capitals, where a word says that they are names."""
    for match in _LOWER.finditer(text):
        words: list[str] = []
        for word in match.group("names").split():
            if word in NEVER_NAMES:
                break
            words.append(word)
        if words and _SAYS_CALLED.search(match.group()):
            sex = "M" if match.group("he") else "F" if match.group("she") else None
            draft = Draft(owner="child", name=parse_name(" ".join(words)), sex=sex, from_prose=True)
            draft.note("name", squeeze(match.group()))
            yield draft


def _last_noun(match: re.Match[str]) -> str:
    """The noun nearest the name: of "two kids (a boy called Frankie" the boy."""
    if "noun" not in match.groupdict():
        return "child"
    nouns = [
        found.group("child") for found in NOUN.finditer(match.string[match.start() : match.start("names")])
    ]
    return next((noun.lower() for noun in reversed(nouns) if noun), match.group("noun").lower())


def _is_shouted(text: str, match: re.Match[str]) -> bool:
    """In a line all in capitals any word may look like a name; only two words together are taken for one."""
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.end() + 40].split("\n")[0]
    words = match.group("names").replace(",", "").split()
    return line.isupper() and (len(words) != 2 or any(word.lower() in NEVER_NAMES for word in words))


def _called(names: str, noun: str, words: str) -> Iterator[Draft]:
    sex = sex_of(noun) or PLURALS.get(noun)
    for name in names_in(names):
        draft = Draft(owner="child", word=noun, name=name, sex=sex, from_prose=True)
        draft.note("name", words)
        if sex:
            draft.note("sex", words)
        yield draft


def find_unborn(text: str) -> list[Draft]:
    """An expected date told in running text, or an unborn child merely spoken of."""
    folded = fold(text)
    found: list[Draft] = []
    for match in (*_EXPECTED.finditer(folded), *_UNBORN.finditer(folded)):
        date_words = match.groupdict().get("date")
        draft = Draft(owner="child", word="unborn", unborn=True, from_prose=True)
        draft.edd = find_dates(date_words)[0].value if date_words else None
        draft.note("edd" if draft.edd else "unborn", squeeze(text[match.start() : match.end()]))
        found.append(draft)
    return found


def is_related(draft: Draft) -> bool:
    """Whether the word used makes this another child of the same family."""
    return draft.word in RELATED


def find_named(text: str, known: Iterable[Name]) -> list[Draft]:
    """The one person whom a story names in full, where nothing calls anybody a child."""
    families = {name.family for name in known if name.family}
    folded = fold(text)
    found: dict[Name, Draft] = {}
    for match in _FULL_NAME.finditer(folded):
        if _is_somebody_else(folded, match):
            continue
        name = parse_name(match.group())
        if name.is_known and name.family not in families:
            draft = found.setdefault(name, Draft(owner="child", name=name, from_prose=True, guessed=True))
            draft.note("name", squeeze(match.group()))
    return list(found.values()) if len(found) == 1 else []


def _is_somebody_else(text: str, match: re.Match[str]) -> bool:
    """A place, a heading, a grown-up by title or role, or a line that is only a name."""
    line_start = text[text.rfind("\n", 0, match.start()) + 1 : match.start()].strip()
    if not line_start and not re.match(r"\s+[a-z]|'s", text[match.end() : match.end() + 4]):
        return True
    if any(word.lower() in NEVER_NAMES for word in match.group().split()) or NOT_PEOPLE.search(match.group()):
        return True
    after = text[match.end() : match.end() + 24]
    return bool(
        _TITLED.search(text[max(0, match.start() - 28) : match.start()])
        or re.match(rf"\W{{0,3}}(?:{ADULT})\b", after, re.I)
    )
