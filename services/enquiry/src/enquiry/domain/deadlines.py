"""What is due when, under the rating and every rating before it.

The clock starts when the enquiry is opened (for an agency: when it is asked) and never restarts. A more
urgent rating asks for all that a less urgent one does, and sooner: what is due is the earliest of what each
rating up to the present one asks for, each counted from when the rating first was at least as urgent. So a
rise gives no agency more time than it had, and a fall gives it what it would have had from the start.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mash.calendar import Due, Remaining, add_working, due, remaining
from mash.partnerships import Partnership


@dataclass(frozen=True)
class Rated:
    """A rating, and when a manager gave it."""

    rating: str
    at: datetime


@dataclass(frozen=True)
class Chasing:
    """When an agency that has not answered is reminded, chased and raised to its lead."""

    remind_at: tuple[datetime, ...]
    due_at: datetime
    raise_at: datetime


def due_under(ratings: Sequence[Rated], partnership: Partnership, asked_at: datetime | None = None) -> Due:
    """When what was asked is due, after these ratings in the order they were given.

    With ``asked_at`` it is one agency's due time, and without it the whole enquiry's.
    """
    urgency = partnership.urgency
    present = urgency(ratings[-1].rating)
    # The present rating first, so that it names the reading where two ask for the same moment.
    asking = sorted(
        (name for name in partnership.ratings if urgency(name) <= present), key=urgency, reverse=True
    )
    return min((_due_by(name, ratings, partnership, asked_at) for name in asking), key=lambda one: one.due_at)


def _due_by(name: str, ratings: Sequence[Rated], partnership: Partnership, asked_at: datetime | None) -> Due:
    urgency = partnership.urgency
    since = next(given.at for given in ratings if urgency(given.rating) >= urgency(name))
    start = max(since, asked_at) if asked_at else since
    return due(start, partnership.due_rules[partnership.ratings[name].due], partnership.hours)


def chasing(whole: Due, partnership: Partnership) -> Chasing:
    """When to remind and to raise, by the partnership's shares of the time and by the clock of the target.

    A late request is raised to the agency's lead as long after it was due as the last reminder came before.
    """
    points = partnership.reminders.points
    length = whole.counted_between(whole.starts_at, whole.due_at)
    return Chasing(
        remind_at=tuple(_moment(whole, length * point) for point in points),
        due_at=whole.due_at,
        raise_at=_moment(whole, length * (2 - max(points))),
    )


def _moment(whole: Due, part: timedelta) -> datetime:
    if whole.counts_in:
        return add_working(whole.starts_at, part, whole.counts_in)
    return whole.starts_at + part


def standing(whole: Due, since: datetime, due_at: datetime, at: datetime) -> Remaining:
    """Where what was asked ``since`` then stands against ``due_at``, by ``whole``'s clock.

    The due time is the one that was kept when it was set, also where the partnership's rules have changed.
    """
    return remaining(at, replace(whole, received_at=since, due_at=due_at, runs_out_at=due_at))
