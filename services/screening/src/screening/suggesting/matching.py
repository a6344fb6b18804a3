"""Finds phrases in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from screening.suggesting.words import Compounds, Sentence, Word

# How many other words may stand between neighbours, near and wide, and between groups in any order.
NEAR = 2
WIDE = 5
TOGETHER = 7
_PERSON = "{anyone}"

# Where a part of a phrase was found: the places of its first and its last word.
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Part:
    """One word of a phrase: any of ``keys``, at most ``gap`` other words after the word before it.

    ``after_person``: the word before it is somebody who acts, so that nobody else may come between.
    """

    keys: frozenset[str]
    gap: int
    after_person: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """What an owner asks for, in groups; more than one group may stand in any order.

    ``anchor`` is the group and the part by which it is looked up; ``needs`` are the keys of its other parts.
    """

    owner: str
    text: str
    groups: tuple[tuple[Part, ...], ...]
    anchor: tuple[int, int]
    has_negation: bool
    needs: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """Where a phrase was found: the places of its words in the sentence."""

    phrase: Phrase
    sentence: Sentence
    places: tuple[int, ...]

    @property
    def first(self) -> int:
        return min(self.places)

    @property
    def last(self) -> int:
        return max(self.places)


@dataclass(frozen=True)
class PhraseBook:
    """Phrases by the words they are looked up with."""

    by_key: Mapping[str, tuple[Phrase, ...]]
    compounds: Compounds

    def find(self, sentence: Sentence) -> Iterator[Match]:
        """Every phrase in the sentence, once for each place where its rarest word stands."""
        present = {key for word in sentence.words for key in word.keys}
        present.update(key for word in sentence.words for _, keys in word.starts for key in keys)
        for place, word in enumerate(sentence.words):
            yield from self._at(sentence, present, (place, place), word.keys)
            for length, keys in word.starts:
                yield from self._at(sentence, present, (place, place + length - 1), keys)

    def _at(self, sentence: Sentence, present: set[str], span: Span, keys: Iterable[str]) -> Iterator[Match]:
        for key in keys:
            for phrase in self.by_key.get(key, ()):
                if _may_be(phrase, present):
                    spans = _match(phrase, sentence, span)
                    if spans:
                        places = {at for first, last in spans for at in range(first, last + 1)}
                        yield Match(phrase, sentence, tuple(sorted(places)))


def _may_be(phrase: Phrase, present: set[str]) -> bool:
    """Whether the sentence has a word for each part; most phrases are out at this first glance."""
    for keys in phrase.needs:  # noqa: SIM110, it is the innermost loop, and this form is the quickest
        if keys.isdisjoint(present):
            return False
    return True


def _match(phrase: Phrase, sentence: Sentence, span: Span) -> tuple[Span, ...] | None:
    group_at, part_at = phrase.anchor
    found = _match_group(phrase.groups[group_at], part_at, sentence, span)
    if found is None or len(phrase.groups) == 1:
        return found
    for number, group in enumerate(phrase.groups):
        if number != group_at:
            near = _nearest(group, sentence, found)
            if near is None:
                return None
            found = (*found, *near)
    return found


def _nearest(group: tuple[Part, ...], sentence: Sentence, found: tuple[Span, ...]) -> tuple[Span, ...] | None:
    """The group where it stands closest to what was found, sharing no word with it."""
    first, last = min(span[0] for span in found), max(span[1] for span in found)
    low, high = max(0, first - TOGETHER), min(len(sentence.words), last + TOGETHER + 1)
    for place in sorted(range(low, high), key=lambda at: min(abs(at - first), abs(at - last))):
        for end in _ends_from(group[0], sentence.words[place], place):
            spans = _forwards(group, 1, sentence, ((place, end),))
            if spans and not any(_overlap(one, other) for one in spans for other in found):
                return spans
    return None


def _overlap(one: Span, other: Span) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _ends_from(part: Part, word: Word, place: int) -> Iterator[int]:
    """The last places of what the part may be, if it begins with the word at this place."""
    for length, keys in word.starts:
        if not part.keys.isdisjoint(keys):
            yield place + length - 1
    if not part.keys.isdisjoint(word.keys):
        yield place


def _starts_to(part: Part, word: Word, place: int) -> Iterator[int]:
    """The first places of what the part may be, if it ends with the word at this place."""
    for length, keys in word.ends:
        if not part.keys.isdisjoint(keys):
            yield place - length + 1
    if not part.keys.isdisjoint(word.keys):
        yield place


def _match_group(
    group: tuple[Part, ...], part_at: int, sentence: Sentence, span: Span
) -> tuple[Span, ...] | None:
    before = _backwards(group, part_at, sentence, (span,))
    return None if before is None else _forwards(group, part_at + 1, sentence, before)


def _forwards(
    group: tuple[Part, ...], part_at: int, sentence: Sentence, found: tuple[Span, ...]
) -> tuple[Span, ...] | None:
    if part_at == len(group):
        return found
    part, words = group[part_at], sentence.words
    left = part.gap
    for place in range(found[-1][1] + 1, len(words)):
        left -= sentence.pauses[place] if part.gap else 0
        if left < 0 or (place in sentence.breaks and part.gap < WIDE):
            return None
        for end in _ends_from(part, words[place], place):
            whole = _forwards(group, part_at + 1, sentence, (*found, (place, end)))
            if whole:
                return whole
        left -= 1
        if left < 0 or (part.after_person and _PERSON in words[place].keys):
            return None
    return None


def _backwards(
    group: tuple[Part, ...], part_at: int, sentence: Sentence, found: tuple[Span, ...]
) -> tuple[Span, ...] | None:
    if part_at == 0:
        return found
    part, after, words = group[part_at - 1], group[part_at], sentence.words
    next_place = found[0][0]
    left = after.gap - (sentence.pauses[next_place] if after.gap else 0)
    if next_place in sentence.breaks and after.gap < WIDE:
        return None
    for place in range(next_place - 1, -1, -1):
        if left < 0:
            return None
        for start in _starts_to(part, words[place], place):
            whole = _backwards(group, part_at - 1, sentence, ((start, place), *found))
            if whole:
                return whole
        if place in sentence.breaks and after.gap < WIDE:
            return None
        if after.after_person and _PERSON in words[place].keys:
            return None
        left -= 1 + (sentence.pauses[place] if after.gap else 0)
    return None
