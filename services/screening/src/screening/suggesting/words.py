"""Cuts a text into sentences of words that can be compared with phrases.

A word keeps its place in the text, so that evidence is quoted exactly. One written word may stand for several
("didn't", "DV"), and several may be found as one expression ("step dad").
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from mash.partnerships.lexicon import lexicon

from screening.suggesting.stems import stem

# A fullstop inside a number, a time or an initial ends nothing.
_BULLET = r"\n(?=\s*(?:[-*\u2022\u00b7\u2610\u2611]|\d+[.)]\s|[A-Z][\w /]{1,30}:))"
_END = re.compile(rf"(?<=[.!?])[\"'\u201d\u2019)\]]*\s+|\n\s*\n|{_BULLET}")
_NOT_END = re.compile(
    r"(?:\b(?:e\.g|i\.e|dr|mr|mrs|ms|approx|yr|st|no|vs|etc|[a-z])\.)[\"'\u201d\u2019)\]]*\s+$", re.I
)
_WORD = re.compile(
    r"\d+(?:[.:/]\d+)*|[^\W\d_]+(?:'[^\W\d_]+)*|[%#;:,\u2013\u2014]|(?<=\s)-(?=\s)|\.\.+|[.!?]"
)
_CURLY = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u00b4": "'", "`": "'"})
_ENDINGS = re.compile(r"^(.+)'(s|re|ve|d|ll|m)$")
_NOT_WORDS = {"won't": "will", "can't": "can", "shan't": "shall", "ain't": "is"}
# No sentence is longer, in characters: where a text never stops, it is cut, so that no text is slow to read.
_LONGEST = 1200
_MOST_KEPT = 50_000
# What the words before and after it are no closer for.
_SOFT = frozenset({",", ":", "\u2013", "\u2014", "-", "..", "...", ")", "("})


@dataclass(slots=True)
class Word:
    """A word as it is compared: ``keys`` are its stem and the names of its classes.

    ``starts`` and ``ends`` are the expressions of several words that begin and end with it ("step dad"), each
    with how many words it has and its keys.
    """

    start: int
    end: int
    exact: str
    keys: list[str] = field(default_factory=list)
    owns: bool = False
    written: str = ""
    starts: list[tuple[int, frozenset[str]]] = field(default_factory=list)
    ends: list[tuple[int, frozenset[str]]] = field(default_factory=list)


@dataclass(slots=True)
class Sentence:
    """``breaks`` are the places where a clause begins; ``pauses`` count the commas before each word."""

    number: int
    words: list[Word]
    breaks: frozenset[int]
    pauses: list[int]


@dataclass(frozen=True)
class Compounds:
    """Expressions that a phrase may ask for as if they were one word, by their first two stems."""

    by_first: Mapping[tuple[str, str], tuple[tuple[str, ...], ...]]
    classes: Mapping[str, tuple[str, ...]]
    _kept: dict[str, tuple[str, ...]] = field(default_factory=dict, repr=False, compare=False)

    def keys_of(self, exact: str, key: str) -> tuple[str, ...]:
        """The keys of a single word, kept for the next time that it is read."""
        keys = self._kept.get(exact)
        if keys is None:
            form = "=" + exact
            keys = (key, form, *self.classes.get(key, ()), *self.classes.get(form, ()))
            if len(self._kept) < _MOST_KEPT:
                self._kept[exact] = keys
        return keys


def sentences(text: str, compounds: Compounds) -> list[Sentence]:
    """The sentences of a text that have words in them."""
    found: list[Sentence] = []
    for start, end in _spans(text):
        sentence = _sentence(text, start, end, len(found), compounds)
        if sentence.words:
            found.append(sentence)
    return found


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if _NOT_END.search(text[max(start, match.start() - 8) : match.end()]):
            continue
        yield from _pieces(text, start, match.end())
        start = match.end()
    yield from _pieces(text, start, len(text))


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span, cut where it is too long: best between lines, else at a comma, else between words."""
    while end - start > _LONGEST:
        low, high = start + _LONGEST // 2, start + _LONGEST
        cut = next((at for mark in "\n, " if (at := text.rfind(mark, low, high)) > 0), high - 1) + 1
        yield start, cut
        start = cut
    yield start, end


def _sentence(text: str, start: int, end: int, number: int, compounds: Compounds) -> Sentence:
    words: list[Word] = []
    breaks: set[int] = set()
    pauses: list[int] = []
    waiting = 0
    for match in _WORD.finditer(text[start:end].translate(_CURLY)):
        piece = match.group()
        if not piece[0].isalnum() and piece not in "%#":
            if piece == ";":
                breaks.add(len(words))
            elif piece in _SOFT:
                waiting += 1
            continue
        for exact, owns in _read(piece):
            words.append(Word(start + match.start(), start + match.end(), exact, [], owns, piece))
            pauses.append(waiting)
            waiting = 0
    _mark(words, pauses, compounds)
    hard = lexicon().breaks
    breaks.update(place for place, word in enumerate(words) if word.exact in hard)
    return Sentence(number, words, frozenset(breaks), pauses)


@lru_cache(maxsize=16_384)
def _read(piece: str) -> Sequence[tuple[str, bool]]:
    """The words that one written word stands for, each with whether it is an owner ("mum's")."""
    words = lexicon()
    if piece == "#":
        return [("fracture", False)]
    if piece.isupper() and piece in words.capitals:
        return [(word, False) for word in words.capitals[piece].split()]
    low = piece.lower()
    low = words.spelt.get(low, low)
    if low in words.short:
        return [(word, False) for word in words.short[low].split()]
    if low.endswith("n't") or low == "cannot":
        return [(_NOT_WORDS.get(low, low[:-3]) if low != "cannot" else "can", False), ("not", False)]
    ending = _ENDINGS.match(low)
    if ending:
        return [(ending.group(1), ending.group(2) == "s")]
    return [(part, False) for part in low.replace("'", "").split()]


def read_phrase_word(token: str) -> list[str]:
    """The words that one word of a phrase stands for, as a text's would be read; notation is left alone."""
    if token in {"..", "&"} or token.startswith(("{", "=")) or "_" in token:
        return [token]
    return [exact for part in token.split("-") if part for exact, _ in _read(part)]


def _mark(words: list[Word], pauses: list[int], compounds: Compounds) -> None:
    """Give each word its keys, and those of the expressions that begin or end with it."""
    stems = [stem(word.exact) for word in words]
    for place, word in enumerate(words):
        key = stems[place]
        word.keys += compounds.keys_of(word.exact, key)
        if place + 1 == len(words):
            break
        for sequence in compounds.by_first.get((key, stems[place + 1]), ()):
            last = place + len(sequence) - 1
            if tuple(stems[place : last + 1]) == sequence and not any(pauses[place + 1 : last + 1]):
                joined = " ".join(sequence)
                keys = frozenset((joined, *compounds.classes.get(joined, ())))
                word.starts.append((len(sequence), keys))
                words[last].ends.append((len(sequence), keys))
