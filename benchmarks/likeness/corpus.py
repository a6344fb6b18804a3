"""What the model is made from: example sentences by sign, and the narratives that are not held back."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mash.partnerships.signs import FOLDER, signs
from screening.suggesting.likeness import marked, spans
from screening.suggesting.words import Compounds, Sentence, sentences

from benchmarks.evaluation.narratives import read

EXAMPLES = FOLDER / "examples"
NONE = "none"
_NO_COMPOUNDS = Compounds({}, {})
Features = list[str]


@dataclass(frozen=True)
class Example:
    """A sentence's features, the sign that it shows, if any, and that sign's usual level."""

    sign: str | None
    level: int
    features: Features


@dataclass(frozen=True)
class Told:
    """A narrative: the step that it is at, and the features of each of its sentences and clauses."""

    step: int
    units: list[Features]


class UnknownSection(Exception):
    """A file of examples has a section that is no sign of its theme."""


def examples() -> list[Example]:
    """Every example sentence. Raises :class:`UnknownSection`."""
    known = signs()
    found = []
    for path in sorted(EXAMPLES.glob("*.txt")):
        for sign, line in _lines(path):
            if sign is not None and sign not in known:
                raise UnknownSection(f"{path}: there is no sign called {sign}")
            level = known[sign].usual_level if sign else 1
            found.append(Example(sign, level, _features(line)))
    return found


def narratives() -> list[Told]:
    """The narratives of every set but the one that is held back."""
    return [
        Told(one.step, [unit for sentence in _sentences(one.text) for unit in _units(sentence)])
        for one in read([])
        if one.half != "held_back"
    ]


def fingerprint() -> str:
    """What the model was made from, in short: it is stale when this has changed."""
    made = hashlib.sha256()
    for path in sorted(EXAMPLES.glob("*.txt")):
        made.update(path.name.encode() + path.read_bytes())
    for one in read([]):
        if one.half != "held_back":
            made.update(f"{one.id} {one.step} {one.text}".encode())
    return made.hexdigest()[:16]


def _lines(path: Path) -> Iterator[tuple[str | None, str]]:
    """The sentences of a file, each with its sign. A theme's second file is named after it with a number."""
    theme, sign = path.stem.split("-")[0], None
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            name = line.lstrip("# ").strip()
            sign = None if name == NONE else f"{theme}.{name}"
        elif line.strip():
            yield sign, line.strip()


def _features(text: str) -> Features:
    return sorted({name for sentence in _sentences(text) for name, _, _ in marked(sentence)})


def _units(sentence: Sentence) -> list[Features]:
    found = marked(sentence)
    return [
        sorted({name for name, start, end in found if first <= start and end < last})
        for first, last in spans(sentence)
    ]


def _sentences(text: str) -> list[Sentence]:
    return sentences(text, _NO_COMPOUNDS)
