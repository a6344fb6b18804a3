"""Cuts a text into sentences of words that can be compared with phrases.

A word keeps its place in the text, so that evidence is quoted exactly. One written word may stand for several
("didn't", "DV"), and several for one where a phrase knows them as one ("step dad").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

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
# What the words before and after it are no closer for.
_SOFT = frozenset({",", ":", "\u2013", "\u2014", "-", "..", "...", ")", "("})


@dataclass(slots=True)
class Word:
    """A word as it is compared: ``keys`` are its stem and the names of its classes."""

    start: int
    end: int
    exact: str
    keys: list[str] = field(default_factory=list)
    owns: bool = False
    written: str = ""


@dataclass(slots=True)
class Sentence:
    """``breaks`` are the places where a clause begins; ``pauses`` count the commas before each word."""

    number: int
    words: list[Word]
    breaks: frozenset[int]
    pauses: list[int]


@dataclass(frozen=True)
class Compounds:
    """Word sequences that are taken for one word, by their first stem, the longest first."""

    by_first: Mapping[str, tuple[tuple[str, ...], ...]]
    classes: Mapping[str, tuple[str, ...]]


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
    words, breaks, pauses = _joined(words, breaks, pauses, compounds)
    hard = lexicon().breaks
    breaks.update(place for place, word in enumerate(words) if word.exact in hard)
    return Sentence(number, words, frozenset(breaks), pauses)


def _read(piece: str) -> Iterable[tuple[str, bool]]:
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


def _joined(
    words: list[Word], breaks: set[int], pauses: list[int], compounds: Compounds
) -> tuple[list[Word], set[int], list[int]]:
    stems = [stem(word.exact) for word in words]
    joined: list[Word] = []
    kept_pauses: list[int] = []
    moved: dict[int, int] = {}
    place = 0
    while place < len(words):
        moved[place] = len(joined)
        length = _longest(stems, place, pauses, compounds)
        word = words[place]
        if length > 1:
            last = words[place + length - 1]
            exact = " ".join(part.exact for part in words[place : place + length])
            key = " ".join(stems[place : place + length])
            keys = [key, *compounds.classes.get(key, ())]
            # The parts can still be found alone: the "eye" of a black eye.
            for part in dict.fromkeys(stems[place : place + length]):
                keys.append(part)
            joined.append(Word(word.start, last.end, exact, keys, last.owns, word.written))
        else:
            key = stems[place]
            exact = "=" + word.exact
            word.keys = [key, exact, *compounds.classes.get(key, ()), *compounds.classes.get(exact, ())]
            joined.append(word)
        kept_pauses.append(pauses[place])
        place += max(length, 1)
    moved[len(words)] = len(joined)
    return joined, {moved[place] for place in breaks if place in moved}, kept_pauses


def _longest(stems: list[str], place: int, pauses: list[int], compounds: Compounds) -> int:
    for sequence in compounds.by_first.get(stems[place], ()):
        length = len(sequence)
        if tuple(stems[place : place + length]) == sequence and not any(pauses[place + 1 : place + length]):
            return length
    return 1
