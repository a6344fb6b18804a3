"""The hub asks to let items of the agency's own go to somebody else, and the agency decides item by item.

A release is for exactly the words that were asked about, for one receiver and one purpose. Where an item is
asked about again in other words, the newer asking takes the older one's place, whichever comes first.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from mash.errors import Conflict, Invalid

from partner_gateway.domain.vocabulary import WithheldReason

Choice = Literal["released", "refused"]
# What became of an item: it was sent, it will not be, or it was asked about in other words.
Outcome = Literal["sent", "not_sent", "asked_anew"]


class ItemNotAsked(Invalid):
    """The asking has no such item."""


class _OfItem(Conflict):
    """``field`` names the decision on the item."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class NoLongerAsked(_OfItem):
    """The item has gone to its receiver, will not go, or was asked about in other words."""


class NoLongerStands(_OfItem):
    """The agency has corrected or withdrawn the item since it was returned."""


class DecidedTwice(Invalid):
    """One answer decides on an item twice."""


@dataclass(frozen=True)
class AskedItem:
    """One item that is asked about. ``id`` is its own in the product, ``item_id`` the ledger's line of it."""

    id: UUID
    item_id: UUID
    request_id: UUID
    answer_version: int
    text: str
    recorded_on: date | None
    caveat: str | None
    decision: Choice | None = None
    refused_because: WithheldReason | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    outcome: Outcome | None = None
    outcome_at: datetime | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether the hub still waits for a decision."""
        return self.decision is None and self.outcome is None


@dataclass(frozen=True)
class Asking:
    """One message that asks for a release.

    ``hub_version`` is the product's at the hub; ``version`` counts the changes that a researcher has to have
    seen, ``answer_version`` the agency's own answers.
    """

    id: UUID
    product_id: UUID
    enquiry_id: UUID
    partnership: str
    reference: str
    receiver: Mapping[str, Any]
    purpose: str
    lawful_basis: str
    necessity: str
    asked_by: str
    asked_at: datetime
    received_at: datetime
    hub_version: int
    items: tuple[AskedItem, ...]
    version: int = 1
    answer_version: int = 0

    @property
    def is_waiting(self) -> bool:
        """Whether the hub still waits for a decision on any item."""
        return any(item.is_waiting for item in self.items)


@dataclass(frozen=True)
class Decision:
    """What the agency decides on one item, and why; only the kind of a refusal is told to the hub."""

    id: UUID
    decision: Choice
    explanation: str
    refused_because: WithheldReason | None = None


def decide(
    asking: Asking, decisions: Sequence[Decision], standing: Collection[UUID], by: str, at: datetime
) -> list[AskedItem]:
    """The items with what was decided. ``standing`` are those of the agency's items that still stand.

    Raises :class:`ItemNotAsked`, :class:`DecidedTwice`, :class:`NoLongerAsked`, :class:`NoLongerStands`.
    """
    items = {item.id: item for item in asking.items}
    called = {item.id: f"Item {place}" for place, item in enumerate(asking.items, start=1)}
    if len({one.id for one in decisions}) < len(decisions):
        raise DecidedTwice("Decide on each item once.", field="items")
    for number, one in enumerate(decisions):
        if one.id not in items:
            raise ItemNotAsked("The hub did not ask about such an item here.", field=f"items.{number}.id")
        _check(items[one.id], one, standing, called[one.id], f"items.{number}")
    return [
        replace(
            items[one.id],
            decision=one.decision,
            refused_because=one.refused_because,
            decided_at=at,
            decided_by=by,
        )
        for one in decisions
    ]


def _check(item: AskedItem, decision: Decision, standing: Collection[UUID], called: str, field: str) -> None:
    if (decision.decision == "refused") != (decision.refused_because is not None):
        raise Invalid(
            "A refusal says which of the reasons there is, and a release does not.",
            field=f"{field}.refused_because",
        )
    if item.outcome is not None:
        raise NoLongerAsked(
            f"{called} has gone to its receiver already."
            if item.outcome == "sent"
            else f"{called} is no longer asked about in these words.",
            f"{field}.id",
        )
    if decision.decision == "released" and item.item_id not in standing:
        raise NoLongerStands(
            f"{called} was corrected or withdrawn since, and cannot be released.", f"{field}.id"
        )
