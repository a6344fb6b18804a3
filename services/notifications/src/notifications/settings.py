"""What the notifications service is told by its environment."""

from __future__ import annotations

from typing import Literal, Self

from mash.settings import ServiceSettings
from pydantic import Field, model_validator

Tls = Literal["starttls", "tls", "if_offered"]


class Settings(ServiceSettings):
    """The shared settings, and those of the mail relay."""

    service: str = "notifications"
    intake_url: str = Field(description="Where the intake service is, such as http://intake.")
    smtp_host: str = Field(description="The mail relay that takes what is sent.")
    smtp_port: int = Field(default=587, ge=1, le=65535, description="The relay's port.")
    smtp_username: str | None = Field(default=None, description="The name to sign in to the relay with.")
    smtp_password: str | None = Field(default=None, description="The password that goes with it.", repr=False)
    smtp_tls: Tls | None = Field(
        default=None,
        description="`starttls` (the default) or `tls`; in development `if_offered`, never elsewhere.",
    )
    smtp_timeout_seconds: float = Field(
        default=20, gt=0, le=45, description="How long the relay may take over one message."
    )
    mail_from: str = Field(
        default="no-reply@mash.example", description="Whom messages come from, and where bounces go."
    )

    @model_validator(mode="after")
    def _never_in_clear(self) -> Self:
        if self.smtp_tls == "if_offered" and not self.is_development:
            raise ValueError("SMTP_TLS must be starttls or tls: a message may not leave in clear")
        return self

    @property
    def tls(self) -> Tls:
        """How the connection to the relay is encrypted."""
        return self.smtp_tls or ("if_offered" if self.is_development else "starttls")

    @property
    def mail_domain(self) -> str:
        """The domain that messages come from, which their Message-IDs end in."""
        return self.mail_from.rpartition("@")[2]
