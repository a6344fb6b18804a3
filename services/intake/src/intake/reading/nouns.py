"""The nouns that people are called by in running text, and which words may be names."""

from __future__ import annotations

import re
from collections.abc import Iterable

from intake.reading.names import Name, parse_name
from intake.reading.phrases import any_of, table

_WORDS = table("people")
_NOUNS: dict[str, list[str]] = _WORDS["child_nouns"]


def _alternatives(words: Iterable[str]) -> str:
    return "|".join(sorted((re.escape(word) for word in words), key=len, reverse=True))


CHILD = _alternatives(word for words in _NOUNS.values() for word in words)
ADULT = _alternatives(_WORDS["adult_nouns"])
NEVER_NAMES = frozenset(_WORDS["not_names"]) | {
    word for words in (*_NOUNS.values(), _WORDS["adult_nouns"]) for word in words
}
KIN = frozenset(_WORDS["kin"])
CALLINGS = frozenset(_WORDS["adult_nouns"]) - KIN
PLURALS = {
    "sons": "M",
    "brothers": "M",
    "boys": "M",
    "grandsons": "M",
    "daughters": "F",
    "sisters": "F",
    "girls": "F",
}
RELATED = {
    word
    for word in (*_NOUNS["male"], *_NOUNS["female"], *_NOUNS["either"])
    if re.search("bro|sis|sib|twin|^baby$", word)
}
NOT_PEOPLE = any_of(map(re.escape, _WORDS["not_people"]), r"\b", r"\b")
NOUN = re.compile(rf"\b(?:(?P<child>{CHILD})|(?P<adult>{ADULT}))\b(?!'s)", re.I)


def names_in(text: str) -> list[Name]:
    """The names of a list, the last one's family name shared by those that have none."""
    if re.fullmatch(r"[A-Z'\-]+, [A-Z][\w'\-]*(?: [A-Z][\w'\-]*)?", text):
        return [parse_name(text)]
    parts = re.split(r",?\s+(?:and|&)\s+|,\s+", text)
    trimmed = [words for part in parts if (words := name_words(part))]
    names = [name for words in trimmed if (name := parse_name(words)).given]
    family = names[-1].family if len(names) > 1 else None
    return [Name(name.given, name.family or family) for name in names]


def name_words(text: str) -> str:
    kept: list[str] = []
    for word in text.split():
        bare = re.sub(r"'s$", "", word.lower())
        if bare in NEVER_NAMES and not (len(kept) == 1 and bare in CALLINGS and word.istitle()):
            break
        kept.append(re.sub(r"'s$", "", word))
    return " ".join(kept)
