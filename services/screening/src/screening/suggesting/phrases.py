"""Reads the notation of phrases, which mash.partnerships.signs explains, and finds them in a sentence."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from mash.partnerships.lexicon import Lexicon, lexicon

from screening.suggesting.stems import stem
from screening.suggesting.words import Compounds, Sentence, Word, read_phrase_word

NEAR = 2
WIDE = 5
WIDE_GAP = ".."
TOGETHER = 7
# Words so frequent that looking a phrase up by them would be slow.
_FREQUENT = 1000
_PERSON = "{anyone}"
_PEOPLE = frozenset(
    [
        "parent",
        "mother",
        "father",
        "step",
        "partner",
        "relative",
        "grown",
        "adult",
        "child",
        "sibling",
        "victim",
        "offender",
        "anyone",
    ]
)
_NEGATIVE = frozenset(
    {"no", "not", "never", "without", "nobody", "nothing", "nil", "none", "cannot", "nor", "hardly", "barely"}
)


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

    ``anchor`` is the group and the part by which it is looked up.
    """

    owner: str
    text: str
    groups: tuple[tuple[Part, ...], ...]
    anchor: tuple[int, int]
    has_negation: bool


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


@dataclass
class PhraseBook:
    """Phrases by the words they are looked up with."""

    by_key: Mapping[str, tuple[Phrase, ...]]
    compounds: Compounds
    owners: frozenset[str] = field(default_factory=frozenset)

    def find(self, sentence: Sentence) -> Iterator[Match]:
        """Every phrase in the sentence, once for each place where its rarest word stands."""
        present = {key for word in sentence.words for key in word.keys}
        for place, word in enumerate(sentence.words):
            for key in word.keys:
                for phrase in self.by_key.get(key, ()):
                    if _may_be(phrase, present):
                        places = _match(phrase, sentence, place)
                        if places:
                            yield Match(phrase, sentence, places)


def compile_phrases(phrases: Mapping[str, Iterable[str]]) -> PhraseBook:
    """A book of the phrases of each owner."""
    words = lexicon()
    compounds = _compounds(words, (text for texts in phrases.values() for text in texts))
    made = [
        (owner, text, groups)
        for owner, texts in phrases.items()
        for text in texts
        for groups in _variants(text, compounds)
    ]
    counts: Counter[str] = Counter()
    for _, _, groups in made:
        counts.update({key for group in groups for part in group for key in part.keys})
    by_key: dict[str, list[Phrase]] = defaultdict(list)
    for owner, text, groups in made:
        anchor = _anchor(groups, counts, words)
        negative = any(part.keys & _NEGATIVE for group in groups for part in group)
        phrase = Phrase(owner, text, groups, anchor, negative)
        for key in groups[anchor[0]][anchor[1]].keys:
            by_key[key].append(phrase)
    frozen = {key: tuple(found) for key, found in by_key.items()}
    return PhraseBook(frozen, compounds, frozenset(phrases))


def _may_be(phrase: Phrase, present: set[str]) -> bool:
    return not any(part.keys.isdisjoint(present) for group in phrase.groups for part in group)


def _match(phrase: Phrase, sentence: Sentence, place: int) -> tuple[int, ...] | None:
    group_at, part_at = phrase.anchor
    places = _match_group(phrase.groups[group_at], part_at, sentence, place)
    if places is None or len(phrase.groups) == 1:
        return places
    found = list(places)
    for number, group in enumerate(phrase.groups):
        if number == group_at:
            continue
        near = _nearest(group, sentence, min(found), max(found), set(found))
        if near is None:
            return None
        found.extend(near)
    return tuple(found)


def _nearest(
    group: tuple[Part, ...], sentence: Sentence, first: int, last: int, taken: set[int]
) -> tuple[int, ...] | None:
    low, high = max(0, first - TOGETHER), min(len(sentence.words), last + TOGETHER + 1)
    for place in sorted(range(low, high), key=lambda at: min(abs(at - first), abs(at - last))):
        if place in taken or group[0].keys.isdisjoint(sentence.words[place].keys):
            continue
        places = _forwards(group, 1, sentence, (place,))
        if places and not taken.intersection(places):
            return places
    return None


def _match_group(
    group: tuple[Part, ...], part_at: int, sentence: Sentence, place: int
) -> tuple[int, ...] | None:
    before = _backwards(group, part_at, sentence, (place,))
    if before is None:
        return None
    return _forwards(group, part_at + 1, sentence, before)


def _forwards(
    group: tuple[Part, ...], part_at: int, sentence: Sentence, places: tuple[int, ...]
) -> tuple[int, ...] | None:
    if part_at == len(group):
        return places
    part, words = group[part_at], sentence.words
    if _follows_within(words[places[-1]], group[part_at - 1], part):
        found = _forwards(group, part_at + 1, sentence, (*places, places[-1]))
        if found:
            return found
    left = part.gap
    place = places[-1] + 1
    while place < len(words):
        left -= sentence.pauses[place] if part.gap else 0
        if (place in sentence.breaks and part.gap < WIDE) or left < 0:
            return None
        if not part.keys.isdisjoint(words[place].keys):
            found = _forwards(group, part_at + 1, sentence, (*places, place))
            if found:
                return found
        left -= 1
        if left < 0 or (part.after_person and _PERSON in words[place].keys):
            return None
        place += 1
    return None


