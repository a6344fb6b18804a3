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
# A feature, and the places of the first and the last word that it stands on.
Mark = tuple[str, int, int]


def marks(words: Tokens) -> Iterator[Mark]:
    """Each feature of the words, which are in lower case, as a text's are read."""
    stems = [stem(word) for word in words]
    known = classes()
    kinds = [known.get(one, ()) for one in stems]
    length = len(stems)
    denied_until = -1
    for place, one in enumerate(stems):
        mark = "n:" if place <= denied_until else "w:"
        own = kinds[place]
        yield mark + one, place, place
        for kind in own:
            yield mark + kind, place, place
        if place + 1 < length:
            after = stems[place + 1]
            yield f"2:{one} {after}", place, place + 1
            for kind in own:
                yield f"2:{kind} {after}", place, place + 1
            for kind in kinds[place + 1]:
                yield f"2:{one} {kind}", place, place + 1
        if place + 2 < length:
            yield f"3:{one} {stems[place + 2]}", place, place + 2
        for kind in own:
            for other in range(place + 1, min(length, place + 1 + _PAIR_REACH)):
                for next_kind in kinds[other]:
                    yield f"k:{kind} {next_kind}", place, other
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
