"""Keeping the facts in step with the events, and making them again from the beginning."""

from __future__ import annotations

from mash.contracts import Envelope
from mash.contracts.base import ContactEvent
from mash.contracts.intake import AccessChanged
from mash.hub import Transaction

from reporting.domain.folding import fold
from reporting.store import facts

REBUILD_BATCH = 500


async def record(tx: Transaction, envelope: Envelope, event: ContactEvent) -> None:
    """Keep an event, and fold its contact's events anew."""
    await facts.lock(tx)
    await facts.log_event(tx, envelope, event)
    events = await facts.list_events(tx, [event.contact_id])
    await facts.save(tx, [fold(events[event.contact_id])])


async def record_access(tx: Transaction, envelope: Envelope, event: AccessChanged) -> None:
    """Keep whether a case is restricted, and nobody of those for whom it is or whose own it is."""
    nobody = event.model_copy(update={"named": [], "own": []})
    kept = envelope.model_copy(update={"data": nobody.model_dump(mode="json")})
    await record(tx, kept, nobody)


async def rebuild(tx: Transaction) -> int:
    """Throw every fact away and fold them again from the events; return how many contacts there are.

    It is one transaction: whoever reads meanwhile sees the old figures, and then the new.
    """
    await facts.lock(tx)
    await facts.forget_facts(tx)
    count, after = 0, None
    while contacts := await facts.list_contacts(tx, after, REBUILD_BATCH):
        events = await facts.list_events(tx, contacts)
        await facts.save(tx, [fold(events[contact]) for contact in contacts])
        count, after = count + len(contacts), contacts[-1]
    return count
