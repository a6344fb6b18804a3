"""Whether what stands around the words of a phrase undoes them: denied, only supposed, or long ago."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from mash.partnerships.lexicon import lexicon

from screening.suggesting.matching import Match
from screening.suggesting.words import Sentence

_NEAR = 4
_LIST = 9
_FAR = 14
_AFTER = 6
_CLOSE_AFTER = 3
_LIST_WORDS = frozenset({"or", "and", "nor", "of", "the", "a", "an", "any", "other", "to", "no"})
_AUXILIARIES = frozenset(
    [
        "is",
        "was",
        "are",
        "were",
        "be",
        "been",
        "being",
        "has",
        "have",
        "had",
        "do",
        "does",
        "did",
        "will",
        "would",
        "can",
        "could",
        "should",
        "may",
        "might",
    ]
)
CUES = (
    "not_negators",
    "denials",
    "denied_after",
    "supposed",
    "long_ago",
    "in_the_past",
    "nowadays",
    "general",
    "not_general",
)


@dataclass(frozen=True)
class Cues:
    """Where the phrases that undo a finding stand in one sentence, by their kind."""

    found: Mapping[str, Sequence[tuple[int, int]]]

    def spans(self, kind: str) -> Sequence[tuple[int, int]]:
        return self.found.get(kind, ())


def is_denied(match: Match, cues: Cues) -> str | None:
    """The word that denies the match, or None."""
    sentence, places = match.sentence, frozenset(match.places)
    if not match.phrase.has_negation:
        inside = _negator_inside(match, places, cues)
        if inside is not None:
            return inside
        near = _negator_before(sentence, match.first, places, cues)
        if near is not None:
            return near
    if _is_answered_no(sentence, match.last):
        return sentence.words[match.last + 1].exact
    for start, end in _apart(cues.spans("denials"), places):
        if not _is_contrary(start, end, cues) and _reaches(sentence, end, match):
            return sentence.words[end].exact
    for start, _ in _apart(cues.spans("denied_after"), places):
        is_close = match.last < start <= match.last + _AFTER
        if is_close and not _broken(sentence, match.last + 1, start):
            return sentence.words[start].exact
    return None


def _apart(spans: Iterable[tuple[int, int]], places: Collection[int]) -> Iterator[tuple[int, int]]:
    """The spans that share no word with the match."""
    return ((start, end) for start, end in spans if not any(start <= place <= end for place in places))


def _is_answered_no(sentence: Sentence, last: int) -> bool:
    """Whether the words are a question of a form and the answer to it is no ("Self-harm: none")."""
    return (
        last + 2 == len(sentence.words)
        and sentence.pauses[last + 1] > 0
        and sentence.words[last + 1].exact in {"no", "none", "nil", "unknown", "na"}
    )


def _negator_inside(match: Match, places: Collection[int], cues: Cues) -> str | None:
    for place in range(match.first + 1, match.last):
        if place not in places and _negates(match.sentence, place, cues):
            return match.sentence.words[place].exact
    return None


def _negator_before(sentence: Sentence, first: int, places: Collection[int], cues: Cues) -> str | None:
    """A negator close by, or further off where only a list stands between."""
    is_list = True
    for distance, place in enumerate(range(first - 1, max(-1, first - 1 - _LIST), -1), start=1):
        if place + 1 in sentence.breaks:
            return None
        word = sentence.words[place]
        if _negates(sentence, place, cues) and place not in places:
            if any(sentence.pauses[place + 1 : first + 1]) and not _is_list(sentence, place, first):
                return None
            if distance <= _NEAR and not _new_subject(sentence, place, first):
                return word.exact
            if is_list and word.exact in {"no", "nil", "without", "never", "neither", "nor"}:
                return word.exact
            return None
        if word.exact in _AUXILIARIES or any(key in _PEOPLE_KEYS for key in word.keys):
            is_list = False
            if distance > _NEAR:
                return None
    return None


def _is_list(sentence: Sentence, negator: int, first: int) -> bool:
    """Whether what comes after the negator is one list ("no cuts, burns or bruises")."""
    return any(word.exact in {"or", "nor"} for word in sentence.words[negator + 1 : first + 4])


_PEOPLE_KEYS = frozenset({"{anyone}"})


def _new_subject(sentence: Sentence, negator: int, first: int) -> bool:
    """Whether somebody else begins to act between the negator and the match ("did not know he was hit")."""
    between = sentence.words[negator + 1 : first]
    joined = any(
        word.exact in {"and", "so", "that", "how", "why", "who", "what", "when", "because"}
        for word in between
    )
    person = any(not _PEOPLE_KEYS.isdisjoint(word.keys) for word in between)
    return (joined and person) or (any(sentence.pauses[negator + 1 : first]) and person)


def _negates(sentence: Sentence, place: int, cues: Cues) -> bool:
    if sentence.words[place].exact not in lexicon().negators:
        return False
    return not any(start <= place <= end for start, end in cues.spans("not_negators"))


def _reaches(sentence: Sentence, end: int, match: Match) -> bool:
    """Whether a denial that ends there denies the match: it stands before it, or between its words."""
    if end < match.first:
        return match.first - end <= _FAR and not _broken(sentence, end + 1, match.first)
    return end < match.last


def _is_contrary(start: int, end: int, cues: Cues) -> bool:
    """Whether the denial is itself undone ("did not deny", "cannot be ruled out")."""
    return any(first <= end and start <= last for first, last in cues.spans("not_negators"))


def _broken(sentence: Sentence, start: int, end: int) -> bool:
    return any(place in sentence.breaks for place in range(start, end + 1))


def is_supposed(match: Match, cues: Cues) -> str | None:
    """The words that make it a matter of training, fiction or asking."""
    if any(end < match.last for _, end in cues.spans("not_general")):
        return None
    for start, end in _apart(cues.spans("supposed"), match.places):
        near = start <= match.last + _CLOSE_AFTER and match.first - end <= _FAR
        if near and not _broken(match.sentence, min(end, match.first) + 1, max(start, match.first)):
            return _quoted(match.sentence, start, end)
    return None


def past_words(match: Match, cues: Cues, *, weak: bool) -> str | None:
    """The words that put the match in the past: long ago, or with ``weak`` also merely before."""
    if any(not _broken(match.sentence, *sorted((span[0], match.last))) for span in cues.spans("nowadays")):
        return None
    kinds = ("long_ago", "in_the_past") if weak else ("long_ago",)
    for kind in kinds:
        for start, end in _apart(cues.spans(kind), match.places):
            low, high = min(end, match.last), max(start, match.first)
            if high - low <= _FAR and not _broken(match.sentence, low + 1, high):
                return _quoted(match.sentence, start, end)
    return None


def _quoted(sentence: Sentence, start: int, end: int) -> str:
    return " ".join(word.exact for word in sentence.words[start : end + 1])
