"""What the service answers to whoever sends it something."""

from __future__ import annotations

from uuid import UUID

from mash.contracts.intake import Channel
from pydantic import AwareDatetime, BaseModel, Field


class MissingItem(BaseModel):
    """Something that a good referral holds and this one does not."""

    id: str
    label: str


class Line(BaseModel):
    """A service that can be rung."""

    service: str
    telephone: str


class InDanger(BaseModel):
    """Whom to ring when a child is in immediate danger."""

    words: str
    emergency: str
    duty_line: str
    out_of_hours: Line
    answering_now: str


class Acknowledgement(BaseModel):
    """By when the referrer will be written to."""

    will_be_sent: bool
    due_at: AwareDatetime | None
    words: str


class ContactReceipt(BaseModel):
    """A contact was taken in. The clock has started at ``received_at``."""

    contact_id: UUID
    reference: str
    received_at: AwareDatetime
    channel: Channel
    missing: list[MissingItem]
    warnings: list[str]
    out_of_hours: bool
    put_before: str | None = Field(description="When it is looked at, if it came while the hub was shut.")
    in_danger: InDanger
    acknowledgement: Acknowledgement


class CallReceipt(ContactReceipt):
    """A call was written down."""

    written_form_due_at: AwareDatetime | None = Field(
        description="By when the professional's written form must follow, where one must."
    )
