"""A version of a threshold document, arranged once so that a recommendation is quick."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from mash.partnerships import Indicator, Thresholds

Row = tuple[str, int]


@dataclass(frozen=True)
class ThresholdIndex:
    """``conditional`` are the indicators that facts alone can bring; ``rows`` is the document's table."""

    thresholds: Thresholds
    conditional: tuple[Indicator, ...]
    rows: Mapping[Row, Mapping[int, tuple[Indicator, ...]]]

    def one_level_up(self, indicator: Indicator, level: int) -> tuple[Indicator, ...]:
        """The indicators at ``level`` in the row of ``indicator``."""
        return self.rows[indicator.domain, indicator.row].get(level, ())


_indexes: dict[int, ThresholdIndex] = {}


def index_of(thresholds: Thresholds) -> ThresholdIndex:
    """The index of a version, built at first use and kept for the life of the process."""
    index = _indexes.get(id(thresholds))
    if index is None:
        # The index holds its thresholds, so that their identity is never another's.
        index = _indexes[id(thresholds)] = _build(thresholds)
    return index


def _build(thresholds: Thresholds) -> ThresholdIndex:
    rows: dict[Row, dict[int, tuple[Indicator, ...]]] = defaultdict(dict)
    for indicator in thresholds.indicators.values():
        row = rows[indicator.domain, indicator.row]
        row[indicator.level] = (*row.get(indicator.level, ()), indicator)
    conditional = tuple(one for one in thresholds.indicators.values() if one.condition is not None)
    return ThresholdIndex(thresholds, conditional, dict(rows))
