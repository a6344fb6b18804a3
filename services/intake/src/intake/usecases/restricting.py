"""Says for whom a contact is open: restricts it, names people, lifts that, opens it in an emergency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller, Role
from mash.access.cases import is_restricted
from mash.contracts.shared import AccessRaised
from mash.hub import Transaction
from mash.web.concurrency import StaleVersion

from intake.domain.restriction import Action, AlreadyOpen, NotRestricted, Opening, Wish, managers_named
from intake.store import access
from intake.store.contacts import NoSuchContact, find_known, get_any_contact
from intake.usecases.compare_people import compare_again_beside, compare_soon


async def restrict_from_start(
    tx: Transaction, partnership: str, case_ids: Sequence[UUID], *, as_call: UUID | None = None
) -> None:
    """Restrict what arrives about somebody in a position of trust to those who are named for that.

    What follows a call that is restricted is open to whoever that is open to.
    """
    if as_call is None:
        named = await access.list_lado_people(tx, partnership)
    else:
        named = [subject for subject, until in (await access.list_named(tx, [as_call]))[as_call] if not until]
    await access.set_restricted(tx, partnership, case_ids, restricted=True)
    await access.name_people(tx, case_ids, named)


async def restrict(
    tx: Transaction, caller: Caller, reference: str, wish: Wish, version: int | None = None
) -> dict[str, Any]:
    """Close a contact to all but those named, or name others for one that is closed.

    Where it is said which ``version`` the wish was made on, raises ``StaleVersion`` if that has changed.
    """
    row = await _get_kept(tx, caller, reference)
    await _refuse_stale(tx, row, version)
    managers = managers_named(wish, caller.subject, is_manager=caller.has(Role.MANAGER))
    was_restricted = await is_restricted(tx, row.id)
    await access.set_restricted(tx, row.partnership, [row.id], restricted=True)
    await access.name_people(tx, [row.id], [*managers, *wish.others])
    action: Action = "changed" if was_restricted else "restricted"
    await access.note_restriction(
        tx,
        row.partnership,
        row.id,
        action,
        by=caller.subject,
        why=wish.why,
        managers=managers,
        reason=wish.reason,
    )
    tx.audit(action=f"contact.restriction_{action}", case=row.id, detail={"why": wish.why})
    await access.tell_access(tx, row.partnership, [row.id])
    if not was_restricted:
        await _compare_again(tx, row)
    return await _state(tx, caller, row)


async def lift(
    tx: Transaction, caller: Caller, reference: str, reason: str, version: int | None = None
) -> dict[str, Any]:
    """Open a restricted contact to the hub's people again. Raises ``NotRestricted``, ``StaleVersion``."""
    row = await _get_kept(tx, caller, reference)
    await _refuse_stale(tx, row, version)
    if not await is_restricted(tx, row.id):
        raise NotRestricted("This contact is not restricted.")
    await access.set_restricted(tx, row.partnership, [row.id], restricted=False)
    await access.name_nobody(tx, row.id)
    await access.note_restriction(tx, row.partnership, row.id, "lifted", by=caller.subject, reason=reason)
    tx.audit(action="contact.restriction_lifted", case=row.id)
    await access.tell_access(tx, row.partnership, [row.id])
    await _compare_again(tx, row)
    return await _state(tx, caller, row)


async def _compare_again(tx: Transaction, row: sa.Row[Any]) -> None:
    """What everybody sees of who is who never hangs on a contact that not everybody may know of."""
    compare_soon(tx, row.partnership, [row.id])
    await compare_again_beside(tx, row.partnership, row.id)


async def view_restriction(tx: Transaction, caller: Caller, reference: str) -> dict[str, Any]:
    """Show for whom a contact is open; to the data protection officer by ids alone."""
    row = await _get_kept(tx, caller, reference)
    tx.audit(action="contact.restriction_viewed", case=row.id)
    return await _state(tx, caller, row)


