"""The Contact tab of a case: what arrived beside what was understood."""

from __future__ import annotations

from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, ContactOfficer, HubStaff
from mash.errors import Invalid
from mash.hub import Hub
from mash.web import HubDep, fingerprint, once
from mash.web.concurrency import StaleVersion
from mash.web.idempotency import KeyUsedForAnotherRequest
from mash.web.pages import Form, page_router, render, see_other

from intake.api.documents import MEDIA_TYPE
from intake.api.files import attachment
from intake.api.forms import AdditionForm
from intake.pages.contact_fields import CONCERN_OPTIONS
from intake.pages.contact_view import law_and_telling, told_before, understand
from intake.usecases.add_information import add_information
from intake.usecases.correct_contact import correct_contact
from intake.usecases.look_at_case import look_at_case, reference_of
from intake.usecases.read_message import words_of
from intake.usecases.view_documents import open_document

router = page_router()


@router.get("/contacts/{contact_id}")
async def get_contact(request: Request, caller: HubStaff, hub: HubDep, contact_id: UUID) -> Response:
    """Show all there is of a contact."""
    return await _contact(request, caller, hub, contact_id, Form())


@router.post("/contacts/{contact_id}/additions")
async def post_addition(request: Request, caller: HubStaff, hub: HubDep, contact_id: UUID) -> Response:
    """Add what somebody has told since."""
    form = await Form.read(request)
    said = {
        "text": form.text("text"),
        "immediate_danger": form.said("danger"),
        "types": form.all("types"),
    }
    if not said["text"]:
        form.fail("text", "Write what you have to add")
    body = form.body(AdditionForm, said) if not form.errors else None
    if body is not None:
        try:
            async with hub.transaction(caller) as tx:
                reference = await reference_of(tx, caller, contact_id)
                await once(
                    tx,
                    caller,
                    form.once(),
                    fingerprint(reference.encode() + fingerprint(body).encode()),
                    lambda: add_information(
                        tx,
                        caller,
                        reference,
                        body.text,
                        immediate_danger=body.immediate_danger,
                        types=body.types,
                    ),
                )
        except (Invalid, KeyUsedForAnotherRequest) as refusal:
            form.refuse(refusal)
    if form.errors:
        return await _contact(request, caller, hub, contact_id, form)
    return see_other(f"/contacts/{contact_id}")


@router.post("/contacts/{contact_id}/complete")
async def post_complete(request: Request, officer: ContactOfficer, hub: HubDep, contact_id: UUID) -> Response:
    """Say that a person has gone through the contact as it stands."""
    form = await Form.read(request)
    version = form.version()
    try:
        async with hub.transaction(officer) as tx:
            reference = await reference_of(tx, officer, contact_id)
            await correct_contact(tx, officer, reference, version, {}, needs_person=False)
    except StaleVersion as refusal:
        form.refuse(refusal)
        return await _contact(request, officer, hub, contact_id, form)
    return see_other(f"/contacts/{contact_id}")


@router.get("/contacts/{contact_id}/documents/{document_id}")
async def get_document(caller: HubStaff, hub: HubDep, contact_id: UUID, document_id: UUID) -> Response:
    """Download a document that came with a contact."""
    async with hub.transaction(caller) as tx:
        reference = await reference_of(tx, caller, contact_id)
        document = await open_document(tx, caller, reference, document_id)
    return attachment(document.content, document.name, MEDIA_TYPE)


async def _contact(request: Request, caller: Caller, hub: Hub, contact_id: UUID, form: Form) -> Response:
    async with hub.transaction(caller) as tx:
        looked = await look_at_case(tx, caller, contact_id)
    told = looked.arrived.get("concern", {}).get("narrative") or ""
    text = (await words_of(hub, looked.raw) if looked.raw else None) or told
    return render(
        request,
        "contact/contact.html",
        412 if form.stale else 422 if form.errors else 200,
        contact_id=contact_id,
        header=looked.header,
        tab="contact",
        contact=looked.contact,
        arrived=looked.arrived,
        linked=looked.linked,
        understood=understand(looked.contact, looked.arrived, text),
        law=law_and_telling(looked.contact),
        changes=told_before(looked.contact),
        concerns=CONCERN_OPTIONS,
        form=form,
    )
