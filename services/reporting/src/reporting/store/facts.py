"""Writing events down, and the facts folded from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from mash.contracts import BY_TYPE, Envelope
from mash.contracts.base import ContactEvent
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from reporting.domain.folding import Facts, Row
from reporting.store.tables import FACTS, event_log

Logged = tuple[datetime, UUID, ContactEvent]

# Copies of the service fold one at a time: two that each saw half of a contact's events would both be wrong.
_FOLD_LOCK = sa.text("SELECT pg_advisory_xact_lock(7230913)")


async def lock(tx: Transaction) -> None:
    """Wait until nobody else folds, until this transaction ends."""
    await tx.execute(_FOLD_LOCK)


async def log_event(tx: Transaction, envelope: Envelope, event: ContactEvent) -> None:
    """Keep an event as it came. One that is kept already is passed over."""
    row = {
        "event_id": envelope.id,
        "type": envelope.type,
        "partnership": event.partnership,
        "contact_id": event.contact_id,
        "at": envelope.time,
        "data": envelope.data,
    }
    await tx.execute(insert(event_log).values(row).on_conflict_do_nothing())


async def list_events(tx: Transaction, contacts: Iterable[UUID]) -> dict[UUID, list[Logged]]:
    """Return the events of some contacts, by contact."""
    rows = await tx.execute(
        sa.select(
            event_log.c.event_id, event_log.c.type, event_log.c.contact_id, event_log.c.at, event_log.c.data
        ).where(event_log.c.contact_id.in_(list(contacts)))
    )
    found: dict[UUID, list[Logged]] = defaultdict(list)
    for row in rows:
        event = BY_TYPE[row.type].model_validate(row.data)
        if isinstance(event, ContactEvent):
            found[row.contact_id].append((row.at, row.event_id, event))
    return found


async def list_contacts(tx: Transaction, after: UUID | None, limit: int) -> list[UUID]:
    """Return the ids of contacts that have events, in order of id, after ``after``."""
    ids = sa.select(event_log.c.contact_id).distinct().order_by(event_log.c.contact_id).limit(limit)
    if after is not None:
        ids = ids.where(event_log.c.contact_id > after)
    return list((await tx.execute(ids)).scalars())


async def save(tx: Transaction, facts: Iterable[Facts]) -> None:
    """Write the rows of some contacts' facts over what was there."""
    gathered: dict[str, list[Row]] = defaultdict(list)
    for one in facts:
        for name, rows in one.rows().items():
            gathered[name].extend(rows)
    for name, rows in gathered.items():
        if rows:
            await _upsert(tx, FACTS[name], rows)


async def _upsert(tx: Transaction, table: sa.Table, rows: list[Row]) -> None:
    statement = insert(table)
    key = [column.name for column in table.primary_key]
    others = {column.name: statement.excluded[column.name] for column in table.c if column.name not in key}
    await tx.execute(statement.on_conflict_do_update(index_elements=key, set_=others), rows)


async def forget_facts(tx: Transaction) -> None:
    """Throw the facts away; the events stay."""
    for table in FACTS.values():
        await tx.execute(sa.delete(table))
