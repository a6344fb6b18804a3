"""Contacts: sent, listed, looked at, added to, corrected."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from mash.access import ContactOfficer, Contributor, HubStaff, Referrer
from mash.contracts.intake import Channel
from mash.contracts.queries import ContactHeader, ContactsAsked
from mash.web import Cursor, HubDep, IdempotencyKey, IfMatch, Page, decode_cursor, etag, fingerprint, once

from intake.api.cursors import Limit, next_cursor
from intake.api.forms import AdditionForm, ContactForm, CorrectionForm, Moment, Reference
from intake.api.receipts import ContactReceipt
from intake.api.scope import partnership_for
from intake.api.views import AdditionReceipt, ContactLine, ContactView, StatusView
from intake.usecases.add_information import add_information
from intake.usecases.correct_contact import correct_contact
from intake.usecases.submit_form import submit_form
from intake.usecases.view_contact import list_headers, list_queue, view_contact, view_status

router = APIRouter(tags=["contacts"])


@router.post("/v1/contacts", status_code=201, response_model=ContactReceipt)
async def post_contact(
    form: ContactForm, hub: HubDep, caller: Contributor, response: Response, key: IdempotencyKey = None
) -> dict[str, Any]:
    """Send the multi-agency referral form. A repeat under the same key is answered 200 with the first."""
    partnership = partnership_for(hub, caller, form.partnership)
    async with hub.transaction(caller) as tx:
        receipt, is_repeat = await once(
            tx,
            caller,
            key,
            fingerprint(form),
            lambda: submit_form(tx, caller, partnership, form.document(), form.follows_call),
        )
    response.status_code = 200 if is_repeat else 201
    return receipt


@router.get("/v1/contacts")
async def get_contacts(
    hub: HubDep,
    caller: HubStaff,
    needs_person: bool | None = None,
    out_of_hours: bool | None = None,
    channel: Channel | None = None,
    since: Annotated[Moment | None, Query()] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[ContactLine]:
    """List contacts, the newest first. ``out_of_hours`` gives what is put before the daily meeting."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        rows = await list_queue(
            tx,
            caller,
            needs_person=needs_person,
            out_of_hours=out_of_hours,
            channel=channel,
            since=since,
            after=after,
            limit=limit,
        )
    return Page(items=[ContactLine(**row) for row in rows], next=next_cursor(rows, limit))


@router.post("/v1/contacts/headers")
async def post_headers(asked: ContactsAsked, hub: HubDep, caller: HubStaff) -> list[ContactHeader]:
    """Name the cases of a list: those that you may know of, as the other services' pages show them."""
    async with hub.transaction(caller) as tx:
        return await list_headers(tx, caller, asked.contact_ids)


@router.get("/v1/contacts/{reference}", response_model=ContactView)
async def get_contact(
    reference: Reference, hub: HubDep, caller: HubStaff, response: Response
) -> dict[str, Any]:
    """Look at a contact: all that was said, what was read and the words it came from."""
    async with hub.transaction(caller) as tx:
        view = await view_contact(tx, caller, reference)
    etag(response, view["version"])
    return view


@router.patch("/v1/contacts/{reference}", response_model=ContactView)
async def patch_contact(
    reference: Reference,
    form: CorrectionForm,
    hub: HubDep,
    officer: ContactOfficer,
    version: IfMatch,
    response: Response,
) -> dict[str, Any]:
    """Complete or correct a contact: each section that is sent replaces the one there is."""
    async with hub.transaction(officer) as tx:
        view = await correct_contact(
            tx, officer, reference, version, form.replaced(), needs_person=form.needs_person
        )
    etag(response, view["version"])
    return view


@router.get("/v1/contacts/{reference}/status", response_model=StatusView)
async def get_status(reference: Reference, hub: HubDep, caller: Referrer) -> dict[str, Any]:
    """See what was received of a contact that you sent."""
    async with hub.transaction(caller) as tx:
        return await view_status(tx, caller, reference)


@router.post("/v1/contacts/{reference}/additions", status_code=201, response_model=AdditionReceipt)
async def post_addition(
    reference: Reference,
    form: AdditionForm,
    hub: HubDep,
    caller: Contributor,
    response: Response,
    key: IdempotencyKey = None,
) -> dict[str, Any]:
    """Add information to a contact that you sent, or as somebody of the hub to any."""
    async with hub.transaction(caller) as tx:
        receipt, is_repeat = await once(
            tx,
            caller,
            key,
            fingerprint(reference.encode() + fingerprint(form).encode()),
            lambda: add_information(
                tx, caller, reference, form.text, immediate_danger=form.immediate_danger, types=form.types
            ),
        )
    response.status_code = 200 if is_repeat else 201
    return receipt
