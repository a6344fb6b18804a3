"""What is just short of the next level."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from mash.partnerships import Indicator, Partnership

from screening.domain.threshold_index import ThresholdIndex


@dataclass(frozen=True)
class NearMiss:
    """What would lift the recommendation to ``level``.

    ``row``: an indicator one level up in the row of one that is present. ``combination``: several at one
    level, which by the partnership's document may together make a case of a higher. ``beside`` are the
    present ones.
    """

    kind: Literal["row", "combination"]
    level: int
    text: str
    indicator: str | None
    beside: tuple[str, ...]
    source: str


def near_misses(
    present: Sequence[str], level: int, index: ThresholdIndex, partnership: Partnership
) -> tuple[NearMiss, ...]:
    """Return what would lift a recommendation of ``level``, with these indicators present."""
    if level + 1 not in partnership.levels:
        return ()
    known = index.thresholds.indicators
    at_level = [known[id] for id in present if known[id].level == level]
    return (*_combinations(at_level, level, partnership), *_rows(at_level, level, index))


def _rows(at_level: Sequence[Indicator], level: int, index: ThresholdIndex) -> Iterable[NearMiss]:
    beside: dict[str, list[str]] = {}
    for present in at_level:
        for higher in index.one_level_up(present, level + 1):
            beside.setdefault(higher.id, []).append(present.id)
    for id, ids in beside.items():
        higher = index.thresholds.indicators[id]
        yield NearMiss("row", level + 1, higher.text, id, tuple(ids), higher.source)


def _combinations(at_level: Sequence[Indicator], level: int, partnership: Partnership) -> Iterable[NearMiss]:
    for rule in partnership.combinations:
        if rule.level == level and len(at_level) >= rule.at_least:
            domains = len({indicator.domain for indicator in at_level})
            where = "one domain" if domains == 1 else f"{domains} domains"
            text = f"{len(at_level)} indicators of this level in {where}. {rule.text}"
            ids = tuple(indicator.id for indicator in at_level)
            yield NearMiss("combination", rule.may_make, text, None, ids, rule.source)
