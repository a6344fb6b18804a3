"""What the screening service is told by its environment."""

from __future__ import annotations

from mash.settings import ServiceSettings
from pydantic import Field


class Settings(ServiceSettings):
    """The settings of the screening service."""

    service: str = "screening"
    intake_url: str = Field(description="Where the intake service is, such as http://intake.")
