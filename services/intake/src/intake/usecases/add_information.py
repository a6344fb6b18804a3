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
from mash.vault import OpenedRow

from intake.domain.history import changed_sections, previous
from intake.store.contacts import change_contact, get_contact, get_sent_contact
from intake.store.tables import addition, change
from intake.usecases.alleging import require_still_apart


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
    by_staff = bool(caller.roles & MAY_CALL["HubStaff"])
    find = get_contact if by_staff else get_sent_contact
    row = await find(tx, caller, reference, for_change=True)
    await require_still_apart(tx, row.id, row.kind, text, "text")
    version = row.version + 1
    document = _with_facts(row.document, immediate_danger, types)
    added = {
        "id": new_id(),
        "contact_id": row.id,
        "partnership": row.partnership,
        "version": version,
        "added_at": tx.now,
        "added_by": caller.subject,
        "by_referrer": not by_staff,
        "text": text,
        "facts": {"immediate_danger": immediate_danger, "types": list(types)},
    }
    await tx.execute(sa.insert(addition), await tx.sealed(addition, [added]))
    sections = changed_sections(row.document, document)
    await note_change(tx, caller, row, version, ["additions", *sections], previous(row.document, sections))
    danger = row.immediate_danger or immediate_danger
    await change_contact(tx, row.id, version=version, document=document, immediate_danger=danger)
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
    row: OpenedRow,
    version: int,
    fields: Sequence[str],
    before: Mapping[str, Any],
) -> None:
    """Keep who changed what of a contact, when, and what was there before."""
    noted = {
        "contact_id": row.id,
        "version": version,
        "partnership": row.partnership,
        "changed_at": tx.now,
        "changed_by": caller.subject,
        "fields": list(fields),
        "before": dict(before),
    }
    await tx.execute(sa.insert(change), await tx.sealed(change, [noted]))
