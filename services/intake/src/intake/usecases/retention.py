"""The clock of each case's end: what is heard, what is counted, what is held, and what is shown of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from mash.access import Caller
from mash.calendar import in_london
from mash.contracts.enquiry import EnquiryDecided, EnquiryOpened, EnquiryWithdrawn
from mash.contracts.screening import (
    ContactDecided,
    DisagreementClosed,
    DisagreementRaised,
    ScreeningReopened,
)
from mash.errors import NotFound
from mash.hub import Transaction
from mash.partnerships import get, load
from mash.partnerships.retention import UNDECIDED_PATHWAYS

from intake.domain.retention import Kept, births, counted_by, kept
from intake.store import endings, holds
from intake.store.tables import contact

MOST_LISTED = 500


class NoSuchHold(NotFound):
    """The contact is not held."""


async def hear_decided(tx: Transaction, event: ContactDecided) -> None:
    """A pathway closes the contact, unless others decide further along it."""
    decision = None if event.pathway in UNDECIDED_PATHWAYS else event.pathway
    await endings.hear(tx, event.partnership, event.contact_id, decision, event.decided_at)


async def hear_enquiry_decided(tx: Transaction, event: EnquiryDecided) -> None:
    """The enquiry's outcome closes the contact."""
    await endings.hear(tx, event.partnership, event.contact_id, event.outcome, event.decided_at)


async def hear_open_again(
    tx: Transaction, event: ScreeningReopened | EnquiryOpened | EnquiryWithdrawn
) -> None:
    """The contact awaits a decision, whatever was decided before."""
    moments = ("reopened_at", "opened_at", "withdrawn_at")
    at = next(getattr(event, name) for name in moments if hasattr(event, name))
    await endings.hear(tx, event.partnership, event.contact_id, None, at)


async def hear_challenge(tx: Transaction, event: DisagreementRaised | DisagreementClosed) -> None:
    """Nothing is erased while a decision on it is challenged."""
    closed = isinstance(event, DisagreementClosed)
    await endings.hear_challenge(tx, event.disagreement_id, event.contact_id, closed=closed)


async def count_some(tx: Transaction, after: UUID | None, limit: int) -> UUID | None:
    """Count until when some closed contacts are kept; return the last of them, or none when all are done.

    Counted are those that were closed since, corrected since, or counted by periods that are not the
    partnership's any more.
    """
    digests = {name: counted_by(partnership) for name, partnership in load().items()}
    rows = await tx.opened(contact, await endings.list_uncounted(tx, digests, after, limit))
    counted = [
        {"contact": row.id, "by_rule": one.rule, "until": one.until, "digest": digests[row.partnership]}
        for row in rows
        for one in (kept_for(row),)
    ]
    await endings.set_kept(tx, counted)
    return rows[-1].id if len(rows) == limit else None


def kept_for(row: Any) -> Kept:
    """Return until when a closed contact is kept, by its words and the periods of today."""
    return kept(
        get(row.partnership),
        row.decision,
        row.closed_at,
        births(row.document),
        restricted=row.restricted,
    )


async def place_hold(tx: Transaction, caller: Caller, reference: str, reason: str) -> None:
    """Keep a contact whatever its time, until the hold is lifted."""
    row = await holds.get_to_hold(tx, caller, reference)
    await holds.place(
        tx,
        {
            "contact_id": row.id,
            "partnership": row.partnership,
            "placed_at": tx.now,
            "placed_by": caller.subject,
            "reason": reason,
        },
    )
    tx.audit(action="contact.held", case=row.id)


async def lift_hold(tx: Transaction, caller: Caller, reference: str) -> None:
    """Let a contact go when its time is over. Raises :class:`NoSuchHold`."""
    row = await holds.get_to_hold(tx, caller, reference)
    if not await holds.lift(tx, row.id):
        raise NoSuchHold("The contact is not held.")
    tx.audit(action="contact.hold_lifted", case=row.id)


async def list_holds(tx: Transaction, caller: Caller) -> list[dict[str, Any]]:
    """List what is held, by whom, since when and why; each is a look at that case."""
    rows = await holds.list_holds(tx, caller, MOST_LISTED)
    for row in rows:
        tx.audit(action="contact.hold_viewed", case=row["contact_id"])
    return [dict(row) for row in rows]


async def show_retention(tx: Transaction, caller: Caller, days: int) -> dict[str, Any]:
    """Show what comes to its end within so many days, and what was erased in as many."""
    today = in_london(tx.now).date()
    coming = await endings.list_ending(tx, caller, today + timedelta(days=days), MOST_LISTED)
    erased = await endings.list_erased(tx, tx.now - timedelta(days=days), MOST_LISTED)
    tx.audit(action="retention.viewed", detail={"days": days})
    return {"coming": coming, "erased": erased}