def _backwards(
    group: tuple[Part, ...], part_at: int, sentence: Sentence, places: tuple[int, ...]
) -> tuple[int, ...] | None:
    if part_at == 0:
        return places
    part, words, gap = group[part_at - 1], sentence.words, group[part_at].gap
    if _follows_within(words[places[0]], part, group[part_at]):
        found = _backwards(group, part_at - 1, sentence, (places[0], *places))
        if found:
            return found
    left = gap - (sentence.pauses[places[0]] if gap else 0)
    place = places[0] - 1
    if places[0] in sentence.breaks and gap < WIDE:
        return None
    while place >= 0 and left >= 0:
        if not part.keys.isdisjoint(words[place].keys):
            found = _backwards(group, part_at - 1, sentence, (place, *places))
            if found:
                return found
        if (place in sentence.breaks and gap < WIDE) or (
            group[part_at].after_person and _PERSON in words[place].keys
        ):
            return None
        left -= 1 + (sentence.pauses[place] if gap else 0)
        place -= 1
    return None


def _follows_within(word: Word, earlier: Part, part: Part) -> bool:
    """Whether both stand in one joined word, as "out" and "borough" do where another has out_of_borough."""
    if " " not in word.exact:
        return False
    stems = word.keys[0].split(" ")
    first = next((place for place, key in enumerate(stems) if key in earlier.keys), len(stems))
    return any(key in part.keys for key in stems[first + 1 :])


def _variants(text: str, compounds: Compounds) -> Iterator[tuple[tuple[Part, ...], ...]]:
    """The phrase with each of its optional words there and not there."""
    groups = [_group_variants(_joined(part.split(), compounds)) for part in plain(text).split(" & ")]
    for chosen in product(*groups):
        if all(chosen):
            yield tuple(chosen)


def _group_variants(tokens: Sequence[str]) -> list[tuple[Part, ...]]:
    variants: list[tuple[Part, ...]] = [()]
    gap = NEAR
    for token in tokens:
        if token == WIDE_GAP:
            gap = WIDE
            continue
        bare = token.removesuffix("?")
        own_gap = 0 if bare.startswith("+") else gap
        keys = _keys(bare.removeprefix("+"))
        added = [(*variant, Part(keys, own_gap, _is_person(variant))) for variant in variants]
        variants = added + variants if token.endswith("?") else added
        gap = NEAR
    return variants


def _is_person(before: tuple[Part, ...]) -> bool:
    return bool(before) and any(key.strip("{}") in _PEOPLE for key in before[-1].keys if key.startswith("{"))


def plain(text: str) -> str:
    """The phrase with its contractions, owners, hyphens and abbreviations as a text's own are read."""
    return " ".join(_plain_token(token) for token in text.lower().split())


def _plain_token(token: str) -> str:
    marks = ("+" if token.startswith("+") else "", "?" if token.endswith("?") else "")
    ones = token.removeprefix("+").removesuffix("?").split("|")
    if len(ones) > 1 or any(marks):
        read = ["_".join(read_phrase_word(one)) for one in ones]
        return marks[0] + "|".join(read) + marks[1]
    return " ".join(read_phrase_word(token))


def _joined(tokens: Sequence[str], compounds: Compounds) -> list[str]:
    """The tokens, those that a text takes for one word made one."""
    joined: list[str] = []
    place = 0
    while place < len(tokens):
        length = 1
        for sequence in compounds.by_first.get(stem(tokens[place]), ()):
            following = tokens[place : place + len(sequence)]
            if tuple(stem(token) for token in following) == sequence:
                length = len(sequence)
                break
        joined.append("_".join(tokens[place : place + length]))
        place += length
    return joined


def _keys(token: str) -> frozenset[str]:
    return frozenset(_key(one) for one in token.split("|") if one)


def _key(one: str) -> str:
    if one.startswith(("{", "=")):
        return one
    return " ".join(stem(word) for word in one.replace("-", "_").split("_"))


def _anchor(groups: tuple[tuple[Part, ...], ...], counts: Counter[str], words: Lexicon) -> tuple[int, int]:
    def weight(part: Part) -> int:
        return sum(_FREQUENT if _is_frequent(key, words) else counts[key] for key in part.keys)

    places = [(number, at) for number, group in enumerate(groups) for at in range(len(group))]
    return min(places, key=lambda place: weight(groups[place[0]][place[1]]))


def _is_frequent(key: str, words: Lexicon) -> bool:
    return key.strip("={}") in words.people or key.strip("=") in words.frequent


def _compounds(words: Lexicon, texts: Iterable[str]) -> Compounds:
    """Every sequence that is to be one word, and the classes that each word belongs to."""
    classes: dict[str, list[str]] = defaultdict(list)
    sequences: set[tuple[str, ...]] = set()
    for name in (*words.classes, *words.people):
        for member in dict.fromkeys(_members(name, words)):
            key = member if member.startswith("=") else _key(member.replace(" ", "_"))
            classes[key].append("{" + name + "}")
            sequences.add(tuple(key.split(" ")))
    for text in texts:
        for token in re.split(r"[\s|]+", plain(text)):
            if "_" in token and "{" not in token:
                sequences.add(tuple(_key(token.strip("+?=")).split(" ")))
    by_first: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for sequence in sequences:
        if len(sequence) > 1:
            by_first[sequence[0]].append(sequence)
    longest_first = {key: tuple(sorted(found, key=len, reverse=True)) for key, found in by_first.items()}
    return Compounds(longest_first, {key: tuple(found) for key, found in classes.items()})


def _members(name: str, words: Lexicon) -> Iterator[str]:
    listed = words.people[name].words if name in words.people else words.classes[name]
    for member in listed:
        if member.startswith("{"):
            yield from _members(member.strip("{}"), words)
        else:
            yield member
