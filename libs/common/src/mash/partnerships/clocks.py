"""A partnership's opening hours and clocks.

Where a document leaves open how hours are counted, the rule says how it was read, why, and what the other
reading would give, so that it can be changed knowingly.
"""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from mash.partnerships.data import Data, Source, Words

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ClockTime = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
Spell = Annotated[tuple[ClockTime, ClockTime], Field(strict=False)]


def _run_forwards(spells: tuple[Spell, ...]) -> tuple[Spell, ...]:
    moments = [moment for spell in spells for moment in spell]
    if moments != sorted(set(moments)):
        raise ValueError("the opening hours do not run forwards")
    return spells


Spells = Annotated[tuple[Spell, ...], Field(strict=False), AfterValidator(_run_forwards)]


class OpeningHours(Data):
    """When the hub is open, in London time: weekday name to (opens, closes) pairs such as ("09:00", "17:00").

    A weekday that is not listed is a day on which the hub does not open.
    """

    days: Mapping[Weekday, Spells]
    closed_on_bank_holidays: bool
    source: Source

    def spells(self, weekday: int) -> tuple[tuple[time, time], ...]:
        """The (opens, closes) pairs of a weekday, Monday being 0; empty when the hub does not open."""
        pairs = self.days.get(WEEKDAYS[weekday], ())
        return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)


class DueRule(Data):
    """How long something may take, and how the hours are counted. `mash.calendar.due` applies it.

    `target` is the figure the document prints: minutes ("90m"), hours ("4h"), calendar days ("2d") or working
    days ("5wd"). Calendar days run on the elapsed clock only, and working days on the working clock only.

    `clock` is "elapsed" (every hour counts from receipt, nights and weekends too) or "working" (it starts
    at receipt, or at the next opening when the hub was shut). `runs_past_closing` then says:

    - elapsed, true: due whenever that falls, the hub open or shut.
    - elapsed, false: a due time that falls while the hub is shut moves to the next opening.
    - working, true: once started it runs through the night, and stands still only on days the hub does not
      open, so that each 24 hours is one working day.
    - working, false: only the hours the hub is open count.
    """

    target: Annotated[str, StringConstraints(pattern=r"^[1-9]\d*(m|h|d|wd)$")]
    clock: Literal["elapsed", "working"]
    runs_past_closing: bool
    reading: Words
    why: Words
    otherwise: Words
    source: Source

    @model_validator(mode="after")
    def _days_name_their_clock(self) -> Self:
        own = (
            "working"
            if self.target.endswith("wd")
            else "elapsed"
            if self.target.endswith("d")
            else self.clock
        )
        if self.clock != own:
            raise ValueError(f"{self.target} runs on the {own} clock only")
        return self
