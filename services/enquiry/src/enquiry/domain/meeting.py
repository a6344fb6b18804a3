"""The daily meeting: when the next one is, what comes onto its agenda, and what may be recorded in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from mash.calendar import LONDON, in_london, is_working_day
from mash.errors import Conflict, Invalid
from mash.partnerships import Partnership
from mash.partnerships.clocks import WEEKDAYS
from mash.partnerships.meetings import DailyMeeting

MeetingState = Literal["planned", "open", "held"]
ItemState = Literal["waiting", "discussed", "put_off"]

OUT_OF_HOURS, STILL_OPEN, ONCE, DUE = "out_of_hours", "still_open", "rated", "due"
CARRIED, ADDED = "carried", "added"


class NoDailyMeeting(Invalid):
    """The partnership's documents know of no daily meeting."""


class MeetingInThePast(Invalid):
    """A meeting is called for today or later."""


class MeetingAlreadyCalled(Conflict):
    """There is a meeting on this day."""


class MeetingNotOpen(Conflict):
    """Nothing can be recorded: the agenda is not drawn up yet, or the meeting is over."""


class ItemAlreadyDiscussed(Conflict):
    """What was discussed is not put off."""


class AgencyNotExpected(Invalid):
    """The partnership has no such agency."""


class ActionAlreadyDone(Conflict):
    """Somebody has said already that it is done."""


@dataclass(frozen=True)
class Occasion:
    """One meeting's date, with the moment up to which its agenda takes what comes in."""

    held_on: date
    agenda_closes_at: datetime
    starts_at: datetime


@dataclass(frozen=True)
class Standing:
    """What the agenda goes by in a contact: how it stands when the agenda is drawn up."""

    kind: str
    is_new: bool
    out_of_hours: bool
    is_open: bool
    rating: str | None
    was_discussed: bool
    is_due: bool


def daily_meeting(partnership: Partnership) -> DailyMeeting:
    """The rules of the partnership's meeting. Raises :class:`NoDailyMeeting`."""
    if partnership.daily_meeting is None:
        raise NoDailyMeeting(f"{partnership.title} holds no daily meeting.", field="partnership")
    return partnership.daily_meeting


def on_date(partnership: Partnership, on: date) -> Occasion:
    """A meeting on a date, whether it is one of the usual days or not."""
    rules = daily_meeting(partnership)
    return Occasion(on, _at(on, rules.agenda_closes), _at(on, rules.starts))


def next_occasion(partnership: Partnership, now: datetime, after: date | None = None) -> Occasion:
    """The next usual meeting whose agenda is not closed yet, on a day after ``after`` where that is given."""
    on = in_london(now).date()
    if after is not None:
        on = max(on, after + timedelta(days=1))
    while not (_is_usual(partnership, on) and on_date(partnership, on).agenda_closes_at > now):
        on += timedelta(days=1)
    return on_date(partnership, on)


def last_occasion(partnership: Partnership, before: date) -> Occasion:
    """The usual meeting before a date: where none was recorded, what is new is counted from it."""
    on = before - timedelta(days=1)
    while not _is_usual(partnership, on):
        on -= timedelta(days=1)
    return on_date(partnership, on)


def end_of_day(on: date) -> datetime:
    """The midnight in London that a date ends with."""
    return _at(on + timedelta(days=1), "00:00")


def sections(rules: DailyMeeting) -> dict[str, str]:
    """The agenda's sections in the order in which a meeting goes through them, with their titles."""
    return {
        **{name: one.title for name, one in rules.new.items()},
        OUT_OF_HOURS: "Other contacts that came out of hours",
        STILL_OPEN: f"{_named(rules.until_closed)}, still open",
        ONCE: f"{_named(rules.once_at)}, not yet discussed",
        DUE: "Enquiries overdue or due today",
        CARRIED: "From an earlier meeting",
        ADDED: "Added by hand",
    }


def reasons(standing: Standing, rules: DailyMeeting) -> list[str]:
    """Why a contact is on the agenda, in the order of its sections; none where it is not."""
    new = [name for name, one in rules.new.items() if standing.is_new and standing.kind in one.kinds]
    is_other = standing.is_new and standing.out_of_hours and not new
    once = standing.is_open and standing.rating in rules.once_at and not standing.was_discussed
    applies = {
        OUT_OF_HOURS: is_other,
        STILL_OPEN: standing.is_open and standing.rating in rules.until_closed,
        ONCE: once,
        DUE: standing.is_due,
    }
    return [*new, *(name for name, holds in applies.items() if holds)]


def section_of(because: Sequence[str], rules: DailyMeeting) -> str:
    """The first of the agenda's sections that an item belongs to."""
    return next(name for name in sections(rules) if name in because)


def agencies_of(partnership: Partnership) -> dict[str, str]:
    """Who may attend, own an action or take part in an audit, with their titles: those expected first."""
    partners = {name: one.title for name, one in partnership.also_consulted.items()}
    known = {name: one.title for name, one in partnership.agencies.items()} | partners
    expected = partnership.daily_meeting.expected if partnership.daily_meeting else ()
    return {**{name: known[name] for name in expected}, **known}


def require_agencies(agencies: Collection[str], partnership: Partnership, field: str) -> None:
    """Raise :class:`AgencyNotExpected`."""
    if not set(agencies) <= agencies_of(partnership).keys():
        raise AgencyNotExpected("The partnership has no agency of that name.", field=field)


def require_open(state: str) -> None:
    """Raise :class:`MeetingNotOpen`."""
    if state == "planned":
        raise MeetingNotOpen("This meeting has not been opened yet: its agenda is still being drawn up.")
    if state == "held":
        raise MeetingNotOpen("This meeting is closed. What was recorded in it is not altered.")


def _is_usual(partnership: Partnership, on: date) -> bool:
    rules = daily_meeting(partnership)
    return WEEKDAYS[on.weekday()] in rules.days and is_working_day(on, partnership.hours)


def _named(ratings: Sequence[str]) -> str:
    return " and ".join(ratings).capitalize()


def _at(on: date, clock: str) -> datetime:
    return datetime.combine(on, time.fromisoformat(clock), LONDON).astimezone(UTC)
