"""Who is who as a caller may know it: what meets a case that is closed to them is not there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.db.tables import case_scope
from mash.errors import NotFound
from mash.hub import Transaction
from mash.vault import OpenedRow

from intake.store.tables import contact, ending, match, match_key, match_step, mention

MOST_MENTIONS: Final = 1000
MOST_MATCHES: Final = 1000
_later, _earlier = mention.alias("later"), mention.alias("earlier")
_own, _other = match_key.alias("own"), match_key.alias("other")
_shares_key = (_own.c.digest == _other.c.digest) & (_own.c.partnership == _other.c.partnership)
_CARD = (
    contact.c.id,
    contact.c.reference,
    contact.c.partnership,
    contact.c.received_at,
    contact.c.channel,
    contact.c.kind,
    contact.c.referrer_kind,
    contact.c.immediate_danger,
    contact.c.follows_contact_id,
    contact.c.document,
)


class NoSuchMatch(NotFound):
    """There is no such match of somebody on this contact, or none that the caller may see."""

    def __init__(self) -> None:
        super().__init__("There is no such match, or none that you may see.")


async def list_same(tx: Transaction, caller: Caller, ids: Collection[UUID]) -> Sequence[sa.Row[Any]]:
    """Return these mentions and those that may belong with them, the newest first.

    Whether they do say the matches that the caller sees: what holds two together may be hidden from them.
    """
    theirs = sa.select(mention.c.person_id).where(mention.c.id.in_(list(ids)))
    statement = (
        sa.select(mention)
        .where(mention.c.person_id.in_(theirs), may_know(caller, mention.c.contact_id, tx.now))
        .order_by(mention.c.received_at.desc(), mention.c.id.desc())
        .limit(MOST_MENTIONS)
    )
    return (await tx.execute(statement)).all()


async def list_same_as_on(tx: Transaction, caller: Caller, contact_id: UUID) -> Sequence[sa.Row[Any]]:
    """Return the mentions of a contact first, and then those that may belong with them."""
    theirs = sa.select(mention.c.person_id).where(mention.c.contact_id == contact_id)
    own_first = (mention.c.contact_id != contact_id, mention.c.received_at.desc(), mention.c.id.desc())
    statement = (
        sa.select(mention)
        .where(mention.c.person_id.in_(theirs), may_know(caller, mention.c.contact_id, tx.now))
        .order_by(*own_first)
        .limit(MOST_MENTIONS)
    )
    return (await tx.execute(statement)).all()


async def list_matches(tx: Transaction, caller: Caller, ids: Collection[UUID]) -> Sequence[sa.Row[Any]]:
    """Return the matches of these mentions of whose both ends the caller may know."""
    known = list(ids)
    statement = (
        _visible(tx, caller)
        .where(match.c.mention_id.in_(known) | match.c.other_id.in_(known), match.c.state != "lapsed")
        .order_by(match.c.score.desc(), match.c.id.desc())
        .limit(MOST_MATCHES)
    )
    return (await tx.execute(statement)).all()


async def get_match(tx: Transaction, caller: Caller, contact_id: UUID, match_id: UUID) -> sa.Row[Any]:
    """Return a match of somebody on a contact, for this transaction alone. Raises :class:`NoSuchMatch`."""
    statement = _visible(tx, caller).where(match.c.id == match_id).with_for_update(of=match)
    row = (await tx.execute(statement)).one_or_none()
    if row is None or contact_id not in (row.later_contact, row.earlier_contact):
        raise NoSuchMatch
    return row


def _visible(tx: Transaction, caller: Caller) -> sa.Select[Any]:
    return (
        sa.select(
            match,
            _later.c.contact_id.label("later_contact"),
            _earlier.c.contact_id.label("earlier_contact"),
        )
        .join(_later, _later.c.id == match.c.mention_id)
        .join(_earlier, _earlier.c.id == match.c.other_id)
        .where(
            may_know(caller, _later.c.contact_id, tx.now),
            may_know(caller, _earlier.c.contact_id, tx.now),
        )
    )


async def settle(tx: Transaction, match_id: UUID, state: str) -> int:
    """Write how a match stands by what somebody said, and return its version then."""
    values = {"state": state, "by_hand": True, "version": match.c.version + 1, "changed_at": tx.now}
    statement = sa.update(match).where(match.c.id == match_id).values(values).returning(match.c.version)
    return int((await tx.execute(statement)).scalar_one())


async def list_steps(tx: Transaction, match_ids: Collection[UUID]) -> list[OpenedRow]:
    """Return what was done with matches that the caller was found to see, in order, with the reasons."""
    statement = sa.select(match_step).where(match_step.c.match_id.in_(list(match_ids)))
    rows = (await tx.execute(statement.order_by(match_step.c.at, match_step.c.id))).all()
    return await tx.opened(match_step, rows)


def _in_scope(tx: Transaction, caller: Caller) -> sa.Select[Any]:
    restricted = sa.func.coalesce(case_scope.c.restricted, False).label("restricted")
    return (
        sa.select(*_CARD, ending.c.decision, ending.c.heard_at, restricted)
        .outerjoin(ending, ending.c.contact_id == contact.c.id)
        .outerjoin(case_scope, case_scope.c.contact_id == contact.c.id)
        .where(may_know(caller, contact.c.id, tx.now))
        .order_by(contact.c.received_at.desc(), contact.c.id.desc())
    )


async def list_cards(tx: Transaction, caller: Caller, ids: Collection[UUID], limit: int) -> list[OpenedRow]:
    """Return what is told of these contacts beside another one, the newest first."""
    statement = _in_scope(tx, caller).where(contact.c.id.in_(list(ids))).limit(limit)
    return await tx.opened(contact, (await tx.execute(statement)).all())


async def list_before_and_after(
    tx: Transaction,
    caller: Caller,
    row: OpenedRow,
    ids: Collection[UUID],
    *,
    sharing: bool,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> list[OpenedRow]:
    """Return the contacts with these ids, the newest first, from the one after ``after`` on.

    With ``sharing`` those too that share a child, a sibling or a home with ``row``, as repeats are counted,
    and the call or the written forms that it belongs with.
    """
    wanted = contact.c.id.in_(list(ids))
    if sharing:
        shared = sa.select(_other.c.contact_id).join(_own, _shares_key).where(_own.c.contact_id == row.id)
        wanted |= contact.c.id.in_(shared) | (contact.c.follows_contact_id == row.id)
        if row.follows_contact_id is not None:
            wanted |= contact.c.id == row.follows_contact_id
    statement = _in_scope(tx, caller).where(wanted, contact.c.id != row.id)
    if after is not None:
        statement = statement.where(sa.tuple_(contact.c.received_at, contact.c.id) < after)
    return await tx.opened(contact, (await tx.execute(statement.limit(limit))).all())


async def list_shared_kinds(
    tx: Transaction, contact_id: UUID, ids: Collection[UUID]
) -> Sequence[sa.Row[Any]]:
    """Return by what kinds of keys a contact and each of these, which were found in scope, are repeats."""
    statement = (
        sa.select(_other.c.contact_id, _other.c.kind)
        .distinct()
        .join(_own, _shares_key)
        .where(_own.c.contact_id == contact_id, _other.c.contact_id.in_(list(ids)))
    )
    return (await tx.execute(statement)).all()
