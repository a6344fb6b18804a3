"""What a gateway is told by its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from mash.access.audiences import agency_audience
from mash.settings import ServiceSettings
from pydantic import Field, FilePath, HttpUrl, model_validator
from pydantic_settings import SettingsConfigDict


class Settings(ServiceSettings):
    """The settings of one agency's gateway."""

    # What stops the start would else repeat the settings that were given, the token among them.
    model_config = SettingsConfigDict(hide_input_in_errors=True)

    service: str = "partner-gateway"
    agency: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", description="The agency whose gateway this is.")
    sealing_keys_dir: Path = Field(
        description="The folder of sealing keys: the agency's own private ones and the hub's public ones."
    )
    max_import_bytes: int = Field(
        default=10_485_760, ge=1024, description="The largest file of records taken in, in bytes."
    )

    connector: Literal["records", "rest", "fhir"] = Field(
        default="records",
        description="What is searched: the gateway's own records, or beside them a system by REST or FHIR.",
    )
    connector_url: str = Field(
        default="", description="The address of that system; for FHIR the base that `/Patient` comes after."
    )
    connector_token: str = Field(
        default="", description="The bearer token that the system knows the gateway by.", repr=False
    )
    connector_token_file: FilePath | None = Field(
        default=None, description="A file with that token, in its place; read at each search."
    )
    connector_timeout_seconds: float = Field(
        default=10, gt=0, le=60, description="The longest that one search of that system may take."
    )

    webhook_hosts: list[str] = Field(
        default=[],
        description="Hosts and networks, as a JSON list, that webhooks may go to although they are inside.",
    )
    webhook_timeout_seconds: float = Field(
        default=10, gt=0, le=60, description="The longest that one try of a webhook may take."
    )

    @model_validator(mode="after")
    def _know_where_to_search(self) -> Self:
        if self.connector == "records":
            return self
        if not self.connector_url:
            raise ValueError(f"CONNECTOR_URL is missing: CONNECTOR={self.connector} needs it")
        HttpUrl(self.connector_url)
        allowed = ("https://", "http://") if self.is_development else ("https://",)
        if not self.connector_url.startswith(allowed):
            raise ValueError(
                "CONNECTOR_URL must begin with https://, as whom it is asked about is sent to it"
            )
        return self

    @model_validator(mode="after")
    def _take_own_tokens_only(self) -> Self:
        if self.token_audience != agency_audience(self.agency):
            raise ValueError(
                "TOKEN_AUDIENCE must be this agency's own, so that no other agency's tokens count"
            )
        return self
