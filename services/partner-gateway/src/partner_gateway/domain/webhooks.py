"""When a webhook is tried again, and when it is given up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from mash.errors import Conflict

State = Literal["active", "paused", "ended"]
# What became of one attempt. Only the first of them is a delivery, and ``gone`` ends the subscription.
Result = Literal[
    "delivered", "gone", "redirected", "refused", "failed", "too_slow", "no_answer", "address_refused"
]

GIVEN_UP_AFTER = timedelta(days=3)
# The pause after each attempt; the last of them after all further ones.
PAUSES = (
    timedelta(seconds=5),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
)
# A pause is made this much longer or shorter at most, so that what failed together does not return together.
JITTER = 0.1


class SubscriptionEnded(Conflict):
    """The subscription has ended, and nothing is sent to it any more."""


@dataclass(frozen=True)
class Attempt:
    """One try to tell an agency's system: what it answered, if it did, and how long that took."""

    result: Result
    status: int | None
    milliseconds: int


def result_of(status: int) -> Result:
    """What a status means: 2xx that it is there, 410 that nothing more is wanted, all others not yet."""
    if 200 <= status < 300:
        return "delivered"
    if status == 410:
        return "gone"
    if 300 <= status < 400:
        return "redirected"
    return "refused" if status < 500 else "failed"


def next_attempt(attempts: int, first_at: datetime, now: datetime, spread: float) -> datetime | None:
    """When to try again after ``attempts`` in vain; None once three days have gone.

    The last attempt is made at the very end of the three days. ``spread`` is between -1 and 1, by chance.
    """
    end = first_at + GIVEN_UP_AFTER
    if now >= end:
        return None
    pause = PAUSES[min(attempts, len(PAUSES)) - 1]
    return min(now + pause * (1 + JITTER * spread), end)


def require_live(state: State) -> None:
    """Raise :class:`SubscriptionEnded` where nothing can be sent any more."""
    if state == "ended":
        raise SubscriptionEnded("The subscription has ended. Make another in its place.")
