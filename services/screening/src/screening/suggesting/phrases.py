"""Reads the notation of phrases, which mash.partnerships.signs explains, into parts that can be matched."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from mash.partnerships.lexicon import Lexicon, lexicon

from screening.suggesting.matching import NEAR, WIDE, Part, Phrase, PhraseBook
from screening.suggesting.stems import stem
from screening.suggesting.words import Compounds, read_phrase_word

WIDE_GAP = ".."
# Words so frequent that looking a phrase up by them would be slow.
_FREQUENT = 1000
_EVERYWHERE = 10_000
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


def compile_phrases(phrases: Mapping[str, Iterable[str]]) -> PhraseBook:
    """A book of the phrases of each owner."""
    words = lexicon()
    compounds = _compounds(words, (text for texts in phrases.values() for text in texts))
    made = [
        (owner, text, groups)
        for owner, texts in phrases.items()
        for text in texts
        for groups in _variants(text)
    ]
    counts: Counter[str] = Counter()
    for _, _, groups in made:
        counts.update({key for group in groups for part in group for key in part.keys})
    by_key: dict[str, list[Phrase]] = defaultdict(list)
    for owner, text, groups in made:
        anchor = _anchor(groups, counts, words)
        negative = any(part.keys & _NEGATIVE for group in groups for part in group)
        needs = tuple(
            part.keys
            for number, group in enumerate(groups)
            for at, part in enumerate(group)
            if (number, at) != anchor
        )
        phrase = Phrase(owner, text, groups, anchor, negative, needs)
        for key in groups[anchor[0]][anchor[1]].keys:
            by_key[key].append(phrase)
    frozen = {key: tuple(found) for key, found in by_key.items()}
    return PhraseBook(frozen, compounds)


def _variants(text: str) -> Iterator[tuple[tuple[Part, ...], ...]]:
    """The phrase with each of its optional words there and not there."""
    groups = [_group_variants(part.split()) for part in plain(text).split(" & ")]
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


def _keys(token: str) -> frozenset[str]:
    return frozenset(_key(one) for one in token.split("|") if one)


def _key(one: str) -> str:
    if one.startswith(("{", "=")):
        return one
    return " ".join(stem(word) for word in one.replace("-", "_").split("_"))


def _anchor(groups: tuple[tuple[Part, ...], ...], counts: Counter[str], words: Lexicon) -> tuple[int, int]:
    """The group and the part that a text is least likely to have."""

    def weight(part: Part) -> int:
        return sum(_frequency(key, words) or counts[key] for key in part.keys)

    places = [(number, at) for number, group in enumerate(groups) for at in range(len(group))]
    return min(places, key=lambda place: weight(groups[place[0]][place[1]]))


def _frequency(key: str, words: Lexicon) -> int:
    name = key.strip("={}")
    if name in words.people or name in _PEOPLE:
        return _EVERYWHERE
    return _FREQUENT if name in words.frequent else 0


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
    by_first: dict[tuple[str, str], list[tuple[str, ...]]] = defaultdict(list)
    for sequence in sequences:
        if len(sequence) > 1:
            by_first[sequence[0], sequence[1]].append(sequence)
    longest_first = {key: tuple(sorted(found, key=len, reverse=True)) for key, found in by_first.items()}
    return Compounds(longest_first, {key: tuple(found) for key, found in classes.items()})


def _members(name: str, words: Lexicon) -> Iterator[str]:
    listed = words.people[name].words if name in words.people else words.classes[name]
    for member in listed:
        if member.startswith("{"):
            yield from _members(member.strip("{}"), words)
        else:
            yield member
