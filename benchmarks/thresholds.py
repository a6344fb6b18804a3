"""The thresholds: reading all partnerships' files, recommending on given facts, suggesting from a text.

Each is timed against the least that could be done on the same: reading the files' bytes, looking the
indicators up, splitting the text into words.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import yaml
from mash.partnerships import Partnership, load, loader, signs
from screening.domain.findings import Findings, KnownFacts
from screening.domain.recommendation import recommend
from screening.suggesting import suggest

TIMES = 200
LOADS = 5
WORDS = 500
TICKED = 8
NARRATIVES = Path(__file__).parent / "evaluation" / "tuning"


@dataclass(frozen=True)
class Timed:
    """How long something takes and its floor, in milliseconds, each time that it was done."""

    done: list[float]
    floor: list[float]

    @property
    def ratio(self) -> float:
        """How many times the floor the middle one takes."""
        return statistics.median(self.done) / statistics.median(self.floor)


def loading() -> Timed:
    """Read and check every partnership's files, against reading their bytes."""
    files = sorted(loader.FOLDER.rglob("*.yaml"))
    return Timed(
        [_timed(_load_anew) for _ in range(LOADS)],
        [_timed(lambda: [path.read_bytes() for path in files]) for _ in range(LOADS)],
    )


def recommending() -> dict[str, Timed]:
    """Recommend on eight indicators and a child's age, against looking the eight up."""
    return {name: _recommending(one) for name, one in load().items()}


def suggesting() -> dict[str, Timed]:
    """Read a text of five hundred words for suggestions, against splitting it into words."""
    return {name: _suggesting(one, text_of(WORDS, name)) for name, one in load().items()}


def text_of(words: int, partnership: str) -> str:
    """A text of so many words, made of the narratives that are tuned on."""
    told: list[str] = []
    for path in sorted(NARRATIVES.glob(f"{partnership}-*.yaml")):
        told += [one["text"] for one in yaml.safe_load(path.read_text(encoding="utf-8"))]
    return " ".join(islice(cycle(" ".join(told).split()), words))


def _load_anew() -> None:
    for kept in (loader.load, loader.national, loader.base, signs.signs):
        kept.cache_clear()
    loader.load()
    signs.signs()


def _recommending(partnership: Partnership) -> Timed:
    thresholds = partnership.thresholds()
    ids = list(thresholds.indicators)[:: max(1, len(thresholds.indicators) // TICKED)][:TICKED]
    findings, known = Findings(indicators=frozenset(ids)), KnownFacts(ages=(3, 8))
    recommend(findings, known, partnership, thresholds)
    return Timed(
        [_timed(lambda: recommend(findings, known, partnership, thresholds)) for _ in range(TIMES)],
        [_timed(lambda: [thresholds.indicators[id] for id in ids]) for _ in range(TIMES)],
    )


def _suggesting(partnership: Partnership, text: str) -> Timed:
    thresholds = partnership.thresholds()
    suggest(text, partnership, thresholds)
    return Timed(
        [_timed(lambda: suggest(text, partnership, thresholds)) for _ in range(TIMES // 4)],
        [_timed(text.split) for _ in range(TIMES)],
    )


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000
