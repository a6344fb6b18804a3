"""More is told about a contact that was already sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from mash.access import Caller
from mash.access.roles import MAY_CALL
from mash.contracts.intake import ContactSupplemented
from mash.hub import Transaction
from mash.ids import new_id

from intake.domain.history import changed_sections, previous
from intake.store.contacts import NoSuchContact, get_contact
from intake.store.tables import addition, change, contact


async def add_information(
    tx: Transaction,
    caller: Caller,
    reference: str,
    text: str,
    *,
    immediate_danger: bool,
    types: Sequence[str],
) -> dict[str, Any]:
    """Keep what the referrer who sent a contact, or somebody of the hub, has to add to it.

    Danger and new concerns are put on the contact itself, where screening looks. Nothing is replaced, so
    that no version need be named.
    """
    row = await get_contact(tx, caller, reference, for_change=True)
    by_staff = bool(caller.roles & MAY_CALL["HubStaff"])
    if not by_staff and row.sent_by != caller.subject:
        raise NoSuchContact
    version = row.version + 1
    document = _with_facts(row.document, immediate_danger, types)
    await tx.execute(
        sa.insert(addition).values(
            id=new_id(),
            contact_id=row.id,
            partnership=row.partnership,
            version=version,
            added_at=tx.now,
            added_by=caller.subject,
            by_referrer=not by_staff,
            text=text,
            facts={"immediate_danger": immediate_danger, "types": list(types)},
        )
    )
    sections = changed_sections(row.document, document)
    await note_change(tx, caller, row, version, ["additions", *sections], previous(row.document, sections))
    danger = row.immediate_danger or immediate_danger
    values = {"version": version, "document": document, "immediate_danger": danger}
    await tx.execute(sa.update(contact).where(contact.c.id == row.id).values(values))
    tx.emit(
        ContactSupplemented(
            partnership=row.partnership, contact_id=row.id, contact_version=version, added_at=tx.now
        )
    )
    tx.audit(action="contact.supplemented", case=row.id, detail={"version": version})
    return {"reference": row.reference, "version": version, "added_at": tx.now.isoformat()}


def _with_facts(document: Mapping[str, Any], danger: bool, types: Sequence[str]) -> dict[str, Any]:
    concern = dict(document.get("concern", {}))
    if types:
        concern["types"] = list(dict.fromkeys([*concern.get("types", []), *types]))
    if danger:
        concern["immediate_danger"] = True
    return {**document, "concern": concern} if concern != document.get("concern", {}) else dict(document)


async def note_change(
    tx: Transaction,
    caller: Caller,
    row: sa.Row[Any],
    version: int,
    fields: Sequence[str],
    before: Mapping[str, Any],
) -> None:
    """Keep who changed what of a contact, when, and what was there before."""
    await tx.execute(
        sa.insert(change).values(
            contact_id=row.id,
            version=version,
            partnership=row.partnership,
            changed_at=tx.now,
            changed_by=caller.subject,
            fields=list(fields),
            before=dict(before),
        )
    )
