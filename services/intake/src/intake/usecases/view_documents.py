"""Looks at the documents that came with a contact."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from mash.access import Caller
from mash.hub import Transaction
from mash.vault import OpenedRow

from intake.store import contacts


async def list_documents(tx: Transaction, caller: Caller, reference: str) -> Sequence[OpenedRow]:
    """List the documents of a contact."""
    row = await contacts.get_contact(tx, caller, reference)
    tx.audit(action="contact.documents_listed", case=row.id)
    return await contacts.list_documents(tx, caller, row.id, row.message_id)


async def open_document(tx: Transaction, caller: Caller, reference: str, document_id: UUID) -> OpenedRow:
    """Give one document of a contact, with its content."""
    row = await contacts.get_contact(tx, caller, reference)
    document = await contacts.get_document(tx, caller, row.id, row.message_id, document_id)
    tx.audit(action="contact.document_opened", case=row.id, detail={"document": str(document_id)})
    return document
