"""What a gateway is told by its environment."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from mash.access.personas import agency_audience
from mash.settings import ServiceSettings
from pydantic import Field, model_validator


class Settings(ServiceSettings):
    """The settings of one agency's gateway."""

    service: str = "partner-gateway"
    agency: str = Field(pattern=r"^[a-z][a-z0-9-]{0,63}$", description="The agency whose gateway this is.")
    sealing_keys_dir: Path = Field(
        description="The folder of sealing keys: the agency's own private ones and the hub's public ones."
    )
    max_import_bytes: int = Field(
        default=10_485_760, ge=1024, description="The largest file of records taken in, in bytes."
    )

    @model_validator(mode="after")
    def _take_own_tokens_only(self) -> Self:
        if self.token_audience != agency_audience(self.agency):
            raise ValueError(
                "TOKEN_AUDIENCE must be this agency's own, so that no other agency's tokens count"
            )
        return self
