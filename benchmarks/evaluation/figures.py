"""What came of reading the narratives, in figures. Pure: it is given what was read and how long that took."""

import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.evaluation.narratives import TOP, Narrative, step
from benchmarks.http_load import percentile

# Of those narratives that are at the top, this share has to be read so. One missed is a child.
REQUIRED_RECALL = 0.98


@dataclass(frozen=True)
class Reading:
    """What was recommended for one narrative."""

    narrative: Narrative
    level: int
    rating: str | None
    flags: frozenset[str]
    milliseconds: float

    @property
    def step(self) -> int:
        return step(self.level, self.rating)

    @property
    def missing_flags(self) -> list[str]:
        return sorted(self.narrative.flags - self.flags)


@dataclass(frozen=True)
class Figures:
    """Figures of some readings. A share is ``None`` where there was nothing to take a share of."""

    readings: Sequence[Reading]

    @property
    def right(self) -> float | None:
        """The share read at exactly the right step."""
        return share([one.step == one.narrative.step for one in self.readings])

    @property
    def within_one(self) -> float | None:
        return share([abs(one.step - one.narrative.step) <= 1 for one in self.readings])

    @property
    def top(self) -> float | None:
        """The share of the top needs that were read as such."""
        return share([one.step == TOP for one in self.readings if one.narrative.step == TOP])

    @property
    def missed(self) -> list[Reading]:
        return [one for one in self.readings if one.narrative.step == TOP != one.step]

    @property
    def alarms(self) -> list[Reading]:
        """The narratives of level 1 and 2 that were read as a top need."""
        return [one for one in self._low if one.step == TOP]

    @property
    def false_alarm(self) -> float | None:
        return share([one.step == TOP for one in self._low])

    @property
    def raised(self) -> float | None:
        """The share of level 1 and 2 that was read higher than it is, by one step or more."""
        return share([one.step > one.narrative.step for one in self._low])

    @property
    def flags(self) -> float | None:
        """The share of the expected flags that were raised."""
        return share([flag in one.flags for one in self.readings for flag in one.narrative.flags])

    @property
    def median_ms(self) -> float:
        return statistics.median(one.milliseconds for one in self.readings)

    @property
    def p99_ms(self) -> float:
        return percentile([one.milliseconds for one in self.readings], 0.99)

    @property
    def by_step(self) -> Counter[tuple[int, int]]:
        """How many of each step were read as each."""
        return Counter((one.narrative.step, one.step) for one in self.readings)

    @property
    def _low(self) -> list[Reading]:
        return [one for one in self.readings if one.narrative.step <= 2]


def share(held: Sequence[bool]) -> float | None:
    return sum(held) / len(held) if held else None


def good_enough(held_back: Figures) -> bool:
    """Whether enough of the held back top needs were found. Nothing to find is not good enough."""
    return held_back.top is not None and held_back.top >= REQUIRED_RECALL
