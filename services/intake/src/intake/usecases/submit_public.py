"""A member of the public tells of a concern, without signing in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from mash.calendar import in_london, is_open
from mash.calendar.london import spoken
from mash.errors import TooMany
from mash.hub import Transaction
from mash.partnerships import Partnership, UnknownPartnership, get

from intake.domain.tidying import Document
from intake.store.public_counts import count, forget_before
from intake.usecases.receipts import EMERGENCY, in_danger
from intake.usecases.receive import Arrival, Draft, receive, refuse_impossible_dates

SENT_BY = "public"
WINDOW = timedelta(hours=1)
EVERYBODY = "everybody"
# Of those who begin, some stop and begin again.
BEGUN_FOR_EACH_SENT = 5


class TooManyConcerns(TooMany):
    """More came by the public's form than are taken in an hour; the sender is told whom to ring."""


@dataclass(frozen=True)
class Limits:
    """How many are taken within an hour from one sender, and from all of them."""

    of_one: int
    of_all: int


def partnership_of(name: str, served: Collection[str]) -> Partnership:
    """Return the partnership of that name. Raises ``UnknownPartnership`` for one not served here."""
    if name not in served:
        raise UnknownPartnership("There is no such partnership here.")
    return get(name)


async def submit_public(
    tx: Transaction, partnership: Partnership, document: Document, *, sender: str, limits: Limits
) -> dict[str, Any]:
    """Take a concern in and return its reference. Raises :class:`TooManyConcerns`."""
    refuse_impossible_dates(document, in_london(tx.now).date())
    await _count(tx, partnership, sender, limits)
    arrival = Arrival(channel="portal", received_at=tx.now, sent_by=SENT_BY)
    (row,) = await receive(tx, partnership, arrival, [Draft(kind="form", document=document)])
    shown = in_danger(partnership, is_shut=row["out_of_hours"])
    return {"reference": row["reference"], "in_danger": shown}


async def count_begun(tx: Transaction, partnership: Partnership, sender: str, limits: Limits) -> None:
    """Count a form that is begun and may never be sent. Raises :class:`TooManyConcerns`."""
    more = Limits(limits.of_one * BEGUN_FOR_EACH_SENT, limits.of_all * BEGUN_FOR_EACH_SENT)
    await _count(tx, partnership, sender, more, what="public draft")


async def _count(
    tx: Transaction, partnership: Partnership, sender: str, limits: Limits, what: str = "public form"
) -> None:
    """Count this concern for its sender and for all; what is refused is not counted, as nothing commits.

    An address is kept as a keyed digest that is another one each hour, so that nobody can be followed by it.
    """
    begun = tx.now.replace(minute=0, second=0, microsecond=0)
    await forget_before(tx, begun)
    for whose, limit in ((sender, limits.of_one), (EVERYBODY, limits.of_all)):
        digest = tx.vault.digest(f"{what}:{begun.isoformat()}:{whose}")
        if await count(tx, digest, begun) > limit:
            raise _refused(partnership, tx.now, begun + WINDOW)


def _refused(partnership: Partnership, now: datetime, again_at: datetime) -> TooManyConcerns:
    shown = in_danger(partnership, is_shut=not is_open(now, partnership.hours))
    words = (
        f"This form cannot be taken just now, and what you wrote has not been kept. Please ring "
        f"{shown['answering_now']} and tell us of your worry. If a child is in danger now, ring {EMERGENCY}. "
        f"You can also send the form again after {spoken(again_at)}."
    )
    seconds = ceil((again_at - now).total_seconds())
    return TooManyConcerns(words, retry_after_seconds=seconds, in_danger=shown)
