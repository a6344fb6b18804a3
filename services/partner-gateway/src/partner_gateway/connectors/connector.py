"""What a way into an agency's own system has to offer: it finds, and a person chooses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from mash.hub import Transaction

from partner_gateway.domain.identity import Identity, Match


@dataclass(frozen=True)
class Candidate:
    """A record that may be about somebody sought, and why."""

    record: Mapping[str, Any]
    matches: tuple[Match, ...]


class Connector(Protocol):
    """Searches one of the agency's systems, and gives what it finds to the agency's researcher alone."""

    async def search(
        self, tx: Transaction, partnerships: Collection[str], people: Sequence[Identity], limit: int
    ) -> list[Candidate]:
        """The likeliest candidates first, ``limit`` of them at most."""
