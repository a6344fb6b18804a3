"""Who was seen on several contacts, and which homes were, as far as a caller may know of those."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import aggregate_order_by

from intake.store.tables import contact, match, match_key, mention

MOST_PEOPLE: Final = 300
MOST_SIGHTINGS: Final = 2000
MOST_HOMES: Final = 20
_SIGHTING: Final = (
    mention.c.id,
    mention.c.contact_id,
    mention.c.digest,
    mention.c.person_id,
    mention.c.role,
    mention.c.alleged,
    mention.c.received_at,
)
_later, _earlier = mention.alias("later"), mention.alias("earlier")


async def list_sightings(tx: Transaction, caller: Caller, since: datetime) -> Sequence[sa.Row[Any]]:
    """Return the mentions of those who were seen most often since a time, of all who were seen twice.

    That they are one person say the matches of ``list_joins``: what holds them together may be hidden.
    """
    # A person who was seen once is its own oldest mention, and no other has its id.
    often = (
        sa.select(mention.c.person_id)
        .where(
            mention.c.id != mention.c.person_id,
            mention.c.received_at >= since,
            may_know(caller, mention.c.contact_id, tx.now),
        )
        .group_by(mention.c.person_id)
        .order_by(sa.func.count().desc(), mention.c.person_id)
        .limit(MOST_PEOPLE)
    )
    occasion = sa.func.coalesce(contact.c.follows_contact_id, contact.c.id).label("occasion")
    statement = (
        sa.select(*_SIGHTING, occasion)
        .join(contact, contact.c.id == mention.c.contact_id)
        .where(
            mention.c.person_id.in_(often),
            mention.c.received_at >= since,
            may_know(caller, mention.c.contact_id, tx.now),
        )
        .order_by(mention.c.received_at.desc(), mention.c.id.desc())
        .limit(MOST_SIGHTINGS)
    )
    return (await tx.execute(statement)).all()


async def list_joins(
    tx: Transaction, caller: Caller, people: Collection[UUID], joined: Collection[str]
) -> Sequence[sa.Row[Any]]:
    """Return the joined matches among the mentions of these people of whose both ends the caller may know."""
    statement = (
        sa.select(match.c.mention_id, match.c.other_id)
        .join(_later, _later.c.id == match.c.mention_id)
        .join(_earlier, _earlier.c.id == match.c.other_id)
        .where(
            _later.c.person_id.in_(list(people)),
            match.c.state.in_(sorted(joined)),
            may_know(caller, _later.c.contact_id, tx.now),
            may_know(caller, _earlier.c.contact_id, tx.now),
        )
    )
    return (await tx.execute(statement)).all()


async def list_homes(tx: Transaction, contact_ids: Collection[UUID]) -> Sequence[sa.Row[Any]]:
    """Return by what the homes of contacts are known, which were found in scope."""
    statement = sa.select(match_key.c.contact_id, match_key.c.digest).where(
        match_key.c.contact_id.in_(list(contact_ids)), match_key.c.kind == "address"
    )
    return (await tx.execute(statement)).all()


async def list_rising_homes(
    tx: Transaction, caller: Caller, since: datetime, middle: datetime, least: int
) -> Sequence[sa.Row[Any]]:
    """Return the homes of which more is heard since ``middle`` than in the time before, from ``since`` on."""
    occasions = sa.func.count(match_key.c.occasion_id.distinct())
    recent = occasions.filter(match_key.c.received_at >= middle)
    before = occasions.filter(match_key.c.received_at < middle)
    contacts = sa.func.array_agg(
        aggregate_order_by(match_key.c.contact_id, match_key.c.received_at.desc(), match_key.c.contact_id)
    )
    # Most homes are heard of once, and need no more than counting.
    often = (
        sa.select(match_key.c.digest)
        .where(match_key.c.kind == "address", match_key.c.received_at >= middle)
        .group_by(match_key.c.digest)
        .having(sa.func.count() >= least)
    )
    statement = (
        sa.select(
            match_key.c.digest,
            recent.label("recent"),
            before.label("before"),
            contacts.label("contacts"),
        )
        .where(
            match_key.c.kind == "address",
            match_key.c.received_at >= since,
            match_key.c.digest.in_(often),
            may_know(caller, match_key.c.contact_id, tx.now),
        )
        .group_by(match_key.c.digest)
        .having(recent >= least, recent > before)
        .order_by(recent.desc(), match_key.c.digest)
        .limit(MOST_HOMES)
    )
    return (await tx.execute(statement)).all()
