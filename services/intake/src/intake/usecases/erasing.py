"""The night's erasing: each case in a transaction of its own, so that nothing is ever half erased.

The job may be ended at any moment and begins again where it was. A data key that was left behind, because it
is in another database, is destroyed by the next look for such keys.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

import sqlalchemy as sa
import structlog
from mash.calendar import LONDON, in_london
from mash.contracts.intake import ContactErased
from mash.db.outage import is_outage
from mash.db.tables import timer
from mash.hub import Hub, Transaction
from mash.ids import new_id
from mash.partnerships import load
from mash.partnerships.retention import MESSAGE
from mash.retention import destroy_keys, erase_shared
from mash.telemetry.logs import describe
from sqlalchemy.dialects.postgresql import insert

from intake.domain.retention import counted_by, next_night, years_after
from intake.store import endings
from intake.store import erasing as store
from intake.store.tables import contact
from intake.usecases.compare_people import compare_again_beside
from intake.usecases.retention import count_some, kept_for

log = structlog.get_logger()

NIGHT = "retention_night"
BATCH = 100


@dataclass
class Night:
    """What a night's work came to."""

    contacts: int = 0
    messages: int = 0
    failed: int = 0


async def work_through_the_night(hub: Hub) -> Night:
    """Count what was closed since, then erase whatever has come to its end."""
    night = Night()
    await _count(hub)
    night.contacts, failed = await _erase_all(hub, _due_contacts, erase_contact)
    night.messages, more_failed = await _erase_all(hub, _old_messages, erase_message)
    night.failed = failed + more_failed
    await destroy_keys(hub)
    return night


async def _count(hub: Hub) -> None:
    last: UUID | None = None
    while True:
        async with hub.transaction() as tx:
            last = await count_some(tx, last, BATCH)
        if last is None:
            return


List = Callable[[Transaction, Collection[UUID]], Awaitable[Sequence[UUID]]]
Erase = Callable[[Transaction, UUID], Awaitable[bool]]


async def _erase_all(hub: Hub, find: List, erase: Erase) -> tuple[int, int]:
    """Erase until nothing more is found, passing over what cannot be; return how many, and how many not."""
    erased, left = 0, set[UUID]()
    while True:
        async with hub.transaction() as tx:
            found = await find(tx, left)
        if not found:
            return erased, len(left)
        for id in found:
            if await _erase_one(hub, id, erase):
                erased += 1
            else:
                left.add(id)


async def _erase_one(hub: Hub, id: UUID, erase: Erase) -> bool:
    try:
        async with hub.transaction() as tx:
            return await erase(tx, id)
    except Exception as error:
        if is_outage(error):
            raise
        # One that cannot be erased does not keep the rest.
        log.error("erasing_failed", id=str(id), error=describe(error))
        return False


async def _due_contacts(tx: Transaction, apart_from: Collection[UUID]) -> Sequence[UUID]:
    return await endings.list_due(tx, in_london(tx.now).date(), apart_from, BATCH)


async def erase_contact(tx: Transaction, contact_id: UUID) -> bool:
    """Erase a contact, if by its words and the periods of today its time is over; return whether it was.

    A hold, a correction or another contact of the child that came meanwhile keeps it.
    """
    locked = await endings.lock_ending(tx, contact_id)
    if locked is None:
        return False
    (row,) = await tx.opened(contact, [locked])
    found = kept_for(row)
    if found.until >= in_london(tx.now).date():
        digest = counted_by(load()[row.partnership])
        again = {"contact": row.id, "by_rule": found.rule, "until": found.until, "digest": digest}
        await endings.set_kept(tx, [again])
        return False
    await compare_again_beside(tx, row.partnership, row.id)
    gone = await store.delete_contact(tx, row.id, row.message_id)
    await erase_shared(tx, row.id, ids=gone)
    tx.audit(action="case.erased", case=row.id, detail={"rule": found.rule})
    tx.emit(ContactErased(partnership=row.partnership, contact_id=row.id, rule=found.rule, erased_at=tx.now))
    return True


async def _old_messages(tx: Transaction, apart_from: Collection[UUID]) -> Sequence[UUID]:
    today = in_london(tx.now).date()
    before = {
        name: datetime.combine(years_after(today, -one.kept_for[MESSAGE].years), time(), LONDON)
        for name, one in load().items()
    }
    return await store.list_old_messages(tx, before, apart_from, BATCH)


async def erase_message(tx: Transaction, message_id: UUID) -> bool:
    """Erase a message that still lies aside; return whether it was."""
    row = await store.lock_set_aside(tx, message_id)
    if row is None:
        return False
    await store.delete_message(tx, row.id)
    await erase_shared(tx, row.id)
    tx.audit(action="message.erased", detail={"message": str(row.id), "rule": MESSAGE})
    return True


async def set_first_night(hub: Hub) -> None:
    """Set the timer of the next night, unless one waits already."""
    async with hub.transaction() as tx:
        row = {
            "id": new_id(),
            "kind": NIGHT,
            "key": NIGHT,
            "due_at": next_night(tx.now),
            "payload": {},
            "created_at": tx.now,
        }
        first = insert(timer).values(row)
        await tx.execute(
            first.on_conflict_do_nothing(
                index_elements=["kind", "key"], index_where=sa.text("fired_at IS NULL")
            )
        )


def set_next_night(tx: Transaction, night: Night) -> None:
    """Set the timer of the night after this one, and keep what this one came to."""
    tx.schedule(NIGHT, NIGHT, next_night(tx.now))
    tx.audit(
        action="retention.worked",
        detail={"contacts": night.contacts, "messages": night.messages, "failed": night.failed},
    )
