"""Notices which contacts are about the family, the home or the name of one of the hub's own staff.

Their looks are not stopped and they are not told: the data protection officer is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from mash.access import Caller, Role
from mash.errors import NotPermitted
from mash.hub import Transaction

from intake.domain.own_family import Person, contact_keys, staff_keys
from intake.store import own_family as store
from intake.store.access import tell_access


class NotOnesOwn(NotPermitted):
    """Somebody registers another's family who may not."""


async def note_arrived(
    tx: Transaction, partnership: str, documents: Mapping[UUID, Mapping[str, Any]]
) -> set[UUID]:
    """Mark which of the contacts that have just come are somebody's own; return those."""
    keys = {id: contact_keys(partnership, document, tx.vault.digest) for id, document in documents.items()}
    await store.keep_keys(tx, keys)
    own = await store.whose_own(tx, list(documents))
    await store.mark_own(tx, partnership, own)
    return {id for id, _ in own}


async def note_corrected(
    tx: Transaction, partnership: str, contact_id: UUID, document: Mapping[str, Any]
) -> None:
    """Mark anew whose own a contact is, as its people are now recorded, and tell the hub if that changed."""
    await store.drop_keys(tx, contact_id)
    await store.keep_keys(tx, {contact_id: contact_keys(partnership, document, tx.vault.digest)})
    own = await store.whose_own(tx, [contact_id])
    before = await store.marked_own(tx, contact_id=contact_id)
    await _replace(tx, partnership, before, own)


async def register(
    tx: Transaction,
    caller: Caller,
    partnership: str,
    subject: str,
    own: Person | None,
    family: Sequence[Person],
) -> dict[str, Any]:
    """Keep by what a member of staff's own people and home are known, and nothing else of them.

    Raises :class:`NotOnesOwn` where it is another's, but for a manager or the data protection officer.
    """
    if subject != caller.subject and not caller.roles & {Role.MANAGER, Role.DATA_PROTECTION_OFFICER}:
        raise NotOnesOwn("You may register your own family here, and nobody else's.")
    people = len(family) + (1 if own else 0)
    keys = staff_keys(partnership, own, family, tx.vault.digest)
    await store.set_staff_keys(tx, partnership, subject, keys, people=people, by=caller.subject)
    tx.audit(action="staff.own_registered", detail={"subject": subject, "people": people})
    before = await store.marked_own(tx, subject=subject, partnership=partnership)
    now = {(id, subject) for id in await store.own_of(tx, partnership, subject)}
    await _replace(tx, partnership, before, now)
    return {"subject": subject, "partnership": partnership, "people": people}


async def _replace(tx: Transaction, partnership: str, before: set[store.Own], now: set[store.Own]) -> None:
    await store.unmark_own(tx, before - now)
    await store.mark_own(tx, partnership, now - before)
    await tell_access(tx, partnership, sorted({id for id, _ in before ^ now}))
