"""Whom a token is meant for: the people's side of the hub, one agency's gateway, or one service.

A service has two: people come with the hub's, other services with the one that is its own. A token of the
one kind never counts as the other.
"""

from typing import Final

HUB_AUDIENCE: Final = "openmash-hub"


def agency_audience(agency: str) -> str:
    """The audience of tokens to an agency's gateway."""
    return f"openmash-{agency}"


def service_audience(service: str) -> str:
    """The audience of tokens with which other services call this one."""
    return f"openmash-{service}"
