"""What the service shows of its contacts."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from mash.contracts.intake import Channel
from pydantic import AwareDatetime, BaseModel, Field

from intake.api.receipts import MissingItem


class ContactLine(BaseModel):
    """A contact in a list: no name, so that a list shows nobody more than its count."""

    id: UUID
    reference: str
    partnership: str
    version: int
    channel: Channel
    kind: str
    source_code: str
    referrer_kind: str
    received_at: AwareDatetime
    child_count: int
    unborn: bool
    repeat_count_6_months: int
    repeat_count_ever: int
    immediate_danger: bool
    needs_person: bool
    out_of_hours: bool
    missing: list[str]
    written_form_due_at: AwareDatetime | None


class AdditionView(BaseModel):
    """Something that was added later."""

    version: int
    added_at: AwareDatetime
    added_by: str
    by_referrer: bool
    text: str
    facts: dict[str, Any]


class ChangeView(BaseModel):
    """Who changed what and when, and what was there before."""

    version: int
    changed_at: AwareDatetime
    changed_by: str
    fields: list[str]
    before: dict[str, Any]


class DocumentLine(BaseModel):
    """A document that came with a contact."""

    id: UUID
    name: str
    media_type: str
    size_bytes: int


class ContactView(ContactLine):
    """All there is of a contact, for the hub's people."""

    missing: list[MissingItem]  # type: ignore[assignment]
    is_professional: bool
    may_write: bool
    sent_by: str
    completed_at: AwareDatetime | None
    message_id: UUID | None
    follows_contact_id: UUID | None
    written_forms: list[str] = Field(description="The references of the forms that followed a call.")
    document: dict[str, Any] = Field(description="What was said, by section.")
    reading: dict[str, Any] | None = Field(description="What was read, with the words it came from.")
    documents: list[DocumentLine]
    additions: list[AdditionView]
    changes: list[ChangeView]


class StatusView(BaseModel):
    """What a referrer may know of a contact they sent."""

    reference: str
    received_at: AwareDatetime
    status: Literal["received", "completed"] = Field(
        description="`completed` once a contact officer has gone through it."
    )
    completed_at: AwareDatetime | None
    stage: Literal["received", "gone_through", "with_worker", "looked_into", "decided"] = Field(
        description="How far it has got; what was decided is told in the feedback."
    )
    stage_since: AwareDatetime
    missing: list[MissingItem]
    sent: dict[str, Any] = Field(description="What was sent, as it was received.")
    additions: list[AdditionView]
    documents: list[DocumentLine]


class AdditionReceipt(BaseModel):
    """Something was added to a contact."""

    reference: str
    version: int
    added_at: AwareDatetime


class MessageContact(BaseModel):
    """A contact that a message became."""

    id: UUID
    reference: str
    kind: str
    needs_person: bool


class EmailReceipt(BaseModel):
    """A message was taken in: what became of it, and under which references."""

    message_id: UUID
    outcome: Literal["arrived", "taken_in", "set_aside"]
    kind: str | None
    received_at: AwareDatetime
    contacts: list[MessageContact]


class MessageLine(BaseModel):
    """A message in a list, without a word of it."""

    id: UUID
    partnership: str
    status: str
    kind: str | None
    received_at: AwareDatetime
    size_bytes: int
    repeat_of: UUID | None = Field(description="The message that came before under the same Message-ID.")
    reviewed_at: AwareDatetime | None
    reviewed_by: str | None


class MessageView(MessageLine):
    """What was read from a message, for the hub's people."""

    review_reason: str | None
    reading: dict[str, Any] | None
    contacts: list[MessageContact]
