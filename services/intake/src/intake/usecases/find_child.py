"""Finds the contacts of a child, for whoever asks who has looked at them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.calendar import in_london
from mash.errors import Invalid
from mash.hub import Transaction

from intake.domain.identity import identifiers, match_keys
from intake.store.contacts import get_any_contact
from intake.store.subject_access import find_about
from intake.store.tables import contact, match_key

# An address is shared by others, and a mother by her other children.
OF_THE_CHILD = ("nhs", "name")


class NobodyToFind(Invalid):
    """Too little is said to know a child again."""


async def by_reference(tx: Transaction, caller: Caller, reference: str) -> Sequence[sa.Row[Any]]:
    """Return a contact, and every other about one of its children."""
    known = await get_any_contact(tx, caller, reference)
    own, other = match_key.alias("own"), match_key.alias("other")
    statement = (
        sa.select(other.c.contact_id)
        .join(own, (own.c.digest == other.c.digest) & (own.c.partnership == other.c.partnership))
        .where(own.c.contact_id == known.id, own.c.kind.in_(OF_THE_CHILD))
    )
    return await _found(tx, {known.id, *(await tx.execute(statement)).scalars()})


async def by_identity(tx: Transaction, partnership: str, who: Mapping[str, Any]) -> Sequence[sa.Row[Any]]:
    """Return every contact that a child of this number, or name and date of birth, is in."""
    if not list(identifiers(who)):
        raise NobodyToFind("Give an NHS number, or the whole name and the date of birth.", field="person")
    keys = match_keys(partnership, {"children": [who]}, in_london(tx.now).date(), tx.vault.digest)
    wanted = [key for key in keys if key.kind in OF_THE_CHILD]
    return await _found(tx, set(await find_about(tx, partnership, wanted)))


async def _found(tx: Transaction, ids: set[UUID]) -> Sequence[sa.Row[Any]]:
    statement = (
        sa.select(contact.c.id, contact.c.reference, contact.c.partnership, contact.c.received_at)
        .where(contact.c.id.in_(ids))
        .order_by(contact.c.received_at, contact.c.id)
    )
    rows = (await tx.execute(statement)).all()
    tx.audit(action="audit.asked", detail={"contacts": [str(row.id) for row in rows]})
    return rows
