"""By what children are known again, and how many contacts there were before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import ARRAY

from intake.domain.identity import MatchKey
from intake.store.tables import contact, match_key


@dataclass(frozen=True)
class Counts:
    """Earlier contacts on the same children, siblings or addresses."""

    six_months: int = 0
    ever: int = 0


async def lock(tx: Transaction, keys: Sequence[MatchKey]) -> None:
    """Make contacts that share a key wait for each other until they commit, so that each is counted.

    The locks are taken in one order by everybody, so that no two can wait for each other in a ring.
    """
    if numbers := sorted({key.lock for key in keys}):
        wanted = sa.func.unnest(sa.cast(numbers, ARRAY(sa.BigInteger))).column_valued("wanted")
        await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(wanted)))


async def count_known(
    tx: Transaction,
    partnership: str,
    keys: Mapping[UUID, Sequence[MatchKey]],
    *,
    since: datetime,
    apart_from: UUID | None = None,
) -> dict[UUID, Counts]:
    """Count, for each contact about to be kept, those there are that share a key; call ``lock`` first.

    ``since`` begins the six months; ``apart_from`` is an occasion that does not count.
    """
    pairs = [(contact_id, key.digest) for contact_id, own in keys.items() for key in own]
    if not pairs:
        return {}
    wanted = (
        sa.func.unnest(
            sa.cast([pair[0] for pair in pairs], ARRAY(sa.Uuid)),
            sa.cast([pair[1] for pair in pairs], ARRAY(sa.LargeBinary)),
        )
        .table_valued(sa.column("contact_id", sa.Uuid), sa.column("digest", sa.LargeBinary))
        .render_derived(name="wanted")
    )
    statement = (
        sa.select(wanted.c.contact_id, *_counts(match_key, since))
        .select_from(wanted.join(match_key, match_key.c.digest == wanted.c.digest))
        .where(match_key.c.partnership == partnership)
        .group_by(wanted.c.contact_id)
    )
    if apart_from is not None:
        statement = statement.where(match_key.c.occasion_id != apart_from)
    rows = (await tx.execute(statement)).all()
    return {row.contact_id: Counts(row.six_months, row.ever) for row in rows}


async def count_earlier(tx: Transaction, contact_id: UUID, seq: int, *, since: datetime) -> Counts:
    """Count those taken in before a contact that is in the store at place ``seq``, as all stand now."""
    own, other = match_key.alias("own"), match_key.alias("other")
    statement = (
        sa.select(*_counts(other, since))
        .select_from(own.join(other, own.c.digest == other.c.digest))
        .join(contact, contact.c.id == other.c.contact_id)
        .where(
            own.c.contact_id == contact_id,
            other.c.occasion_id != own.c.occasion_id,
            other.c.partnership == own.c.partnership,
            contact.c.seq < seq,
        )
    )
    row = (await tx.execute(statement)).one()
    return Counts(row.six_months, row.ever)


def _counts(keys: sa.FromClause, since: datetime) -> tuple[sa.ColumnElement[int], ...]:
    occasions = sa.func.count(keys.c.occasion_id.distinct())
    return occasions.filter(keys.c.received_at >= since).label("six_months"), occasions.label("ever")


async def keep(
    tx: Transaction,
    partnership: str,
    keys: Mapping[UUID, Sequence[MatchKey]],
    *,
    received_at: datetime,
    occasion: UUID | None = None,
) -> None:
    """Store the keys of contacts; each is an occasion of its own unless it belongs to another's."""
    rows = [
        {
            "digest": key.digest,
            "contact_id": contact_id,
            "partnership": partnership,
            "kind": key.kind,
            "occasion_id": occasion or contact_id,
            "received_at": received_at,
        }
        for contact_id, own in keys.items()
        for key in own
    ]
    if rows:
        await tx.execute(sa.insert(match_key), rows)


async def drop(tx: Transaction, contact_id: UUID) -> None:
    """Take a contact's keys away, before those of its corrected people are kept."""
    await tx.execute(sa.delete(match_key).where(match_key.c.contact_id == contact_id))
