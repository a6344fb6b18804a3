"""Likens a sentence to sentences that we wrote: how grave is it, and which sign is it most like.

A linear model over words, pairs of words and classes, made from our own sentences alone (`make likeness`).
Its weights are data: the places that bring most to a sentence's score are the evidence that is shown.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from mash.partnerships.signs import FOLDER

from screening.suggesting.features import Mark, marks
from screening.suggesting.stems import stem
from screening.suggesting.words import Sentence

MODEL = FOLDER / "likeness.json"
LEVELS = (2, 3, 4)
_FEWEST_WORDS = 3
_LONGEST_WHOLE = 30
# A word belongs to the evidence when it brings this share of what the most telling word brings.
_TELLING = 0.35


@dataclass(frozen=True)
class Whole:
    """What the highest and the mean score of a text's units, for each of ``LEVELS``, count for.

    A text is taken to be of the level from a likelihood of ``least`` on, or of ``against`` where phrases
    point to less.
    """

    weights: Sequence[float]
    bias: float
    least: float
    against: float


@dataclass(frozen=True)
class Model:
    """The weights of each feature: one for each of ``LEVELS``, and by sign.

    ``wholes`` say, by level, how likely a whole text is of it or above, and ``alone`` a single sentence.
    """

    levels: Mapping[str, Sequence[float]]
    bias: Sequence[float]
    signs: Mapping[str, Sequence[tuple[str, float]]]
    wholes: Mapping[int, Whole]
    alone: Mapping[int, Whole]


@dataclass(frozen=True)
class Unit:
    """A sentence or a clause of it: its score for each level, and the features of the model that it has."""

    first: int
    last: int
    scores: Mapping[int, float]
    known: Sequence[Mark]


@cache
def model() -> Model:
    """The model, read once a process."""
    held = json.loads(MODEL.read_text(encoding="utf-8"))
    scale = held["scale"]
    signs: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for sign, weights in held["signs"].items():
        for feature, weight in weights.items():
            signs[feature].append((sign, weight / scale))
    return Model(
        levels={name: [weight / scale for weight in weights] for name, weights in held["levels"].items()},
        bias=held["bias"],
        signs=dict(signs),
        wholes={int(level): Whole(**whole) for level, whole in held["wholes"].items()},
        alone={int(level): Whole(**whole) for level, whole in held["alone"].items()},
    )


def units(sentence: Sentence) -> list[Unit]:
    """The sentence, if it is not too long, and each clause that has some words, all of them scored."""
    known = model().levels
    found = [mark for mark in marked(sentence) if mark[0] in known]
    return [_scored(found, first, last) for first, last in spans(sentence)]


def marked(sentence: Sentence) -> list[Mark]:
    """The features of a sentence with the places of its words that they stand on."""
    words, places = [], []
    for place, word in enumerate(sentence.words):
        for part in word.exact.split():
            words.append(part)
            places.append(place)
    return [(name, places[first], places[last]) for name, first, last in marks(words)]


def understood(told: Iterable[Sentence]) -> float:
    """The share of the words that the examples hold too; nought where there are none."""
    words = [part for sentence in told for word in sentence.words for part in word.exact.split()]
    known = model().levels
    return sum("w:" + stem(word) in known for word in words) / len(words) if words else 0.0


def spans(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """Where the units stand: from the first word to before the last."""
    length = len(sentence.words)
    if _FEWEST_WORDS <= length <= _LONGEST_WHOLE:
        yield 0, length
    cuts = [0, *sorted(cut for cut in sentence.breaks if 0 < cut < length), length]
    if len(cuts) > 2 or length > _LONGEST_WHOLE:
        yield from ((start, end) for start, end in pairwise(cuts) if end - start >= _FEWEST_WORDS)


def _scored(found: Sequence[Mark], first: int, last: int) -> Unit:
    levels, bias = model().levels, model().bias
    inside = [mark for mark in found if first <= mark[1] and mark[2] < last]
    names = {name for name, _, _ in inside}
    low, middle, high = 0.0, 0.0, 0.0
    for name in names:
        weights = levels[name]
        low += weights[0]
        middle += weights[1]
        high += weights[2]
    share = 1 / math.sqrt(max(1, len(names)))
    scores = {
        level: total * share + start
        for level, total, start in zip(LEVELS, (low, middle, high), bias, strict=True)
    }
    return Unit(first, last, scores, inside)


def step_of(scored: Sequence[Unit], told: int) -> int:
    """How grave a text reads as a whole, from 1, ordinary life, to 4; ``told`` is what phrases found.

    Several sentences that are each a little grave weigh more than one among many that are not.
    """
    if not scored:
        return 1
    by_level = model().wholes if len(scored) > 1 else model().alone
    summed = summary([[unit.scores[level] for unit in scored] for level in LEVELS])
    for level in reversed(LEVELS):
        whole = by_level[level]
        score = sum(weight * part for weight, part in zip(whole.weights, summed, strict=True)) + whole.bias
        least = whole.against if 1 < told < level else whole.least
        if 1 / (1 + math.exp(-score)) >= least:
            return level
    return 1


def summary(by_level: Sequence[Sequence[float]]) -> list[float]:
    """What is told of a text by its units' scores: the highest and the mean for each level."""
    return [told for scores in by_level for told in (max(scores), sum(scores) / len(scores))]


def nearest(unit: Unit, among: Container[str]) -> str | None:
    """The sign that the words are most like, of some."""
    sums: dict[str, float] = defaultdict(float)
    for name in {name for name, _, _ in unit.known}:
        for sign, weight in model().signs.get(name, ()):
            sums[sign] += weight
    likely = [(total, sign) for sign, total in sums.items() if total > 0 and sign in among]
    return max(likely)[1] if likely else None


def telling(unit: Unit, level: int) -> tuple[int, ...]:
    """The places of the words that bring most to the score."""
    number, levels = LEVELS.index(level), model().levels
    brought: dict[int, float] = defaultdict(float)
    for name, start, end in unit.known:
        for place in (start, end):
            brought[place] += levels[name][number] / 2
    most = max(brought.values(), default=0.0)
    return tuple(sorted(at for at, weight in brought.items() if weight > 0 and weight >= most * _TELLING))
