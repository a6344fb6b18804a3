"""Opening hours and rules for tests of the calendar."""

from collections.abc import Mapping, Sequence
from typing import Any

from mash.partnerships.clocks import DueRule, OpeningHours

Day = Sequence[tuple[str, str]]

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday")
WEEK = (*WEEKDAYS, "saturday", "sunday")
OFFICE: Mapping[str, Day] = {day: [("09:00", "17:00")] for day in WEEKDAYS}
EARLY_FRIDAY: Mapping[str, Day] = {
    **{day: [("08:45", "17:00")] for day in WEEKDAYS},
    "friday": [("08:45", "16:45")],
}
LUNCH_GAP: Mapping[str, Day] = {day: [("09:00", "12:30"), ("13:15", "17:00")] for day in WEEKDAYS}
SATURDAYS: Mapping[str, Day] = {**OFFICE, "saturday": [("10:00", "12:00")]}
EVERY_NIGHT: Mapping[str, Day] = {day: [("00:30", "23:30")] for day in WEEK}


def create_hours(days: Mapping[str, Day] = OFFICE, **changes: Any) -> OpeningHours:
    spells = {day: tuple(tuple(spell) for spell in spells) for day, spells in days.items()}
    return OpeningHours.model_validate(
        {"days": spells, "closed_on_bank_holidays": True, "source": "TST Hours", **changes}
    )


def create_rule(target: str = "4h", clock: str = "elapsed", **changes: Any) -> DueRule:
    return DueRule.model_validate(
        {
            "target": target,
            "clock": clock,
            "runs_past_closing": clock == "elapsed",
            "reading": "Read so for the test.",
            "why": "The document does not say.",
            "otherwise": "It would be later.",
            "source": "TST Clocks",
            **changes,
        }
    )
