"""What the reporting service is told by its environment."""

from mash.settings import ServiceSettings


class Settings(ServiceSettings):
    """Settings of the reporting service."""

    service: str = "reporting"
