"""Looks at contacts: by the hub's people, and by the referrer who sent one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.calendar import in_london
from mash.contracts.queries import ChildNamed, ContactHeader
from mash.hub import Transaction
from mash.partnerships import get
from mash.vault import OpenedRow

from intake.domain.completeness import labels
from intake.domain.dates import age_years
from intake.domain.history import as_first_sent
from intake.domain.people import full_name
from intake.store import contacts
from intake.store.attachments import list_of_contact
from intake.usecases.look_at_sent import how_far


async def list_queue(
    tx: Transaction,
    caller: Caller,
    *,
    needs_person: bool | None,
    out_of_hours: bool | None,
    channel: str | None,
    since: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[sa.RowMapping]:
    """List contacts for the hub's people, the newest first and without names; one line in the audit."""
    rows = await contacts.list_contacts(
        tx,
        caller,
        needs_person=needs_person,
        out_of_hours=out_of_hours,
        channel=channel,
        since=since,
        after=after,
        limit=limit,
    )
    tx.audit(action="contacts.listed", detail={"contacts": [str(row.id) for row in rows]})
    return [row._mapping for row in rows]


async def view_contact(tx: Transaction, caller: Caller, reference: str) -> dict[str, Any]:
    """Show a contact to somebody of the hub: all that was said, read, added and changed."""
    row = await contacts.get_contact(tx, caller, reference)
    tx.audit(action="contact.viewed", case=row.id, detail={"version": row.version})
    return await full_view(tx, caller, row)


async def list_headers(tx: Transaction, caller: Caller, ids: Sequence[UUID]) -> list[ContactHeader]:
    """What each of these cases is called, for a page of the hub; one line in the audit."""
    rows = await contacts.list_headers(tx, caller, ids)
    tx.audit(action="contacts.named", detail={"contacts": sorted(str(row.id) for row in rows)})
    return [header_of(row) for row in rows]


def header_of(row: Mapping[str, Any]) -> ContactHeader:
    """What a case is called on a page."""
    today = in_london(row["received_at"]).date()
    children = [
        ChildNamed(
            name=full_name(child),
            age_years=age_years(child, today),
            unborn=bool(child.get("edd")) and not child.get("dob"),
        )
        for child in row["document"].get("children", ())
    ]
    return ContactHeader.model_validate({**row, "contact_id": row["id"], "children": children})


async def full_view(tx: Transaction, caller: Caller, row: OpenedRow) -> dict[str, Any]:
    """Return all there is of a contact; the caller has audited the look."""
    return {
        **row._mapping,
        "missing": _missing(row),
        "additions": [addition._mapping for addition in await contacts.list_additions(tx, row.id)],
        "changes": [change._mapping for change in await contacts.list_changes(tx, row.id)],
        "written_forms": await contacts.list_written_forms(tx, caller, row.id),
        "documents": [
            document._mapping
            for document in await contacts.list_documents(tx, caller, row.id, row.message_id)
        ],
    }


async def view_status(tx: Transaction, caller: Caller, reference: str) -> dict[str, Any]:
    """Show a referrer what became of what they sent; nobody else's contact exists for them."""
    row = await contacts.get_sent_contact(tx, caller, reference)
    tx.audit(action="contact.status_viewed", case=row.id)
    changes = await contacts.list_changes(tx, row.id)
    additions = await contacts.list_additions(tx, row.id)
    return {
        "id": row.id,
        "partnership": row.partnership,
        "reference": row.reference,
        "received_at": row.received_at,
        "status": "completed" if row.completed_at else "received",
        "completed_at": row.completed_at,
        **await how_far(tx, row.id, row.received_at, row.completed_at),
        "missing": _missing(row),
        "sent": as_first_sent(row.document, [change.before for change in changes]),
        "additions": [addition._mapping for addition in additions if addition.added_by == caller.subject],
        "documents": [file._mapping for file in await list_of_contact(tx, row.id)],
    }


def _missing(row: OpenedRow) -> list[dict[str, str]]:
    return [asdict(item) for item in labels(row.missing, get(row.partnership).completeness)]
