"""Forms that a professional has begun and not sent: their own, and nobody else's exist."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import Referrer
from mash.hub import Hub
from mash.web import HubDep, IfMatch, Strict, etag
from pydantic import AwareDatetime, Base64Bytes, BaseModel, Field, StringConstraints

from intake.api.documents import MEDIA_TYPE
from intake.api.files import attachment
from intake.api.form_parts import Name
from intake.api.forms import PartnershipName, Reference, Sections
from intake.api.receipts import ContactReceipt, MissingItem
from intake.api.scope import partnership_for
from intake.api.views import DocumentLine
from intake.settings import Settings
from intake.usecases import attachments, drafts
from intake.usecases.drafts import FOLLOWS_CALL, Keeping

router = APIRouter(prefix="/v1/drafts", tags=["drafts"])


class DraftChange(Sections):
    """A form as far as it has come: all of it, in the place of what there was."""

    follows_call: Reference | None = Field(
        default=None, description="The reference of the telephone contact that this form follows."
    )

    def document(self) -> dict[str, Any]:
        """Return what was said, as JSON holds it; what was not said is absent."""
        return super().document() | ({FOLLOWS_CALL: self.follows_call} if self.follows_call else {})


class DraftForm(DraftChange):
    """A form that is begun."""

    partnership: PartnershipName | None = Field(
        default=None, description="Needed only where you work with more than one partnership."
    )


class AttachmentForm(Strict):
    """A file with a form: PDF, Word, a picture or plain text, told from its bytes."""

    name: Annotated[Name, StringConstraints(min_length=1)]
    content: Base64Bytes = Field(description="The file, in base64.", repr=False)


class DraftLine(BaseModel):
    """A draft in the list of one's own."""

    id: UUID
    partnership: str
    version: int
    begun_at: AwareDatetime
    changed_at: AwareDatetime
    kept_until: AwareDatetime


class DraftView(DraftLine):
    """A draft. What is missing is named, and holds nothing up."""

    document: dict[str, Any]
    missing: list[MissingItem]
    attachments: list[DocumentLine]


class AttachmentReceipt(BaseModel):
    """A file was put with the draft."""

    id: UUID
    version: int = Field(description="The draft's version since.")


def whole(document: dict[str, Any]) -> dict[str, Any]:
    """Return a draft's document as the form itself would have it."""
    return Sections.model_validate(document).document()


def keeping_of(hub: Hub) -> tuple[Settings, Keeping]:
    """Return the settings, and how long a professional's draft is kept by them."""
    assert isinstance(hub.settings, Settings)
    return hub.settings, Keeping.of_professionals(hub.settings)


@router.post("", status_code=201, response_model=DraftView)
async def post_draft(form: DraftForm, caller: Referrer, hub: HubDep, response: Response) -> dict[str, Any]:
    """Begin a form. It is kept for a time after its last change, and then erased."""
    partnership = partnership_for(hub, caller, form.partnership)
    _, keeping = keeping_of(hub)
    async with hub.transaction(caller) as tx:
        draft_id = await drafts.start(tx, caller, keeping, partnership, form.document())
        shown = await drafts.view(tx, caller, keeping, draft_id)
    etag(response, shown["version"])
    return shown


@router.get("", response_model=list[DraftLine])
async def get_drafts(caller: Referrer, hub: HubDep) -> list[Any]:
    """List your drafts, the last changed first."""
    async with hub.transaction(caller) as tx:
        return await drafts.list_own(tx, caller, keeping_of(hub)[1])


@router.get("/{draft_id}", response_model=DraftView)
async def get_draft(draft_id: UUID, caller: Referrer, hub: HubDep, response: Response) -> dict[str, Any]:
    """Come back to a draft."""
    async with hub.transaction(caller) as tx:
        shown = await drafts.view(tx, caller, keeping_of(hub)[1], draft_id)
    etag(response, shown["version"])
    return shown


@router.put("/{draft_id}", response_model=DraftView)
async def put_draft(
    draft_id: UUID,
    form: DraftChange,
    caller: Referrer,
    version: IfMatch,
    hub: HubDep,
    response: Response,
) -> dict[str, Any]:
    """Save a draft."""
    _, keeping = keeping_of(hub)
    async with hub.transaction(caller) as tx:
        await drafts.replace(tx, caller, keeping, draft_id, version, form.document())
        shown = await drafts.view(tx, caller, keeping, draft_id)
    etag(response, shown["version"])
    return shown


@router.delete("/{draft_id}", status_code=204)
async def delete_draft(draft_id: UUID, caller: Referrer, hub: HubDep) -> None:
    """Delete a draft, for good."""
    async with hub.transaction(caller) as tx:
        await drafts.discard(tx, caller, keeping_of(hub)[1], draft_id)


@router.post("/{draft_id}/send", status_code=201, response_model=ContactReceipt)
async def post_send(draft_id: UUID, caller: Referrer, hub: HubDep, response: Response) -> dict[str, Any]:
    """Send a draft. Sent again it is answered 200 with the first receipt: it is one contact."""
    async with hub.transaction(caller) as tx:
        receipt, is_repeat = await drafts.send(tx, caller, keeping_of(hub)[1], draft_id, whole)
    response.status_code = 200 if is_repeat else 201
    return receipt


@router.post("/{draft_id}/attachments", status_code=201, response_model=AttachmentReceipt)
async def post_attachment(
    draft_id: UUID, form: AttachmentForm, caller: Referrer, hub: HubDep
) -> dict[str, Any]:
    """Put a file with a draft."""
    settings, keeping = keeping_of(hub)
    async with hub.transaction(caller) as tx:
        file_id = await attachments.add_file(tx, caller, settings, draft_id, form.name, form.content)
        shown = await drafts.view(tx, caller, keeping, draft_id)
    return {"id": file_id, "version": shown["version"]}


@router.get("/{draft_id}/attachments/{attachment_id}", response_class=Response)
async def get_attachment(draft_id: UUID, attachment_id: UUID, caller: Referrer, hub: HubDep) -> Response:
    """Download a file of your draft."""
    async with hub.transaction(caller) as tx:
        file = await attachments.open_file(tx, caller, draft_id, attachment_id)
    return attachment(file.content, file.name, MEDIA_TYPE)


@router.delete("/{draft_id}/attachments/{attachment_id}", status_code=204)
async def delete_attachment(draft_id: UUID, attachment_id: UUID, caller: Referrer, hub: HubDep) -> None:
    """Take a file off a draft."""
    async with hub.transaction(caller) as tx:
        await attachments.remove_file(tx, caller, keeping_of(hub)[0], draft_id, attachment_id)
