"""Where in a text the words stand that something was read from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True)
class Piece:
    """A stretch of a text, and the facts that were read from it; most were read from none."""

    text: str
    facts: tuple[str, ...] = ()


def mark(text: str, words_of: Mapping[str, str]) -> list[Piece]:
    """Cut a text where words begin or end that facts were read from.

    ``words_of`` gives for each fact its words, whose spaces and lines may fall otherwise in the text. Each
    fact is marked where its words stand first; one whose words are elsewhere is not marked.
    """
    places = {fact: place for fact, words in words_of.items() if (place := _find(text, words))}
    cuts = sorted({0, len(text), *(cut for place in places.values() for cut in place)})
    return [
        Piece(text[start:end], tuple(fact for fact, (a, b) in places.items() if a <= start and end <= b))
        for start, end in pairwise(cuts)
    ]


def _find(text: str, words: str) -> tuple[int, int] | None:
    parts = [re.escape(part) for part in words.split()]
    found = re.search(r"\s+".join(parts), text, re.I) if parts else None
    return found.span() if found else None
