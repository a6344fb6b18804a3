"""Which cases a caller may know of, and which of them a social worker has to say a purpose for.

:func:`may_know` goes into every query by which a person reaches a case, so that a restricted one is not there
for anybody who is not named for it. :data:`HANDLERS`, with :func:`keep_restricted` where a case first
appears, keep the tables that it asks. Intake owns the truth and tells all of it each time; what is older
never takes the place of what is newer.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from mash.access.callers import Caller
from mash.access.roles import Role
from mash.audit.origin import PURPOSES, purpose
from mash.contracts.enquiry import EnquiryDecided
from mash.contracts.intake import AccessChanged
from mash.contracts.screening import ContactAllocated, ContactDecided, ScreeningReopened
from mash.db.tables import case_person, case_scope
from mash.errors import NotPermitted
from mash.hub import Transaction
from mash.messaging.handlers import Handler

# Under names of their own, for queries that join the tables themselves.
_SCOPE, _PERSON = case_scope.alias(), case_person.alias()
_LONG_AGO: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNNAMED: Final = frozenset({Role.CONTACT_OFFICER, Role.MANAGER})


class PurposeNotSaid(NotPermitted):
    """A social worker opens a case that is not on their desk, and does not say what for."""


@dataclass(frozen=True)
class Standing:
    """Who works on a case, and whether a decision has closed it."""

    worker: str | None = None
    closed: bool = False


def may_know(
    caller: Caller,
    case: sa.ColumnElement[UUID],
    now: datetime,
    partnership: sa.ColumnElement[str] | None = None,
) -> sa.ColumnElement[bool]:
    """Return the condition that keeps a query to the cases that the caller may know of.

    ``case`` is the column that holds the contact's id; ``partnership`` that of its partnership, which is in
    the same table unless given. A service knows of every case of its partnerships.
    """
    of = case.table.c.partnership if partnership is None else partnership
    ours: sa.ColumnElement[bool] = of.in_(sorted(caller.partnerships))
    return ours if caller.is_service else ours & ~_closed_to(caller, case, now)


def _closed_to(caller: Caller, case: sa.ColumnElement[UUID], now: datetime) -> sa.ColumnElement[bool]:
    """Whether a case is restricted, and to others."""
    named = (
        sa.select(sa.literal(1))
        .where(
            _PERSON.c.contact_id == _SCOPE.c.contact_id,
            _PERSON.c.subject == caller.subject,
            _PERSON.c.relation == "named",
            sa.or_(_PERSON.c.until.is_(None), _PERSON.c.until > now),
        )
        .correlate(_SCOPE)
        .exists()
    )
    closed = sa.select(sa.literal(1)).where(_SCOPE.c.contact_id == case, _SCOPE.c.restricted, ~named)
    return closed.correlate(case.table).exists()


def needs_purpose(roles: Collection[Role], subject: str, standing: Standing) -> bool:
    """Whether somebody has to say what they open a case for.

    | the case                  | the worker of it | another social worker | contact officer, manager |
    |---------------------------|------------------|-----------------------|--------------------------|
    | waits, given to nobody    | -                | no                    | no                       |
    | is given to a worker      | no               | yes                   | no                       |
    | was closed by a decision  | no               | yes                   | no                       |
    """
    is_on_desk = not standing.closed and standing.worker is None
    is_worker_only = Role.SOCIAL_WORKER in roles and not _UNNAMED & frozenset(roles)
    return is_worker_only and standing.worker != subject and not is_on_desk


def require_purpose(caller: Caller, standing: Standing) -> None:
    """Refuse a look that needs a purpose and has none. Raises :class:`PurposeNotSaid`."""
    if needs_purpose(caller.roles, caller.subject, standing) and purpose.get() not in PURPOSES:
        raise PurposeNotSaid(
            "This case is with another worker, or is closed. Say what you open it for: send the header "
            f"X-Purpose with one of {', '.join(PURPOSES)}."
        )


async def require_purpose_for(
    tx: Transaction, caller: Caller, contact_id: UUID, *, closed: bool = False
) -> None:
    """The same, by what this service has heard of the case; ``closed`` where it knows that itself."""
    if needs_purpose(caller.roles, caller.subject, Standing("?")):
        standing = await _standing(tx, contact_id)
        require_purpose(caller, Standing(standing.worker, standing.closed or closed))


async def _standing(tx: Transaction, contact_id: UUID) -> Standing:
    statement = sa.select(case_scope.c.worker, case_scope.c.closed).where(
        case_scope.c.contact_id == contact_id
    )
    row = (await tx.execute(statement)).one_or_none()
    return Standing(row.worker, row.closed) if row else Standing()


async def keep_restricted(
    tx: Transaction, partnership: str, contact_ids: Iterable[UUID], received_at: datetime
) -> None:
    """Keep that cases are restricted from the first, before it is known for whom.

    ``received_at`` is older than any change, so that one that was heard before is not undone.
    """
    rows = [
        {"contact_id": id, "partnership": partnership, "restricted": True, "changed_at": received_at}
        for id in contact_ids
    ]
    if rows:
        new = insert(case_scope).values(rows)
        await tx.execute(_unless_newer(new))


async def keep_access(tx: Transaction, event: AccessChanged) -> None:
    """Keep who may know of a case, and whose own family it is about, in place of what was known before."""
    await keep_newer_access(tx, event)


async def keep_newer_access(tx: Transaction, event: AccessChanged) -> bool:
    """The same; False where something newer is known."""
    scope = {"contact_id": event.contact_id, "partnership": event.partnership, "restricted": event.restricted}
    new = insert(case_scope).values({**scope, "changed_at": event.changed_at})
    kept = await tx.execute(_unless_newer(new, or_equal=True))
    if not kept.rowcount:
        return False
    await tx.execute(sa.delete(case_person).where(case_person.c.contact_id == event.contact_id))
    people = _people(event)
    if people:
        await tx.execute(sa.insert(case_person), people)
    return True


def _unless_newer(new: Any, *, or_equal: bool = False) -> Any:
    known, given = case_scope.c.changed_at, new.excluded.changed_at
    return new.on_conflict_do_update(
        index_elements=[case_scope.c.contact_id],
        set_={"restricted": new.excluded.restricted, "changed_at": given},
        where=known <= given if or_equal else known < given,
    )


def _people(event: AccessChanged) -> list[dict[str, Any]]:
    named = [{"subject": one.subject, "relation": "named", "until": one.until} for one in event.named]
    own = [{"subject": subject, "relation": "own", "until": None} for subject in event.own]
    return [{"contact_id": event.contact_id, **person} for person in named + own]


async def keep_standing(
    tx: Transaction, partnership: str, contact_id: UUID, at: datetime, **standing: str | bool | None
) -> None:
    """Keep who works on a case, or that a decision has closed it, as it was at a time."""
    first = {"contact_id": contact_id, "partnership": partnership, "restricted": False}
    new = insert(case_scope).values({**first, "changed_at": _LONG_AGO, "standing_at": at, **standing})
    known = case_scope.c.standing_at
    await tx.execute(
        new.on_conflict_do_update(
            index_elements=[case_scope.c.contact_id],
            set_={"standing_at": at, **standing},
            where=sa.or_(known.is_(None), known <= at),
        )
    )


async def is_restricted(tx: Transaction, contact_id: UUID) -> bool:
    """Whether only people named for a case may know of it."""
    statement = sa.select(case_scope.c.restricted).where(case_scope.c.contact_id == contact_id)
    return bool((await tx.execute(statement)).scalar())


async def note_allocated(tx: Transaction, event: ContactAllocated) -> None:
    """Keep which worker a case was given to."""
    await keep_standing(
        tx, event.partnership, event.contact_id, event.allocated_at, worker=event.worker, closed=False
    )


async def note_decided(tx: Transaction, event: ContactDecided) -> None:
    """Keep that a decision has closed a case, unless agencies are asked first, and that it is restricted."""
    if event.restricted:
        await keep_restricted(tx, event.partnership, [event.contact_id], event.received_at)
    closed = event.pathway != "enquiry"
    await keep_standing(tx, event.partnership, event.contact_id, event.decided_at, closed=closed)


async def note_enquiry_decided(tx: Transaction, event: EnquiryDecided) -> None:
    """Keep that the decision on its enquiry has closed a case."""
    await keep_standing(tx, event.partnership, event.contact_id, event.decided_at, closed=True)


async def note_reopened(tx: Transaction, event: ScreeningReopened) -> None:
    """Keep that a case waits for a decision again, and for nobody in particular."""
    await keep_standing(tx, event.partnership, event.contact_id, event.reopened_at, worker=None, closed=False)


# For each service that hears of cases; intake, which owns it, has no need of the first.
HANDLERS: Final = (Handler(AccessChanged, keep_access),)
STANDING: Final = (Handler(ContactAllocated, note_allocated), Handler(ScreeningReopened, note_reopened))
