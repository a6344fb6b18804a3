"""When things are due, by a partnership's own calendar.

Everything here is a pure function of the times passed in. Callers pass aware times and get aware UTC back.
"""

from mash.calendar.deadlines import Due, Pause, Remaining, Rule, due, remaining, with_pauses
from mash.calendar.hours import (
    CalendarEnds,
    Hours,
    add_working,
    bank_holidays,
    elapsed,
    is_open,
    is_working_day,
    next_opening,
    working_between,
)
from mash.calendar.london import LONDON, in_london, read_time
from mash.calendar.targets import Target, TargetNotUnderstood, read_target

__all__ = [
    "LONDON",
    "CalendarEnds",
    "Due",
    "Hours",
    "Pause",
    "Remaining",
    "Rule",
    "Target",
    "TargetNotUnderstood",
    "add_working",
    "bank_holidays",
    "due",
    "elapsed",
    "in_london",
    "is_open",
    "is_working_day",
    "next_opening",
    "read_target",
    "read_time",
    "remaining",
    "with_pauses",
    "working_between",
]
