"""For whom contacts are open, as intake alone decides it and tells the hub."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access.cases import is_restricted
from mash.contracts.intake import AccessChanged, Named
from mash.db.tables import case_person, case_scope
from mash.hub import Transaction
from mash.ids import new_id
from sqlalchemy.dialects.postgresql import insert

from intake.domain.restriction import Action
from intake.store.tables import contact, lado_person, linked, restriction


async def set_restricted(
    tx: Transaction, partnership: str, case_ids: Iterable[UUID], *, restricted: bool
) -> None:
    """Write whether cases are restricted. A message that became no contact is a case of its own."""
    rows = [
        {"contact_id": id, "partnership": partnership, "restricted": restricted, "changed_at": tx.now}
        for id in case_ids
    ]
    if rows:
        new = insert(case_scope).values(rows)
        values = {"restricted": restricted, "changed_at": tx.now}
        await tx.execute(new.on_conflict_do_update(index_elements=["contact_id"], set_=values))


async def name_people(tx: Transaction, case_ids: Iterable[UUID], subjects: Iterable[str]) -> None:
    """Name people for cases, in the place of whoever is: an emergency opening ends with it."""
    ids, people = list(case_ids), list(dict.fromkeys(subjects))
    named = case_person.c.contact_id.in_(ids) & (case_person.c.relation == "named")
    await tx.execute(sa.delete(case_person).where(named))
    rows = [{"contact_id": id, "subject": subject, "relation": "named"} for id in ids for subject in people]
    if rows:
        await tx.execute(sa.insert(case_person), rows)


async def name_until(tx: Transaction, contact_id: UUID, subject: str, until: datetime) -> None:
    """Name somebody for a contact until a time."""
    new = insert(case_person).values(contact_id=contact_id, subject=subject, relation="named", until=until)
    key = ["contact_id", "subject", "relation"]
    await tx.execute(new.on_conflict_do_update(index_elements=key, set_={"until": until}))


async def name_nobody(tx: Transaction, contact_id: UUID) -> None:
    """Take everybody's name off a contact that is open to all again."""
    which = (case_person.c.contact_id == contact_id) & (case_person.c.relation == "named")
    await tx.execute(sa.delete(case_person).where(which))


async def list_named(
    tx: Transaction, case_ids: Sequence[UUID]
) -> Mapping[UUID, list[tuple[str, datetime | None]]]:
    """Return who is named for each of these cases, and until when, of those whose time has not run out."""
    statement = sa.select(case_person).where(
        case_person.c.contact_id.in_(case_ids),
        case_person.c.relation == "named",
        sa.or_(case_person.c.until.is_(None), case_person.c.until > tx.now),
    )
    found: dict[UUID, list[tuple[str, datetime | None]]] = {id: [] for id in case_ids}
    for row in (await tx.execute(statement.order_by(case_person.c.subject))).all():
        found[row.contact_id].append((row.subject, row.until))
    return found


async def tell_access(tx: Transaction, partnership: str, contact_ids: Iterable[UUID]) -> None:
    """Tell the hub for whom contacts are open, and whose own they are, as it now stands."""
    for id in contact_ids:
        tx.emit(await _access_of(tx, partnership, id))


async def _access_of(tx: Transaction, partnership: str, contact_id: UUID) -> AccessChanged:
    """Return who may know of a case as it now stands, as the hub is told of it."""
    restricted = await is_restricted(tx, contact_id)
    statement = sa.select(case_person).where(
        case_person.c.contact_id == contact_id,
        sa.or_(case_person.c.until.is_(None), case_person.c.until > tx.now),
    )
    people = (await tx.execute(statement.order_by(case_person.c.subject))).all()
    return AccessChanged(
        partnership=partnership,
        contact_id=contact_id,
        restricted=restricted,
        named=[Named(subject=one.subject, until=one.until) for one in people if one.relation == "named"],
        own=[one.subject for one in people if one.relation == "own"],
        changed_at=tx.now,
    )


async def note_restriction(
    tx: Transaction, partnership: str, contact_id: UUID, action: Action, *, by: str, **values: Any
) -> None:
    """Keep who said for whom a contact is open, when, and why."""
    row = {
        "id": new_id(),
        "contact_id": contact_id,
        "partnership": partnership,
        "at": tx.now,
        "by": by,
        "action": action,
        "managers": [],
        "reason": None,
        **values,
    }
    await tx.execute(sa.insert(restriction), await tx.sealed(restriction, [row]))


async def list_restrictions(tx: Transaction, contact_id: UUID) -> Sequence[Any]:
    """Return what was said about for whom a contact is open, in order, with the reasons."""
    statement = sa.select(restriction).where(restriction.c.contact_id == contact_id)
    rows = (await tx.execute(statement.order_by(restriction.c.at, restriction.c.id))).all()
    return await tx.opened(restriction, rows)


async def list_references(
    tx: Transaction, partnerships: Collection[str], ids: Sequence[UUID]
) -> dict[UUID, str]:
    """Return the references of contacts, restricted or not, of these partnerships."""
    statement = sa.select(contact.c.id, contact.c.reference).where(
        contact.c.id.in_(ids), contact.c.partnership.in_(sorted(partnerships))
    )
    return {row.id: row.reference for row in (await tx.execute(statement)).all()}


async def list_restricted(
    tx: Transaction, partnerships: Iterable[str], after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[sa.Row[Any]]:
    """Return the restricted contacts of partnerships by ids alone, the newest first, with why each is."""
    newest = (
        sa.select(restriction.c.why)
        .where(restriction.c.contact_id == contact.c.id, restriction.c.why.is_not(None))
        .order_by(restriction.c.at.desc(), restriction.c.id.desc())
        .limit(1)
        .scalar_subquery()
    )
    columns = (contact.c.id, contact.c.reference, contact.c.received_at, case_scope.c.changed_at)
    statement = (
        sa.select(*columns, newest.label("why"))
        .select_from(contact.join(case_scope, case_scope.c.contact_id == contact.c.id))
        .where(case_scope.c.restricted, contact.c.partnership.in_(sorted(partnerships)))
        .order_by(contact.c.received_at.desc(), contact.c.id.desc())
        .limit(limit)
    )
    if after is not None:
        statement = statement.where(sa.tuple_(contact.c.received_at, contact.c.id) < after)
    return (await tx.execute(statement)).all()


async def link(tx: Transaction, one: UUID, other: UUID) -> None:
    """Keep that two contacts come of one allegation."""
    rows = [{"contact_id": one, "other_id": other}, {"contact_id": other, "other_id": one}]
    await tx.execute(sa.insert(linked), rows)


async def find_linked(tx: Transaction, contact_id: UUID) -> UUID | None:
    """Return the other contact of an allegation, where there is one."""
    statement = sa.select(linked.c.other_id).where(linked.c.contact_id == contact_id)
    found: UUID | None = (await tx.execute(statement)).scalar()
    return found


async def list_lado_people(tx: Transaction, partnership: str) -> list[str]:
    """Return who is named for an allegation from the first."""
    statement = sa.select(lado_person.c.subject).where(lado_person.c.partnership == partnership)
    return list((await tx.execute(statement.order_by(lado_person.c.subject))).scalars())


async def set_lado_people(tx: Transaction, partnership: str, subjects: Iterable[str]) -> None:
    """Write who is named for an allegation from the first, in the place of those before."""
    await tx.execute(sa.delete(lado_person).where(lado_person.c.partnership == partnership))
    rows = [{"partnership": partnership, "subject": subject} for subject in dict.fromkeys(subjects)]
    if rows:
        await tx.execute(sa.insert(lado_person), rows)
