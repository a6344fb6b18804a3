"""``make likeness``: learns the weights and writes them beside the signs. It takes a minute or two.

Three heads say how grave a sentence is: like what is at level 2, 3 or 4. They learn from the examples and
from the narratives: in one below a level no sentence is of it, in one at it or above the likeliest is. How
they are put together for a whole text is learnt from narratives that the heads had not seen. The signs are
told apart by the features that their own examples have more often than all others.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from mash.partnerships.signs import signs
from screening.suggesting.likeness import LEVELS, MODEL, summary
from sklearn.linear_model import LogisticRegression

from benchmarks.likeness.corpus import Example, Features, Told, examples, fingerprint, narratives

STRENGTH = 10.0
ROUNDS = 2
FOLDS = 4
LIKELIEST_COUNTS = 2.0
SEEN_AT_LEAST = 2
SCALE = 100
SMALLEST = 3
FEATURES_OF_A_SIGN = 150
# From these likelihoods a text is taken to be of a level; from the second of each where phrases say less.
# Chosen on narratives that are not held back, each read by a model that had not seen it: at the top nearly
# all have to be found, and the price is false alarms.
LEAST = {2: (0.5, 0.5), 3: (0.5, 0.5), 4: (0.12, 0.25)}
# The same for a text of one sentence, chosen on examples.
LEAST_ALONE = {2: (0.5, 0.5), 3: (0.5, 0.5), 4: (0.4, 0.5)}

Weights = dict[str, Any]


class Learner:
    """Learns on matrices with a column for each feature that was seen often enough."""

    def __init__(self, known: Sequence[Example], told: Sequence[Told]) -> None:
        counts = Counter(name for one in known for name in one.features)
        counts.update(name for one in told for unit in one.units for name in unit)
        self.names = sorted(name for name, times in counts.items() if times >= SEEN_AT_LEAST)
        self.column = {name: number for number, name in enumerate(self.names)}
        self.known = self.matrix([one.features for one in known])
        self.levels = np.array([one.level for one in known])
        self.told = [(one.step, self.matrix(one.units)) for one in told if one.units]

    def matrix(self, rows: Sequence[Features]) -> sp.csr_matrix:
        """One row for each list of features, all of the same length in space."""
        at, columns, values = [], [], []
        for number, row in enumerate(rows):
            kept = [self.column[name] for name in row if name in self.column]
            at += [number] * len(kept)
            columns += kept
            values += [1 / np.sqrt(max(1, len(kept)))] * len(kept)
        return sp.csr_matrix((values, (at, columns)), shape=(len(rows), len(self.names)), dtype=np.float32)

    def head(self, level: int, told: Sequence[int], known: Sequence[int]) -> LogisticRegression:
        """Tells whether a sentence is of this level or above; learnt from these narratives and examples."""
        examples, target = self.known[known], (self.levels[known] >= level).astype(int)
        learnt = _logistic().fit(examples, target)
        for _ in range(ROUNDS):
            rows, targets, weights = [examples], [target], [np.ones(len(target))]
            for step, units in (self.told[number] for number in told):
                if step < level:
                    rows.append(units)
                    targets.append(np.zeros(units.shape[0], int))
                    weights.append(np.ones(units.shape[0]))
                else:
                    rows.append(units[int(np.argmax(learnt.decision_function(units)))])
                    targets.append(np.ones(1, int))
                    weights.append(np.full(1, LIKELIEST_COUNTS))
            learnt = _logistic().fit(sp.vstack(rows), np.concatenate(targets), np.concatenate(weights))
        return learnt

    def wholes(self) -> tuple[dict[int, Weights], dict[int, Weights]]:
        """How likely a text, or a sentence alone, is of each level; learnt by heads that had not seen it."""
        shuffled = np.random.default_rng(0)
        of_told = np.array_split(shuffled.permutation(len(self.told)), FOLDS)
        of_known = np.array_split(shuffled.permutation(len(self.levels)), FOLDS)
        texts: list[tuple[list[float], int]] = []
        alone: list[tuple[list[float], int]] = []
        for fold, apart in zip(of_told, of_known, strict=True):
            rest = [number for number in range(len(self.told)) if number not in set(fold.tolist())]
            others = np.setdiff1d(np.arange(len(self.levels)), apart)
            heads = [self.head(level, rest, others) for level in LEVELS]
            for step, units in (self.told[number] for number in fold):
                texts.append((summary([head.decision_function(units).tolist() for head in heads]), step))
            scores = np.array([head.decision_function(self.known[apart]) for head in heads])
            told = (summary([[score] for score in one]) for one in scores.T.tolist())
            alone += zip(told, self.levels[apart].tolist(), strict=True)
        return _put_together(texts, LEAST), _put_together(alone, LEAST_ALONE)

    def of_signs(self, known: Sequence[Example]) -> dict[str, dict[str, int]]:
        """By sign, the features that its examples have more often than others, with the log of how much."""
        rows: dict[str, list[int]] = defaultdict(list)
        for number, one in enumerate(known):
            if one.sign:
                rows[one.sign].append(number)
        present = self.known.copy()
        present.data[:] = 1
        everywhere = np.asarray(present.sum(axis=0)).ravel() + 1
        total = len(known)
        told: dict[str, dict[str, int]] = {}
        for sign, numbers in sorted(rows.items()):
            here = np.asarray(present[numbers].sum(axis=0)).ravel()
            lift = np.log(((here + 0.1) / (len(numbers) + 1)) / (everywhere / total))
            weight = np.where(here > 0, np.maximum(lift, 0) * here / (here + 1), 0)
            best = np.argsort(-weight)[:FEATURES_OF_A_SIGN]
            told[sign] = {
                self.names[at]: round(float(weight[at]) * SCALE) for at in sorted(best) if weight[at] > 0.05
            }
        return told


def main() -> None:
    """Learn and write."""
    warnings.filterwarnings("ignore")
    known, told = examples(), narratives()
    learner = Learner(known, told)
    wholes, alone = learner.wholes()
    everything = (range(len(learner.told)), range(len(known)))
    heads = [learner.head(level, *everything) for level in LEVELS]
    of_signs = learner.of_signs(known)
    used = {name for weights in of_signs.values() for name in weights}
    levels = {}
    for at, name in enumerate(learner.names):
        weights = [round(float(head.coef_[0][at]) * SCALE) for head in heads]
        if name in used or max(map(abs, weights)) >= SMALLEST:
            levels[name] = weights
    written = {
        "made_from": fingerprint(),
        "scale": SCALE,
        "wholes": wholes,
        "alone": alone,
        "bias": [round(float(head.intercept_[0]), 4) for head in heads],
        "levels": levels,
        "signs": of_signs,
    }
    MODEL.write_text(json.dumps(written, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    missing = sorted(signs().keys() - of_signs.keys())
    print(f"{len(known)} sentences, {len(told)} narratives, {len(levels)} features, {len(of_signs)} signs")
    print(f"signs without an example: {', '.join(missing) or 'none'}")


def _put_together(
    told: Sequence[tuple[list[float], int]], least: Mapping[int, tuple[float, float]]
) -> dict[int, Weights]:
    rows, steps = np.array([row for row, _ in told]), np.array([step for _, step in told])
    found: dict[int, Weights] = {}
    for level in LEVELS:
        learnt = LogisticRegression().fit(rows, (steps >= level).astype(int))
        found[level] = {
            "weights": [round(float(weight), 4) for weight in learnt.coef_[0]],
            "bias": round(float(learnt.intercept_[0]), 4),
            "least": least[level][0],
            "against": least[level][1],
        }
        _say(level, learnt.predict_proba(rows)[:, 1], steps)
    return found


def _say(level: int, likely: np.ndarray, steps: np.ndarray) -> None:
    """Print what each bound would find, and raise wrongly, among narratives that were not learnt from."""
    of_it, below = likely[steps >= level], likely[steps < level]
    for bound in (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5):
        print(
            f"level {level} from {bound:.2f}: found {(of_it >= bound).mean():5.1%}, "
            f"raised wrongly {(below >= bound).mean():5.1%}"
        )


def _logistic() -> LogisticRegression:
    return LogisticRegression(C=STRENGTH, class_weight="balanced", max_iter=400)


if __name__ == "__main__":
    main()
