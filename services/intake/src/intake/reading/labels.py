"""Reads the label of a box: which fact it asks for, and about whom."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.reading.blocks import fold, squeeze
from intake.reading.phrases import table

FACTS: dict[str, list[str]] = table("vocabulary")["facts"]
OWNERS: dict[str, list[str]] = table("vocabulary")["owners"]
FILLERS = frozenset(table("vocabulary")["fillers"])
PERSON_FACTS = frozenset({"name", "family", "given", "alias", "dob", "edd", "age", "sex", "nhs", "role"})
_BRACKETED = re.compile(r"\([^)]*\)|\[[^\]]*\]")
_NUMBERING = re.compile(
    r"^\s*(?:\[\d{1,2}\]\s*|[-*\u2022\u00b7\u25cf\u25aa>]+\s*|(?:q|section"
    r"|part)?\s?\d{1,2}(?:\.\d+)*[.)]\s+|\d{1,2}(?:\.\d{1,2})+\s+|(?:section|part)\s+\w{1,3}\s*[:.\-]?\s+|[a-z][.)]\s+"
    r"|[ivx]{1,4}[.)]\s+)",
    re.I,
)
_YOURSELF = {"you", "about you", "yourself", "about yourself"}
_LONGEST_WORDS = 9
_LONGEST_LETTERS = 200


@dataclass(frozen=True)
class Label:
    """`fact` is None for a box that is not known; `owner` is a class of people, `word` the word used."""

    text: str
    fact: str | None = None
    owner: str | None = None
    word: str | None = None
    number: int | None = None

    @property
    def is_known(self) -> bool:
        return self.fact is not None or self.owner is not None


def _key(phrase: str) -> str:
    return " ".join(word for word in re.findall(r"[a-z]+", phrase) if word not in FILLERS)


_FACT_BY_KEY = {_key(phrase) or phrase: fact for fact, phrases in FACTS.items() for phrase in phrases}
_OWNER_BY_WORDS = {phrase: owner for owner, phrases in OWNERS.items() for phrase in phrases}
_OWNER = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, _OWNER_BY_WORDS), key=len, reverse=True)) + r")\b"
)
_ANY_FACT = re.compile(
    r"\b(?:" + "|".join(sorted(map(re.escape, _FACT_BY_KEY), key=len, reverse=True)) + r")\b"
)
_RELATION = re.compile(r"^(?:relationship|relation|role|involvement|capacity|connection)\b")
_PEOPLE_AT = re.compile(
    r"^(?:children|child|adults|people|persons|others|occupants|those|all|family|everyone|who|person|siblings)\b.*"
    r"\b(?:at|in|living|lives|present|residing|resident|within)\b.*\b(?:address|property|home|house|household|premises)$"
)
_PLAIN_WORDS = re.compile(r"[a-z0-9]+")


def strip_numbering(text: str) -> str:
    return _NUMBERING.sub("", text, count=1)


def read_label(text: str) -> Label:
    """The label's meaning; a Label that is not known when the words are no box of ours."""
    if len(text) > _LONGEST_LETTERS:
        return Label(squeeze(text[:_LONGEST_LETTERS]))
    shown = squeeze(text)
    phrase = _normalised(shown)
    words = phrase.split()
    if not words or len(words) > _LONGEST_WORDS:
        return Label(shown)
    if _RELATION.match(phrase):
        return Label(shown, "role") if len(words) <= 6 else Label(shown)
    if _PEOPLE_AT.match(phrase):
        owner, word, _ = _take_owner(phrase.split()[0])
        return Label(shown, "people", owner if owner in {"child", "adult"} else None, word)
    if phrase in _YOURSELF:
        return Label(shown, "person", "referrer", phrase)
    if phrase == "placement address":
        return Label(shown, "address")
    owner, word, rest = _take_owner(phrase)
    number = re.search(r"\b(\d{1,2})\b", rest)
    key = _key(rest)
    fact = _FACT_BY_KEY.get(key) or _FACT_BY_KEY.get(_key(phrase)) or _several(key)
    if key and fact is None:
        return Label(shown)
    if not key and owner is None:
        return Label(shown)
    return Label(shown, fact or "person", owner, word, int(number.group(1)) if number else None)


def _normalised(text: str) -> str:
    bare = _BRACKETED.sub(" ", strip_numbering(fold(text)).lower())
    bare = re.sub(r"\bd\.?\s?o\.?\s?b\b\.?", "dob", bare)
    bare = re.sub(r"'s\b|s'(?=\s|$)|\b(?:the|this|a|an)\b", " ", bare)
    return " ".join(_PLAIN_WORDS.findall(bare))


def _take_owner(phrase: str) -> tuple[str | None, str | None, str]:
    """The owner named in a label, preferring people who are never the child when both are named."""
    found = [match.group() for match in _OWNER.finditer(phrase)]
    if not found:
        return None, None, phrase
    order = list(OWNERS)
    best = min(found, key=lambda words: order.index(_OWNER_BY_WORDS[words]))
    return _OWNER_BY_WORDS[best], best, squeeze(_OWNER.sub(" ", phrase))


def _several(key: str) -> str | None:
    """A box that asks for more than one thing at once, such as "name and date of birth"."""
    asked = {_FACT_BY_KEY[phrase] for phrase in _ANY_FACT.findall(key)}
    is_whole = len(asked) > 1 and not _ANY_FACT.sub("", key).strip()
    if is_whole and asked <= {"dob", "edd", "age"}:
        return "dob"
    if is_whole and asked <= {"name", "given", "family", "alias"}:
        return "name"
    return "person" if is_whole and asked & PERSON_FACTS else None
