"""Enquiries: listed, looked at, and what a decision rested on."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from mash.access import HubStaff
from mash.contracts.base import Rating
from mash.web import Cursor, HubDep, Page, decode_cursor, encode_cursor, etag

from enquiry.api import views
from enquiry.api.answers import EnquiryDetail, EnquirySummary, Proof, Snapshot
from enquiry.domain.enquiry import EnquiryState
from enquiry.usecases import looking

router = APIRouter(prefix="/v1/enquiries", tags=["enquiries"])


@router.get("")
async def list_enquiries(
    hub: HubDep,
    caller: HubStaff,
    state: EnquiryState | None = None,
    rating: Rating | None = None,
    contact_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Page[EnquirySummary]:
    """Open enquiries, the first due first; also closed ones where a state or a contact is named."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        found, more = await looking.list_outlines(
            tx, caller, state=state, rating=rating, contact_id=contact_id, after=after, limit=limit
        )
    items = [views.summary(one) for one in found]
    return Page(items=items, next=encode_cursor(items[-1].due_at, items[-1].enquiry_id) if more else None)


@router.get("/{id}")
async def read_enquiry(id: UUID, hub: HubDep, caller: HubStaff, response: Response) -> EnquiryDetail:
    """One enquiry with the agencies' answers side by side."""
    async with hub.transaction(caller) as tx:
        found = await looking.look_at(tx, caller, id)
    etag(response, found.enquiry.version)
    return views.detail(found)


@router.get("/{id}/snapshot")
async def read_snapshot(id: UUID, hub: HubDep, caller: HubStaff) -> Snapshot:
    """The decision, and what it rested on when it was made."""
    async with hub.transaction(caller) as tx:
        found = await looking.look_at_snapshot(tx, caller, id)
    return views.snapshot(found)


@router.get("/{id}/proof")
async def read_proof(id: UUID, hub: HubDep, caller: HubStaff) -> Proof:
    """Who was told what, by what means, when, and whether it was delivered."""
    async with hub.transaction(caller) as tx:
        notices = await looking.look_at_proof(tx, caller, id)
    return views.proof(id, notices)
