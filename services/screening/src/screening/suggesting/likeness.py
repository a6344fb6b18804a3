"""Likens a sentence to the example sentences of each sign.

A linear model over words, pairs of words and classes, made from our own sentences alone (`make likeness`): the
weight of a feature for a sign says how much more the sign's examples have it than all others. So every
suggestion can be taken apart into the words that brought it.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from mash.partnerships.signs import FOLDER

from screening.suggesting.features import features
from screening.suggesting.words import Sentence

MODEL = FOLDER / "likeness.json"
# The section of examples that show nothing, which competes with every sign.
NONE = "none"
_FEWEST_WORDS = 3
_LONGEST_WHOLE = 30
# A word belongs to the evidence when it brings this share of what the most telling word brings.
_TELLING = 0.35


@dataclass(frozen=True)
class Model:
    """``weights`` are, by feature, pairs of a sign's number and its weight; ``bias`` is by number."""

    signs: Sequence[str]
    bias: Sequence[float]
    weights: Mapping[str, Sequence[tuple[int, float]]]
    least: float
    lead: float


@dataclass(frozen=True)
class Likeness:
    """A sign that some words are like, how much more than they are like nothing, and the telling places."""

    sign: str
    lead: float
    places: tuple[int, ...]


@cache
def model() -> Model:
    """The model, read once a process."""
    held = json.loads(MODEL.read_text(encoding="utf-8"))
    scale = held["scale"]
    weights = {
        feature: [(pairs[at], pairs[at + 1] / scale) for at in range(0, len(pairs), 2)]
        for feature, pairs in held["weights"].items()
    }
    return Model(held["signs"], held["bias"], weights, held["least"], held["lead"])


def liken(sentence: Sentence) -> Iterator[Likeness]:
    """The signs that the sentence, or a clause of it, is like."""
    best: dict[str, Likeness] = {}
    for first, last in _units(sentence):
        for found in _liken_words(sentence, first, last):
            if found.sign not in best or best[found.sign].lead < found.lead:
                best[found.sign] = found
    yield from best.values()


def _units(sentence: Sentence) -> Iterator[tuple[int, int]]:
    """The sentence, if it is not too long, and each clause that has some words."""
    length = len(sentence.words)
    if _FEWEST_WORDS <= length <= _LONGEST_WHOLE:
        yield 0, length
    cuts = [0, *sorted(cut for cut in sentence.breaks if 0 < cut < length), length]
    if len(cuts) > 2 or length > _LONGEST_WHOLE:
        for start, end in zip(cuts, cuts[1:], strict=False):
            if end - start >= _FEWEST_WORDS:
                yield start, end


def _liken_words(sentence: Sentence, first: int, last: int) -> Iterator[Likeness]:
    words, places = [], []
    for place in range(first, last):
        for part in sentence.words[place].exact.split():
            words.append(part)
            places.append(place)
    made = model()
    known = {name: at for name, at in features(words).items() if name in made.weights}
    scores = _scores(known, made)
    least = max(made.least, scores.pop(made.signs.index(NONE), 0.0) + made.lead)
    for number, score in scores.items():
        if score >= least:
            sign = made.signs[number]
            yield Likeness(sign, score - least + made.lead, _telling(number, known, places, made))


def _scores(known: Mapping[str, Sequence[int]], made: Model) -> dict[int, float]:
    sums: dict[int, float] = defaultdict(float)
    for name in known:
        for number, weight in made.weights[name]:
            sums[number] += weight
    share = 1 / math.sqrt(max(1, len(known)))
    return {number: total * share + made.bias[number] for number, total in sums.items()}


def _telling(
    number: int, known: Mapping[str, Sequence[int]], places: Sequence[int], made: Model
) -> tuple[int, ...]:
    brought: dict[int, float] = defaultdict(float)
    for name, at in known.items():
        weight = next((weight for other, weight in made.weights[name] if other == number), 0.0)
        for place in at:
            brought[places[place]] += weight / len(at)
    most = max(brought.values(), default=0.0)
    return tuple(
        sorted(place for place, weight in brought.items() if weight >= most * _TELLING and weight > 0)
    )
