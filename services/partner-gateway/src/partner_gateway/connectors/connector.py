"""What a way into an agency's own system has to offer: it finds, and a person chooses."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from mash.hub import Transaction

from partner_gateway.domain.identity import Identity, Match

WhyNot = Literal[
    "did_not_answer", "too_slow", "refused", "redirected", "wrong_answer", "further_pages", "too_little_known"
]


@dataclass(frozen=True)
class Candidate:
    """A record that may be about somebody sought, and why."""

    record: Mapping[str, Any]
    matches: tuple[Match, ...]


@dataclass(frozen=True)
class NotSearched:
    """For whom a system was not asked, or not to the end, and why: that is no nil.

    ``part`` is the kind of record where the system is asked for several, else None.
    """

    connector: str
    person: int
    reason: WhyNot
    part: str | None = None


@dataclass
class Findings:
    """What an outside system gave, what it could not be asked, and how many records could not be used."""

    candidates: list[Candidate] = field(default_factory=list)
    not_searched: list[NotSearched] = field(default_factory=list)
    unreadable: int = 0


class Connector(Protocol):
    """Searches the gateway's own store, and gives what it finds to the agency's researcher alone."""

    async def search(
        self, tx: Transaction, partnerships: Collection[str], people: Sequence[Identity], limit: int
    ) -> list[Candidate]:
        """The likeliest candidates first, ``limit`` of them at most."""


class OutsideConnector(Protocol):
    """Searches another system of the agency's over HTTP, never inside a transaction."""

    @property
    def name(self) -> str:
        """Under which it is set, audited and named in the ids of what it finds."""

    async def search(self, people: Sequence[Identity]) -> Findings:
        """What it holds on these people. Never raises for a system that is away: that is in the findings."""
