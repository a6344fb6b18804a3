"""How long something may take, as a profile writes it: ``90m``, ``4h``, ``2d`` or ``5wd``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, get_args

from mash.errors import Invalid

Unit = Literal["m", "h", "d", "wd"]
Clock = Literal["elapsed", "working"]
CLOCKS: tuple[Clock, ...] = get_args(Clock)

_WRITTEN = re.compile(r"(\d{1,7})(m|h|d|wd)")
_NAMES: dict[Unit, str] = {"m": "minute", "h": "hour", "d": "calendar day", "wd": "working day"}
_LONGEST: dict[Unit, int] = {"m": 5_256_000, "h": 87_600, "d": 3_650, "wd": 2_530}
"""Ten years in each unit: anything longer is a slip of the pen."""


class TargetNotUnderstood(Invalid):
    """The length of time is not written in a way the calendar knows."""


@dataclass(frozen=True)
class Target:
    """A length of time in one unit. Minutes and hours run on either clock; days name their own."""

    count: int
    unit: Unit

    @property
    def duration(self) -> timedelta:
        """The length of a target in minutes or hours."""
        return timedelta(minutes=self.count) if self.unit == "m" else timedelta(hours=self.count)

    @property
    def own_clock(self) -> Clock | None:
        """The one clock that a target in days can run on; none for minutes and hours, which take either."""
        clocks: dict[Unit, Clock] = {"d": "elapsed", "wd": "working"}
        return clocks.get(self.unit)

    def __str__(self) -> str:
        return f"{self.count} {_NAMES[self.unit]}{'' if self.count == 1 else 's'}"


def read_target(text: str, field: str = "target") -> Target:
    """Read ``90m``, ``4h``, ``2d`` (calendar days) or ``5wd`` (working days)."""
    written = _WRITTEN.fullmatch(text.strip())
    if written is None or not int(written[1]):
        raise TargetNotUnderstood(
            "must be a whole number above nought and its unit: "
            "m minutes, h hours, d calendar days, wd working days; such as 4h or 5wd.",
            field=field,
        )
    unit: Unit = written[2]  # type: ignore[assignment]
    if int(written[1]) > _LONGEST[unit]:
        raise TargetNotUnderstood("must be ten years or less.", field=field)
    return Target(int(written[1]), unit)
