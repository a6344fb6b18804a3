"""Keeps of each contact what a meeting's agenda goes by, and sees that there is a next meeting."""

from __future__ import annotations

from mash import partnerships
from mash.access.cases import keep_restricted
from mash.contracts.intake import ContactReceived
from mash.contracts.screening import ContactDecided, ContactRated, ScreeningReopened
from mash.hub import Transaction

from enquiry.store.heard import keep
from enquiry.store.tables import contact_heard as heard
from enquiry.usecases.meeting_planning import plan_next


async def hear_received(tx: Transaction, event: ContactReceived) -> None:
    """Keep that a contact came in. A restricted one is there for nobody who is not named for it."""
    if event.restricted:
        await keep_restricted(tx, event.partnership, [event.contact_id], event.received_at)
    await keep(
        tx,
        event.partnership,
        event.contact_id,
        heard.c.received_at,
        received_at=event.received_at,
        reference=event.reference,
        kind=event.kind,
        out_of_hours=event.out_of_hours,
        # What comes while the hub closes an agenda is heard later, and is new for the next one.
        heard_at=tx.now,
    )
    if partnerships.get(event.partnership).daily_meeting is not None:
        await plan_next(tx, event.partnership)


async def hear_rated(tx: Transaction, event: ContactRated) -> None:
    """Keep how a contact is rated."""
    await keep(
        tx,
        event.partnership,
        event.contact_id,
        heard.c.rated_at,
        rated_at=event.rated_at,
        rating=event.rating,
    )


async def hear_decided(tx: Transaction, event: ContactDecided) -> None:
    """Keep where a contact went, and the rating that it went with."""
    of = event.partnership, event.contact_id
    await keep(tx, *of, heard.c.rated_at, rated_at=event.decided_at, rating=event.rating)
    await keep(tx, *of, heard.c.standing_at, standing_at=event.decided_at, pathway=event.pathway)


async def hear_reopened(tx: Transaction, event: ScreeningReopened) -> None:
    """Keep that a contact waits for a decision again."""
    await keep(
        tx,
        event.partnership,
        event.contact_id,
        heard.c.standing_at,
        standing_at=event.reopened_at,
        pathway=None,
    )