async def list_restricted(
    tx: Transaction, caller: Caller, after: tuple[datetime, UUID] | None, limit: int
) -> list[Mapping[str, Any]]:
    """List the restricted contacts for the data protection officer, without a word of them."""
    rows = await access.list_restricted(tx, caller.partnerships, after, limit)
    named = await access.list_named(tx, [row.id for row in rows])
    tx.audit(action="restrictions.listed", detail={"contacts": [str(row.id) for row in rows]})
    return [{**row._mapping, "named": _named(named[row.id])} for row in rows]


async def open_in_emergency(
    tx: Transaction, caller: Caller, reference: str, reason: str, hours: int
) -> Opening:
    """Let somebody of the hub who is not named open a contact for some hours, and say so at once.

    Raises ``NoSuchContact``, ``NotRestricted`` or ``AlreadyOpen``.
    """
    row = await get_any_contact(tx, caller, reference)
    if not await is_restricted(tx, row.id):
        raise NotRestricted("This contact is not restricted: open it as any other.")
    if await find_known(tx, caller, row.id):
        raise AlreadyOpen("You may open this contact already.")
    until = tx.now + timedelta(hours=hours)
    await access.name_until(tx, row.id, caller.subject, until)
    await access.note_restriction(
        tx, row.partnership, row.id, "opened", by=caller.subject, until=until, reason=reason
    )
    tx.audit(
        action="contact.opened_in_emergency",
        case=row.id,
        detail={"until": until.isoformat(timespec="seconds")},
    )
    await access.tell_access(tx, row.partnership, [row.id])
    tx.emit(
        AccessRaised(
            partnership=row.partnership,
            contact_id=row.id,
            service="intake",
            kind="emergency_opening",
            by=caller.subject,
            at=tx.now,
        )
    )
    return Opening(row.id, row.reference, until)


async def list_lado_people(tx: Transaction, partnership: str) -> list[str]:
    """Show who is named for an allegation from the first."""
    tx.audit(action="lado_people.viewed")
    return await access.list_lado_people(tx, partnership)


async def set_lado_people(tx: Transaction, partnership: str, subjects: Sequence[str]) -> list[str]:
    """Say who is named for an allegation from the first. What has come before stays with whom it was."""
    await access.set_lado_people(tx, partnership, subjects)
    tx.audit(action="lado_people.changed", detail={"count": len(subjects)})
    return await access.list_lado_people(tx, partnership)


async def _get_kept(tx: Transaction, caller: Caller, reference: str) -> sa.Row[Any]:
    """The data protection officer says for whom a contact is open that they may not open themself."""
    row = await get_any_contact(tx, caller, reference)
    if not caller.has(Role.DATA_PROTECTION_OFFICER) and not await find_known(tx, caller, row.id):
        raise NoSuchContact
    return row


async def _refuse_stale(tx: Transaction, row: sa.Row[Any], version: int | None) -> None:
    current = len(await access.list_restrictions(tx, row.id))
    if version is not None and version != current:
        raise StaleVersion(
            f"Who may open {row.reference}", current=current, changed=["who may open the contact"]
        )


async def _state(tx: Transaction, caller: Caller, row: sa.Row[Any]) -> dict[str, Any]:
    """Words and links are for those who may open the contact."""
    notes = await access.list_restrictions(tx, row.id)
    may_open = caller.has(Role.MANAGER) and await find_known(tx, caller, row.id)
    why = [note.why for note in notes if note.why]
    named = (await access.list_named(tx, [row.id]))[row.id]
    return {
        "contact_id": row.id,
        "reference": row.reference,
        "version": len(notes),
        "restricted": await is_restricted(tx, row.id),
        "why": why[-1] if why else None,
        "named": _named(named),
        "managers": next((note.managers for note in reversed(notes) if note.managers), []),
        "history": [{**note, "reason": note.reason if may_open else None} for note in notes],
        "linked": await _linked(tx, caller, row.id) if may_open else None,
    }


async def _linked(tx: Transaction, caller: Caller, contact_id: UUID) -> str | None:
    other = await access.find_linked(tx, contact_id)
    return await find_known(tx, caller, other) if other else None


def _named(people: Iterable[tuple[str, datetime | None]]) -> list[dict[str, Any]]:
    return [{"subject": subject, "until": until} for subject, until in people]
