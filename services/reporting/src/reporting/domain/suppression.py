"""Counts too small to publish, hidden so that nothing else that is published gives them back.

A count of one to five could point at a family. It is shown as "fewer than 6". Where the counts of a row are
parts of a whole that readers know from elsewhere, one larger part is hidden with them, and which one is, and
whether that is enough, is decided by nothing but what readers see in any case: so a reader who knows these
very rules still has five values for each count that is shown as "fewer than 6". Where it is not enough the
row is hidden whole, and so is a row whose total is small: even its noughts would say where its few are.

Rows stand alone: nothing may be published that adds them up, such as a quarter beside its months.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from typing import Final

SMALLEST_SHOWN: Final = 6


class Hidden(Enum):
    """What stands in the place of a count."""

    FEW = f"fewer than {SMALLEST_SHOWN}"
    WITH_OTHERS = "not shown"

    def __str__(self) -> str:
        return self.value


Shown = int | Hidden


def is_few(count: int) -> bool:
    """Return whether a count is too small to publish."""
    return 0 < count < SMALLEST_SHOWN


def suppress_parts(counts: Sequence[int]) -> list[Shown]:
    """Return a row whose counts add up to what readers may know, as it may be published.

    The part to be hidden with the small ones is the first that is neither small nor nought, so the largest
    is best put first.
    """
    if is_few(sum(counts)):
        return _nothing(counts)
    few = sum(map(is_few, counts))
    if not few:
        return list(counts)
    other = next((place for place, count in enumerate(counts) if count >= SMALLEST_SHOWN), None)
    hidden = sum(count for place, count in enumerate(counts) if is_few(count) or place == other)
    # Whatever the small ones are, one to five each, the rest of what is hidden must not be small itself.
    if hidden < few * (SMALLEST_SHOWN - 1) + SMALLEST_SHOWN:
        return _nothing(counts)
    return [Hidden.WITH_OTHERS if place == other else one for place, one in enumerate(_each(counts))]


def suppress_kinds(counts: Sequence[int], known: int) -> list[Shown]:
    """Return a row of kinds as it may be published; each of the ``known`` things may have several."""
    return _nothing(counts) if is_few(known) else _each(counts)


def _each(counts: Sequence[int]) -> list[Shown]:
    return [Hidden.FEW if is_few(count) else count for count in counts]


def _nothing(counts: Sequence[int]) -> list[Shown]:
    return [Hidden.WITH_OTHERS] * len(counts)
