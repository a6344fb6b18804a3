"""All phrases that a text is read for under one threshold document, arranged once for quick reading."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from mash.partnerships import Indicator, Thresholds
from mash.partnerships.lexicon import lexicon
from mash.partnerships.signs import Sign, signs

from screening.suggesting.context import CUES
from screening.suggesting.matching import PhraseBook
from screening.suggesting.phrases import compile_phrases

SIGN, UNLESS, INDICATOR, CUE = "sign:", "unless:", "indicator:", "cue:"


@dataclass(frozen=True)
class Book:
    """``shown_by`` are the indicators that name each sign.

    ``at_step`` are the signs by how grave the document takes them to be, from 1 to 4. A level that holds two
    ratings counts as two steps.
    """

    thresholds: Thresholds
    phrases: PhraseBook
    signs: Mapping[str, Sign]
    shown_by: Mapping[str, tuple[str, ...]]
    at_step: Mapping[int, frozenset[str]]

    def step_of(self, sign: str) -> int:
        """How grave the document takes a sign to be; 1 where it has no place for it."""
        return max((self.step_of_indicator(id) for id in self.shown_by.get(sign, ())), default=1)

    def step_of_indicator(self, id: str) -> int:
        """How grave the document takes an indicator to be."""
        return step_of_indicator(self.thresholds.indicators[id])


_books: dict[int, Book] = {}


def book_of(thresholds: Thresholds) -> Book:
    """The book of a version, made at first use and kept for the life of the process."""
    book = _books.get(id(thresholds))
    if book is None:
        # The book holds its thresholds, so that their identity is never another's.
        book = _books[id(thresholds)] = _make(thresholds)
    return book


def _make(thresholds: Thresholds) -> Book:
    known = signs()
    shown_by: dict[str, list[str]] = defaultdict(list)
    for indicator in thresholds.indicators.values():
        for sign in indicator.signs:
            shown_by[sign].append(indicator.id)
    words = lexicon()
    phrases = {
        **{SIGN + id: sign.phrases for id, sign in known.items()},
        **{UNLESS + id: sign.unless for id, sign in known.items() if sign.unless},
        **{INDICATOR + one.id: one.phrases for one in thresholds.indicators.values() if one.phrases},
        **{CUE + kind: getattr(words, kind) for kind in CUES},
    }
    ids = {sign: tuple(found) for sign, found in shown_by.items()}
    book = Book(thresholds, compile_phrases(phrases), known, ids, _steps(thresholds, ids))
    # The phrases live as long as the process. Unless it is told, the collector visits them all while texts
    # are read, which takes longer than the reading.
    gc.freeze()
    return book


def step_of_indicator(indicator: Indicator) -> int:
    """The level, and one more where it holds two ratings and the indicator is of the graver."""
    return indicator.level + (indicator.rating is not None)


def _steps(thresholds: Thresholds, shown_by: Mapping[str, tuple[str, ...]]) -> dict[int, frozenset[str]]:
    steps: dict[int, set[str]] = defaultdict(set)
    for sign, ids in shown_by.items():
        shown = [thresholds.indicators[id] for id in ids]
        steps[max(step_of_indicator(one) for one in shown)].add(sign)
    return {step: frozenset(found) for step, found in steps.items()}
