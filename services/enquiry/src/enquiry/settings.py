"""What the enquiry service is told by its environment."""

from __future__ import annotations

from pathlib import Path

from mash.settings import ServiceSettings
from pydantic import Field


class Settings(ServiceSettings):
    """The shared settings; this service cannot do without sealing keys and intake's address."""

    service: str = "enquiry"
    intake_url: str = Field(description="Where the intake service is, such as http://intake.")
    sealing_keys_dir: Path = Field(
        description="The folder of sealing keys: the hub's private ones and the agencies' public ones."
    )
