"""The keys by which the hub's own staff, and their families, are found in contacts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from mash.db.tables import case_person, case_scope
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from intake.store.tables import contact, person_key, staff_key, staff_register

Own = tuple[UUID, str]


async def keep_keys(tx: Transaction, keys: Mapping[UUID, Iterable[bytes]]) -> None:
    """Write the keys of contacts; they come before any look for whose own these are."""
    rows = [{"digest": digest, "contact_id": id} for id, own in keys.items() for digest in sorted(own)]
    if rows:
        await tx.execute(sa.insert(person_key), rows)


async def drop_keys(tx: Transaction, contact_id: UUID) -> None:
    """Take a contact's keys away, before those of its corrected people are kept."""
    await tx.execute(sa.delete(person_key).where(person_key.c.contact_id == contact_id))


async def whose_own(tx: Transaction, contact_ids: Sequence[UUID]) -> set[Own]:
    """Return whose own family, home or name these contacts are about."""
    statement = (
        sa.select(person_key.c.contact_id, staff_key.c.subject)
        .distinct()
        .join_from(person_key, staff_key, staff_key.c.digest == person_key.c.digest)
        .where(person_key.c.contact_id.in_(contact_ids))
    )
    return {(row.contact_id, row.subject) for row in (await tx.execute(statement)).all()}


async def own_of(tx: Transaction, partnership: str, subject: str) -> set[UUID]:
    """Return the contacts that are about somebody's own family, home or name by the keys as they now are."""
    statement = (
        sa.select(person_key.c.contact_id)
        .distinct()
        .join_from(person_key, staff_key, staff_key.c.digest == person_key.c.digest)
        .where(staff_key.c.subject == subject, staff_key.c.partnership == partnership)
    )
    return set((await tx.execute(statement)).scalars())


async def marked_own(
    tx: Transaction, *, contact_id: UUID | None = None, subject: str | None = None, partnership: str = ""
) -> set[Own]:
    """Return which contacts are marked as whose own, of one contact, or of one person in a partnership."""
    statement = sa.select(case_person.c.contact_id, case_person.c.subject).where(
        case_person.c.relation == "own"
    )
    if contact_id is not None:
        statement = statement.where(case_person.c.contact_id == contact_id)
    if subject is not None:
        ours = sa.select(contact.c.id).where(contact.c.partnership == partnership)
        statement = statement.where(case_person.c.subject == subject, case_person.c.contact_id.in_(ours))
    return {(row.contact_id, row.subject) for row in (await tx.execute(statement)).all()}


async def mark_own(tx: Transaction, partnership: str, own: Iterable[Own]) -> None:
    """Mark contacts as somebody's own, so that their looks are noticed."""
    pairs = sorted(own)
    if not pairs:
        return
    scopes = [
        {"contact_id": id, "partnership": partnership, "restricted": False, "changed_at": tx.now}
        for id in dict.fromkeys(id for id, _ in pairs)
    ]
    await tx.execute(insert(case_scope).values(scopes).on_conflict_do_nothing())
    rows = [{"contact_id": id, "subject": subject, "relation": "own"} for id, subject in pairs]
    await tx.execute(insert(case_person).values(rows).on_conflict_do_nothing())


async def unmark_own(tx: Transaction, own: Iterable[Own]) -> None:
    """Let looks at contacts be as anybody's again."""
    pairs = sorted(own)
    if pairs:
        pair = sa.tuple_(case_person.c.contact_id, case_person.c.subject)
        await tx.execute(sa.delete(case_person).where(case_person.c.relation == "own", pair.in_(pairs)))


async def set_staff_keys(
    tx: Transaction, partnership: str, subject: str, keys: Iterable[bytes], *, people: int, by: str
) -> None:
    """Write the keys of a member of staff, in the place of those before.

    Contacts that are being taken in meanwhile are waited for, and later ones wait: each is compared either
    here or by itself.
    """
    await tx.execute(sa.text("LOCK TABLE person_key IN SHARE ROW EXCLUSIVE MODE"))
    mine = (staff_key.c.subject == subject) & (staff_key.c.partnership == partnership)
    await tx.execute(sa.delete(staff_key).where(mine))
    rows = [{"digest": digest, "subject": subject, "partnership": partnership} for digest in sorted(keys)]
    if rows:
        await tx.execute(sa.insert(staff_key), rows)
    values = {"people": people, "changed_at": tx.now, "changed_by": by}
    new = insert(staff_register).values(partnership=partnership, subject=subject, **values)
    key = ["partnership", "subject"]
    await tx.execute(new.on_conflict_do_update(index_elements=key, set_=values))


async def count_registered(tx: Transaction, partnership: str, subject: str) -> int:
    """Return how many people are registered of somebody's own; who they are is nowhere."""
    statement = sa.select(staff_register.c.people).where(
        staff_register.c.partnership == partnership, staff_register.c.subject == subject
    )
    return (await tx.execute(statement)).scalar() or 0
