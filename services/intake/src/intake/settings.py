"""What the service is told by its environment."""

from __future__ import annotations

from mash.settings import ServiceSettings
from pydantic import Field


class Settings(ServiceSettings):
    """The shared settings, and those of the mailbox."""

    service: str = "intake"
    screening_url: str = Field(
        default="",
        description="Where the screening service is; asked when somebody asks what is held on them.",
    )
    enquiry_url: str = Field(default="", description="Where the enquiry service is, asked likewise.")
    notifications_url: str = Field(
        default="", description="Where the notifications service is, asked likewise."
    )
    max_email_bytes: int = Field(
        default=26_214_400, ge=1024, description="The largest e-mail taken in, in bytes."
    )
    emergency_opening_hours: int = Field(
        default=8, ge=1, le=72, description="How long an emergency opening of a restricted contact lasts."
    )
    public_per_hour_and_address: int = Field(
        default=20, ge=1, description="How many concerns of the public are taken from one address an hour."
    )
    public_per_hour: int = Field(
        default=600, ge=1, description="How many concerns of the public are taken an hour from all addresses."
    )
    email_reading_seconds: float = Field(
        default=60, gt=0, description="How long an e-mail is read before it is left to a person."
    )
    draft_days: int = Field(
        default=28, ge=1, le=90, description="For how many days after its last change a draft is kept."
    )
    public_draft_hours: int = Field(
        default=24, ge=1, le=72, description="For how many hours what the public has begun is kept."
    )
    most_drafts: int = Field(default=50, ge=1, description="The most drafts that one person has at once.")
    max_attachment_bytes: int = Field(
        default=10_485_760, ge=1024, description="The largest file taken with a form, in bytes."
    )
    most_attachments: int = Field(default=10, ge=1, le=50, description="The most files with one form.")
