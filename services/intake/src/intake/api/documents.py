"""The documents that came with a contact, such as a court order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import HubStaff
from mash.web import HubDep

from intake.api.files import attachment
from intake.api.forms import Reference
from intake.api.views import DocumentLine
from intake.usecases.view_documents import list_documents, open_document

router = APIRouter(prefix="/v1/contacts/{reference}/documents", tags=["contacts"])

# What came from outside is named as nothing that a browser would run.
MEDIA_TYPE = "application/octet-stream"


@router.get("", response_model=list[DocumentLine])
async def get_documents(reference: Reference, hub: HubDep, caller: HubStaff) -> Sequence[Any]:
    """List the documents of a contact."""
    async with hub.transaction(caller) as tx:
        return await list_documents(tx, caller, reference)


@router.get("/{document_id}", response_class=Response)
async def get_document(reference: Reference, document_id: UUID, hub: HubDep, caller: HubStaff) -> Response:
    """Download a document."""
    async with hub.transaction(caller) as tx:
        document = await open_document(tx, caller, reference, document_id)
    return attachment(document.content, document.name, MEDIA_TYPE)
