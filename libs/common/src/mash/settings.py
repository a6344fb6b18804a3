"""What every service is told by its environment.

Each service has one subclass. Values come from environment variables of the same name in capitals; a
missing one stops the start and is named. The default environment is ``production``, so that nothing
meant for a laptop is ever on by accident.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Environment = Literal["local", "test", "production"]


class ServiceSettings(BaseSettings):
    """Settings that all services share."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    service: str = Field(description="The name of the service, in logs, metrics and on the bus.")
    environment: Environment = Field(
        default="production",
        description="`local` and `test` allow development parts; `production` refuses them.",
    )
    partnerships: list[str] = Field(
        default=["havering"], description="The partnerships served, as a JSON list."
    )
    agency: str | None = Field(default=None, description="The agency whose gateway this is; gateways only.")

    database_url: str = Field(description="postgresql+asyncpg://user:password@host:port/name")
    database_pool_size: int = Field(
        default=5, ge=1, le=100, description="Connections kept open to the database."
    )
    migration_database_url: str | None = Field(
        default=None, description="Used by `migrate` where the role that owns the tables is another."
    )

    keys_database_url: str = Field(
        default="",
        description="The database of the data keys that words are encrypted with; in production on a server "
        "whose backups are kept only briefly, for a key destroyed there is what erases a case.",
    )
    store_keys_file: Path | None = Field(
        default=None, description="The file of the keys that data keys are wrapped with."
    )
    audit_keys_dir: Path | None = Field(
        default=None,
        description="The folder with the key that this service signs the heads of its audit with.",
    )
    audit_signing_seconds: float = Field(
        default=600, gt=0, description="How often the heads of the audit that have moved are signed."
    )

    nats_url: str = Field(
        description="tls://host:port, or nats:// in development; empty to run without a bus."
    )
    nats_nkey_seed_file: Path | None = Field(
        default=None, description="The file with this service's NATS nkey seed."
    )
    nats_certificates_dir: Path | None = Field(
        default=None,
        description="The folder with `tls.crt`, `tls.key` and `ca.crt` for mutual TLS 1.3 with the broker; "
        "a service on the bus does not start without it, but in development.",
    )
    nats_api_prefix: str = Field(
        default="hubjs", description="The JetStream API's name in the accounts of the generated broker."
    )

    token_issuer: str = Field(
        description="The exact issuer of access tokens; its discovery document tells where the rest is."
    )
    token_discovery_url: str = Field(
        default="", description="The discovery document's address, where it is not below the issuer's own."
    )
    token_jwks_url: str = Field(
        default="",
        description="Where the issuer's public keys are, in the place of what is discovered; `file:` for a "
        "service without a way out.",
    )
    token_url: str = Field(
        default="", description="Where tokens are granted, in the place of what is discovered."
    )
    token_audience: str = Field(
        default="openmash-hub", description="The exact audience of people's access tokens."
    )
    token_service_audience: str = Field(
        default="",
        description="The exact audience of other services' tokens; `openmash-` and the service's name if "
        "absent.",
    )
    token_algorithms: list[str] = Field(
        default=["ES256", "RS256"], description="The only signature algorithms accepted."
    )
    token_types: list[str] = Field(
        default=["at+jwt"],
        description="The types, in their header, of tokens accepted. `JWT` beside it for a provider that "
        "marks its access tokens in no other way; an ID token is then known by its audience alone.",
    )
    token_roles_claim: str = Field(
        default="roles", description="The claim that holds roles; with dots where it is inside others."
    )
    token_partnerships_claim: str = Field(
        default="partnerships", description="The claim that holds the partnerships somebody works for."
    )
    token_agency_claim: str = Field(
        default="agency", description="The claim that holds the agency somebody works for."
    )
    token_roles: dict[str, str] = Field(
        default={},
        description="What the provider calls each role, as a JSON object from its names to ours; with it no "
        "other name counts.",
    )
    token_request: dict[str, str] = Field(
        default={"audience": "{audience}"},
        description="How a token for an audience is asked for, as a JSON object of the form's fields.",
    )
    client_id: str = Field(default="", description="The service's own client id at the issuer.")
    client_secret: str = Field(default="", description="The service's own client secret.", repr=False)

    sign_in_client_id: str = Field(
        default="",
        description="The client id by which people sign in here in a browser; without it they cannot.",
    )
    sign_in_client_secret: str = Field(
        default="", description="That client's secret, where the provider wants one.", repr=False
    )
    sign_in_address: str = Field(
        default="",
        description="The service's address as browsers see it. The provider has to know it, with "
        "`/sign-in/callback` at its end, as the one address to send them back to.",
    )
    sign_in_scope: str = Field(
        default="", description="Scopes asked for beside `openid`, such as `offline_access`."
    )
    sign_in_keys: list[str] = Field(
        default=[],
        description="The keys of the cookie, 256 bits in base64url, as a JSON list: the first encrypts, all "
        "open. Every copy of the service has the same.",
        repr=False,
    )
    hub_pages: dict[str, str] = Field(
        default={},
        description="Where people find the pages of the other services, as a JSON object of services and "
        "their addresses as browsers see them; a service that is not in it is left out of the navigation.",
    )
    sign_in_hours: float = Field(
        default=10, gt=0, le=24, description="How long a sign-in lasts where the provider lets it be renewed."
    )
    sign_in_idle_minutes: float = Field(
        default=30,
        ge=0,
        description="How long after its token's end a sign-in that nobody has used since can be renewed.",
    )

    sealing_keys_dir: Path | None = Field(
        default=None,
        description="The folder of sealing keys: our own private ones and the others' public ones.",
    )
    trusted_proxies: list[str] = Field(
        default=[],
        description="Addresses and networks of the proxies before the service, as a JSON list; what any "
        "other sender says of whom it speaks for is not believed.",
    )
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR.")
    otlp_endpoint: str | None = Field(
        default=None, description="Where traces are sent (OTLP over HTTP); none are sent if absent."
    )
    max_body_bytes: int = Field(
        default=1_048_576, ge=1024, description="The largest request body taken, in bytes."
    )

    @property
    def is_development(self) -> bool:
        """Whether development parts, such as API documentation, may be on."""
        return self.environment in ("local", "test")
