"""Looks at the documents that came with a contact."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.hub import Transaction

from intake.store import contacts


async def list_documents(tx: Transaction, caller: Caller, reference: str) -> list[sa.RowMapping]:
    """List the documents of a contact."""
    row = await contacts.get_contact(tx, caller, reference)
    tx.audit(action="contact.documents_listed", case=row.id)
    return [document._mapping for document in await contacts.list_documents(tx, row.message_id)]


async def open_document(tx: Transaction, caller: Caller, reference: str, document_id: UUID) -> sa.Row[Any]:
    """Give one document of a contact, with its content."""
    row = await contacts.get_contact(tx, caller, reference)
    document = await contacts.get_document(tx, row.message_id, document_id)
    tx.audit(action="contact.document_opened", case=row.id, detail={"document": str(document_id)})
    return document
