"""How contacts ended, until when they are kept, and which may go."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.db.tables import case_scope, erased_case
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from intake.store.tables import challenge, contact, ending, hold, match_key

# Who lives at an address changes; whose child it is does not.
_OF_THE_CHILD = ("nhs", "name", "mother")


async def hear(
    tx: Transaction, partnership: str, contact_id: UUID, decision: str | None, at: datetime
) -> None:
    """Keep how a contact stands since ``at``, unless something newer was heard; none says that it is open."""
    row = {"contact_id": contact_id, "partnership": partnership, "decision": decision, "heard_at": at}
    new = insert(ending).values(row)
    uncounted = {"rule": None, "keep_until": None, "counted_by": None}
    statement = new.on_conflict_do_update(
        index_elements=[ending.c.contact_id],
        set_={"decision": decision, "heard_at": at, **uncounted},
        where=ending.c.heard_at <= at,
    )
    await tx.execute(statement)


async def find_standing(tx: Transaction, contact_id: UUID) -> sa.Row[Any] | None:
    """Return how a contact stands and since when: with whom, closed or not, and if it was ever decided."""
    was_decided = sa.select(ending.c.contact_id).where(ending.c.contact_id == contact_id).exists()
    statement = sa.select(
        case_scope.c.worker, case_scope.c.closed, case_scope.c.standing_at, was_decided.label("was_decided")
    ).where(case_scope.c.contact_id == contact_id, case_scope.c.standing_at.is_not(None))
    return (await tx.execute(statement)).one_or_none()


async def hear_challenge(tx: Transaction, id: UUID, contact_id: UUID, *, closed: bool) -> None:
    """Keep that a decision is challenged, or that the challenge is over, in whatever order that is heard."""
    new = insert(challenge).values(disagreement_id=id, contact_id=contact_id, closed=closed)
    over = sa.or_(challenge.c.closed, new.excluded.closed)
    await tx.execute(
        new.on_conflict_do_update(index_elements=[challenge.c.disagreement_id], set_={"closed": over})
    )


async def list_uncounted(
    tx: Transaction, digests: Mapping[str, bytes], after: UUID | None, limit: int
) -> Sequence[sa.Row[Any]]:
    """Return closed contacts whose time was counted by other periods, or not at all; words are sealed."""
    stale = [
        sa.and_(ending.c.partnership == name, ending.c.counted_by.is_distinct_from(digest))
        for name, digest in digests.items()
    ]
    statement = _with_contact().where(ending.c.decision.is_not(None), sa.or_(*stale))
    if after is not None:
        statement = statement.where(ending.c.contact_id > after)
    return (await tx.execute(statement.order_by(ending.c.contact_id).limit(limit))).all()


async def lock_ending(tx: Transaction, contact_id: UUID) -> sa.Row[Any] | None:
    """Return a closed contact that this transaction may erase; none where it may not, or is gone."""
    statement = (
        _with_contact()
        .where(ending.c.contact_id == contact_id, ending.c.decision.is_not(None), *_free())
        .with_for_update(of=(contact, ending))
    )
    return (await tx.execute(statement)).one_or_none()


def _with_contact() -> sa.Select[Any]:
    restricted = sa.func.coalesce(case_scope.c.restricted, False).label("restricted")
    closed = (ending.c.decision, ending.c.heard_at.label("closed_at"), ending.c.keep_until)
    return sa.select(contact, *closed, restricted).select_from(
        ending.join(contact, contact.c.id == ending.c.contact_id).outerjoin(
            case_scope, case_scope.c.contact_id == ending.c.contact_id
        )
    )


async def set_kept(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write until when contacts are kept, by which rule, and what that was counted by."""
    statement = (
        sa.update(ending)
        .where(ending.c.contact_id == sa.bindparam("contact"))
        .values(
            rule=sa.bindparam("by_rule"),
            keep_until=sa.bindparam("until"),
            counted_by=sa.bindparam("digest"),
        )
    )
    if rows:
        await tx.execute(statement, rows)


async def count_again(tx: Transaction, contact_id: UUID) -> None:
    """Have a contact's time counted anew, because what it is counted by has changed."""
    await tx.execute(sa.update(ending).where(ending.c.contact_id == contact_id).values(counted_by=None))


async def list_due(tx: Transaction, today: date, apart_from: Collection[UUID], limit: int) -> Sequence[UUID]:
    """Return contacts whose time is over and that nothing keeps, the youngest first."""
    statement = (
        sa.select(ending.c.contact_id)
        .join(contact, contact.c.id == ending.c.contact_id)
        .where(
            ending.c.decision.is_not(None),
            ending.c.keep_until < today,
            ending.c.contact_id.not_in(list(apart_from)),
            *_free(),
        )
        .order_by(contact.c.received_at.desc(), contact.c.id)
        .limit(limit)
    )
    return (await tx.execute(statement)).scalars().all()


def _free() -> tuple[sa.ColumnElement[bool], ...]:
    """Nobody holds it, no challenge is open, and nothing younger of the same child is there to keep it."""
    return ~_held(), ~_challenged(), ~_has_younger()


def _held() -> sa.ColumnElement[bool]:
    return sa.select(sa.literal(1)).where(hold.c.contact_id == contact.c.id).correlate(contact).exists()


def _challenged() -> sa.ColumnElement[bool]:
    of_it = sa.select(sa.literal(1)).where(challenge.c.contact_id == contact.c.id, ~challenge.c.closed)
    return of_it.correlate(contact).exists()


def _has_younger() -> sa.ColumnElement[bool]:
    own, other, form = match_key.alias("own"), match_key.alias("other"), contact.alias("form")
    shared = (
        sa.select(sa.literal(1))
        .select_from(own.join(other, own.c.digest == other.c.digest))
        .where(
            own.c.contact_id == contact.c.id,
            own.c.kind.in_(_OF_THE_CHILD),
            other.c.partnership == own.c.partnership,
            other.c.received_at > own.c.received_at,
        )
    )
    # The written form that followed a call.
    following = sa.select(sa.literal(1)).where(form.c.follows_contact_id == contact.c.id)
    return sa.or_(shared.correlate(contact).exists(), following.correlate(contact).exists())


async def list_ending(tx: Transaction, caller: Caller, until: date, limit: int) -> Sequence[sa.RowMapping]:
    """Return what comes to its end until a day, the first first, with what keeps it all the same."""
    statement = (
        sa.select(
            contact.c.id.label("contact_id"),
            contact.c.reference,
            contact.c.partnership,
            ending.c.rule,
            ending.c.keep_until,
            _held().label("held"),
            _challenged().label("challenged"),
            _has_younger().label("kept_by_younger"),
        )
        .join(ending, ending.c.contact_id == contact.c.id)
        .where(
            ending.c.decision.is_not(None),
            ending.c.keep_until <= until,
            contact.c.partnership.in_(sorted(caller.partnerships)),
        )
        .order_by(ending.c.keep_until, contact.c.id)
        .limit(limit)
    )
    return (await tx.execute(statement)).mappings().all()


async def list_erased(tx: Transaction, since: datetime, limit: int) -> Sequence[sa.RowMapping]:
    """Return what was erased since a time, the latest first: ids that lead nowhere any more."""
    statement = (
        sa.select(erased_case.c.contact_id.label("id"), erased_case.c.erased_at)
        .where(erased_case.c.erased_at >= since)
        .order_by(erased_case.c.erased_at.desc(), erased_case.c.contact_id)
        .limit(limit)
    )
    return (await tx.execute(statement)).mappings().all()
