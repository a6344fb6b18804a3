"""What the service is told by its environment."""

from __future__ import annotations

from mash.settings import ServiceSettings
from pydantic import Field


class Settings(ServiceSettings):
    """The shared settings, and those of the mailbox."""

    service: str = "intake"
    max_email_bytes: int = Field(
        default=26_214_400, ge=1024, description="The largest e-mail taken in, in bytes."
    )
    email_reading_seconds: float = Field(
        default=60, gt=0, description="How long an e-mail is read before it is left to a person."
    )
