"""What a sentence is compared by when it is likened to known ones: words, pairs of words and classes.

A word in the reach of a denial counts as another word, so that "no bruise" is not like "a bruise".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from mash.partnerships.lexicon import lexicon

from screening.suggesting.stems import stem

_DENIAL_REACH = 4
_PAIR_REACH = 4
_NEGATIVE = frozenset({"no", "not", "never", "without", "nobody", "nothing", "nil", "none", "nor", "neither"})

Tokens = Sequence[str]


def features(words: Tokens) -> dict[str, list[int]]:
    """Each feature of the words (in lower case, as a text's are read) with the places that it stands on."""
    stems = [stem(word) for word in words]
    known = classes()
    kinds = [known.get(one, ()) for one in stems]
    found: dict[str, list[int]] = {}
    for name, *places in _all(words, stems, kinds):
        found.setdefault(str(name), []).extend(int(place) for place in places)
    return found


def _all(words: Tokens, stems: Tokens, kinds: Sequence[tuple[str, ...]]) -> Iterator[tuple[str | int, ...]]:
    denied_until = -1
    for place, one in enumerate(stems):
        mark = "n:" if place <= denied_until else "w:"
        yield mark + one, place
        for kind in kinds[place]:
            yield mark + kind, place
        if place + 1 < len(stems):
            yield f"2:{one} {stems[place + 1]}", place, place + 1
            for kind in kinds[place]:
                yield f"2:{kind} {stems[place + 1]}", place, place + 1
            for kind in kinds[place + 1]:
                yield f"2:{one} {kind}", place, place + 1
        if place + 2 < len(stems):
            yield f"3:{one} {stems[place + 2]}", place, place + 2
        for kind in kinds[place]:
            for other in range(place + 1, min(len(stems), place + 1 + _PAIR_REACH)):
                for after in kinds[other]:
                    yield f"k:{kind} {after}", place, other
        if words[place] in _NEGATIVE:
            denied_until = place + _DENIAL_REACH


@cache
def classes() -> Mapping[str, tuple[str, ...]]:
    """The classes that each single word belongs to, by its stem."""
    words = lexicon()
    found: dict[str, dict[str, None]] = {}
    for name in (*words.classes, *words.people):
        for member in _members(name):
            if " " not in member and "_" not in member:
                found.setdefault(stem(member.removeprefix("=")), {})["{" + name + "}"] = None
    return {word: tuple(names) for word, names in found.items()}


def _members(name: str) -> Iterator[str]:
    words = lexicon()
    listed = words.people[name].words if name in words.people else words.classes[name]
    for member in listed:
        if member.startswith("{"):
            yield from _members(member.strip("{}"))
        else:
            yield member
