"""People's names as senders write them: "SURNAME, Given", "Given FAMILY", "Given Family"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from intake.reading.blocks import fold, squeeze

_TITLES = (
    r"(?:mr|mrs|ms|miss|mx|master|mstr|dr|sir|baby|unnamed|infant|child"
    r"|pc|ps|dc|ds|di|sgt|insp|rev|prof)"
)
_TITLE = re.compile(rf"^(?:{_TITLES}\.?\s+)+(?=\S)", re.I)
_ALIAS = re.compile(
    r"[\s,;(\[]*\b(?:a\.?k\.?a\.?|also known as|known as|alias|previously|formerly|n[e\u00e9]e"
    r"|preferred name|prefers)\b.*$",
    re.I | re.S,
)
_UNKNOWN = re.compile(
    r"^\W*(?:(?:(?:sur)?name\s+|surname\s+)?(?:is\s+)?(?:not|un)[\s-]?(?:known|stated|given|recorded"
    r"|provided|disclosed|named|applicable|born)"
    r"|n/?k|n/?a|tbc|tba|none|nil|anon(?:ymous)?|unborn(?: baby| child| infant)?|baby|unsure|refused"
    r"|as above|see (?:above|below)|self|same"
    r"|male|female|child|infant|unidentified(?: child)?|x+|-+|\?+)?\W*$",
    re.I,
)
_PARTICLES = {
    "de",
    "da",
    "do",
    "dos",
    "del",
    "della",
    "di",
    "van",
    "von",
    "der",
    "den",
    "la",
    "le",
    "el",
    "al",
    "bin",
    "ibn",
    "bint",
    "st",
    "o",
    "ter",
    "ten",
    "abu",
    "ap",
}
_WORD = r"[^\W\d_](?:[^\W\d_]|['.\-](?=[^\W\d_]))*"
NAME_WORD = re.compile(_WORD)
_SENTENCE_WORD = re.compile(
    r"\b(?:on|your|our|for|of|to|with|and|is|was|at|in|from|please|see|attached|not|has|have|that|this)\b"
)
_NAME = re.compile(rf"^{_WORD}(?:[ ,]+{_WORD}){{0,6}}$")


@dataclass(frozen=True)
class Name:
    given: str | None = None
    family: str | None = None

    @property
    def is_known(self) -> bool:
        return bool(self.given or self.family)


def parse_name(text: str) -> Name:
    """Given and family name. A single word is a given name. Unknown, or not a name at all: an empty Name."""
    cleaned = clean_name(text)
    if not cleaned or not _NAME.match(cleaned) or _SENTENCE_WORD.search(cleaned):
        return Name()
    if "," in cleaned:
        family, _, given = cleaned.partition(",")
        is_nameless = given.strip().lower() in {"baby", "infant", "newborn", "child", "unborn"}
        return Name(None if is_nameless else cased(given.replace(",", " ")), cased(family))
    words = cleaned.split()
    if len(words) == 1:
        one = cased(words[0])
        return Name(None, one) if re.search(r"\bunnamed\b", text, re.I) else Name(one, None)
    return _split(words)


def clean_name(text: str) -> str:
    """The bare name, without titles, aliases and bracketed remarks; empty when it says "not known"."""
    bare = re.sub(r"[(\[][^)\]]*(?:[)\]]|$)", " ", _ALIAS.sub("", squeeze(fold(text))))
    bare = re.sub(r"[\"*]|\s'(?=\w)|(?<=\w)'(?=\s)", " ", bare)
    bare = squeeze(_TITLE.sub("", bare.strip(" .,;:-'/|")))
    return "" if _UNKNOWN.match(bare) else bare.strip(" .,;:-/")


def name_part(text: str) -> str | None:
    """One part of a name as a form asks for it (surname, forenames)."""
    cleaned = clean_name(text).replace(",", " ")
    return cased(cleaned) if cleaned and _NAME.match(squeeze(cleaned)) else None


def _split(words: list[str]) -> Name:
    capitals = [len(word) > 1 and word.isupper() for word in words]
    if any(capitals) and not all(capitals):
        family = [word for word, is_capital in zip(words, capitals, strict=True) if is_capital]
        given = [word for word, is_capital in zip(words, capitals, strict=True) if not is_capital]
        return Name(cased(" ".join(given)), cased(" ".join(family)))
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return Name(cased(" ".join(words[:start])), cased(" ".join(words[start:])))


def cased(text: str) -> str | None:
    """Capitals as in ordinary writing: TESTCASE becomes Testcase, O'NEILL O'Neill; mixed writing is kept."""
    words = [_cased_word(word) for word in squeeze(text).strip(" ,.").split()]
    return " ".join(words) or None


def _cased_word(word: str) -> str:
    if not (word.isupper() or word.islower()) or (word.lower() in _PARTICLES and word.islower()):
        return word
    written = re.sub(r"[^\W\d_]+", lambda part: part.group().capitalize(), word)
    written = re.sub(r"'S$", "'s", written)
    return re.sub(r"^(Mc)([a-z])", lambda part: part.group(1) + part.group(2).upper(), written)


def is_same(one: Name, other: Name) -> bool:
    """Whether two writings may be one person: first given names agree and families do not differ."""
    if one.family and other.family and _key(one.family) != _key(other.family):
        return False
    if one.given and other.given:
        return _key(one.given.split()[0]) == _key(other.given.split()[0])
    return bool(one.family and other.family) and not (one.given and other.given)


def _key(text: str) -> str:
    return re.sub(r"[\W_]", "", text).casefold()
