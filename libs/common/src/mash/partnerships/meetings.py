"""A partnership's daily meeting: on which days it is, who is expected, and what its agenda is made of."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import StringConstraints, model_validator

from mash.partnerships.clocks import ClockTime, Weekday
from mash.partnerships.data import Data, Identifier, Listed, Source, Words

Kind = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$")]


class AgendaSection(Data):
    """Contacts of these kinds that came in since the meeting before."""

    title: Words
    kinds: Listed[Kind]
    source: Source


class DailyMeeting(Data):
    """A meeting of the partners on every one of `days` on which the hub opens.

    What comes in after `agenda_closes` is for the next one. `expected` are agencies, and partners that are
    also consulted. `new` are the sections for what has come in. Contacts of a rating in `once_at` are on the
    agenda until a meeting has discussed them at that rating, and those of one in `until_closed` for as long
    as they are open.
    """

    title: Words
    chaired_by: Words
    days: Listed[Weekday]
    agenda_closes: ClockTime
    starts: ClockTime
    expected: Listed[Identifier]
    new: Mapping[Identifier, AgendaSection]
    once_at: Listed[Identifier]
    until_closed: Listed[Identifier]
    reading: Words
    source: Source

    @model_validator(mode="after")
    def _closes_before_it_starts(self) -> Self:
        if self.agenda_closes > self.starts:
            raise ValueError("the agenda closes after the meeting has started")
        return self
