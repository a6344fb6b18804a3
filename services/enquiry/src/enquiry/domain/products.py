"""Information products: what one receiver needs and may have, cut out of what agencies returned.

An agency's item stays the agency's. It goes to somebody else only once the agency has released it in exactly
the words that will be sent, and within the caveat that the agency put on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from mash.contracts.boundary import ReceiverKind, RefusalReason
from mash.errors import Conflict, Invalid, NotFound, NotPermitted

from enquiry.domain.enquiry import Request

ProductState = Literal["draft", "sent", "abandoned"]
# `own` are the hub's own words; every other state is of an agency's item. `lapsed` is what its owner has
# corrected or withdrawn since it was chosen.
ItemState = Literal["own", "chosen", "asked", "released", "refused", "dropped", "lapsed"]
Audience = Literal["professional", "family", "public"]

AUDIENCE: Mapping[ReceiverKind, Audience] = {
    "agency": "professional",
    "social_work_team": "professional",
    "early_help": "professional",
    "school": "professional",
    "health_practitioner": "professional",
    "other_professional": "professional",
    "family": "family",
    "public": "public",
}
# Whom each caveat keeps an item from, however it is cut. One that is not known here, or that its owner left
# out, keeps it from most.
_ALL_BUT_PROFESSIONALS: frozenset[Audience] = frozenset({"family", "public"})
KEPT_FROM: Mapping[str, frozenset[Audience]] = {
    "professionals_only": _ALL_BUT_PROFESSIONALS,
    "sensitive": _ALL_BUT_PROFESSIONALS,
    "not_to_family": _ALL_BUT_PROFESSIONALS,
    "not_to_named_adult": _ALL_BUT_PROFESSIONALS,
    "ask_before_sharing_on": frozenset({"public"}),
    "may_be_shared_with_family": frozenset({"public"}),
}
NEEDS_MANAGER = frozenset({"sensitive"})
GOES: frozenset[ItemState] = frozenset({"own", "released"})
UNDECIDED: frozenset[ItemState] = frozenset({"chosen", "asked", "refused"})
OUT: frozenset[ItemState] = frozenset({"dropped", "lapsed"})


class ProductClosed(Conflict):
    """The product was sent or abandoned, and is not altered any more."""


class ReceiverNotClear(Invalid):
    """The receiver is not one agency of the partnership, or is said to be one and is not."""


class KeptByCaveat(Conflict):
    """The owner's caveat keeps the item from this receiver."""


class SensitiveNeedsManager(NotPermitted):
    """What its owner marked as sensitive is chosen by a manager."""


class ItemNoLongerStands(Conflict):
    """The item is not in the agency's answer as it now stands."""


class ItemAlreadyChosen(Conflict):
    """The product has this item already."""


class ItemIsOut(Conflict):
    """The item was dropped, or its owner has corrected or withdrawn it."""


class NothingToAsk(Conflict):
    """No item of the product waits to be asked about."""


class ProductNotReady(Conflict):
    """An item is not released yet, or was refused and not dropped, or there is nothing to send."""


class WrongWayOut(Conflict):
    """An agency gets its product sealed at its gateway, everybody else by hand as a document."""


class UnknownItem(NotFound):
    """The product has no such item."""


@dataclass(frozen=True)
class Product:
    """A product for one receiver. Only ``receiver_name`` and the three reasons are words."""

    id: UUID
    enquiry_id: UUID
    contact_id: UUID
    partnership: str
    state: ProductState
    receiver_kind: ReceiverKind
    receiver_agency: str | None
    receiver_name: str
    purpose: str
    lawful_basis: str
    necessity: str
    made_at: datetime
    made_by: str
    sent_at: datetime | None = None
    sent_by: str | None = None
    received_at: datetime | None = None
    version: int = 1

    @property
    def audience(self) -> Audience:
        """Who the receiver is, as far as caveats ask."""
        return AUDIENCE[self.receiver_kind]


@dataclass(frozen=True)
class Item:
    """One item of a product. ``text`` is what the receiver gets, ``original`` what its owner returned.

    ``asked_in`` is the message that asked its owner about exactly this text, ``release_version`` the owner's
    newest answer to it.
    """

    id: UUID
    product_id: UUID
    place: int
    state: ItemState
    text: str
    agency: str | None = None
    request_id: UUID | None = None
    item_id: UUID | None = None
    answer_version: int | None = None
    original: Mapping[str, Any] | None = None
    asked_in: UUID | None = None
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    release_version: int = 0
    refused_because: RefusalReason | None = None
    dropped_because: str = ""

    @property
    def caveat(self) -> str | None:
        """What its owner lets be done with it; none on the hub's own words."""
        return self.original["caveat"] if self.original else None


def require_draft(product: Product) -> None:
    """Raise :class:`ProductClosed`."""
    if product.state != "draft":
        raise ProductClosed(f"This product was {product.state}. Make another one.")


def check_receiver(kind: ReceiverKind, agency: str | None, agencies: Iterable[str]) -> None:
    """Raise :class:`ReceiverNotClear` unless an agency of the partnership, and no other, is named as one."""
    if (kind == "agency") != (agency is not None):
        raise ReceiverNotClear("Name the agency where the receiver is one, and only there.", field="receiver")
    if agency is not None and agency not in agencies:
        raise ReceiverNotClear("The partnership has no agency of that name.", field="receiver.agency")


def check_caveat(product: Product, caveat: str | None, *, is_manager: bool) -> None:
    """Raise :class:`KeptByCaveat` or :class:`SensitiveNeedsManager` where the item is kept from them."""
    known = caveat or ""
    if product.audience in KEPT_FROM.get(known, _ALL_BUT_PROFESSIONALS):
        raise KeptByCaveat(
            f"Its owner marked the item {known.replace('_', ' ')}, so that it cannot go to the "
            f"{product.audience}."
            if known
            else f"Its owner put no caveat on the item, so that it cannot go to the {product.audience}."
        )
    if (known in NEEDS_MANAGER or known not in KEPT_FROM) and not is_manager:
        raise SensitiveNeedsManager("A manager decides on an item that is sensitive, or has no known caveat.")


def require_standing(request: Request, answer_version: int) -> None:
    """Raise :class:`ItemNoLongerStands` where ``answer_version`` is not what the agency now says."""
    if request.answer_version != answer_version:
        raise ItemNoLongerStands(
            f"What {request.agency} returned was corrected or withdrawn. Read the enquiry again.",
            current_answer_version=request.answer_version,
        )


def require_new(items: Iterable[Item], item_id: UUID) -> None:
    """Raise :class:`ItemAlreadyChosen`."""
    if any(one.item_id == item_id and one.state not in OUT for one in items):
        raise ItemAlreadyChosen("The product has this item already.")


def pick(items: Iterable[Item], id: UUID) -> Item:
    """One of these items. Raises :class:`UnknownItem`."""
    for item in items:
        if item.id == id:
            return item
    raise UnknownItem("The product has no such item.")


def cut(item: Item, text: str) -> Item:
    """The item in other words. Whatever its owner said was said of the words before."""
    _require_in(item)
    if item.state == "own":
        return replace(item, text=text)
    return replace(
        item,
        text=text,
        state="chosen",
        asked_in=None,
        asked_at=None,
        answered_at=None,
        release_version=0,
        refused_because=None,
    )


def dropped(item: Item, why: str) -> Item:
    """The item left out of the product."""
    _require_in(item)
    return replace(item, state="dropped", dropped_because=why)


def _require_in(item: Item) -> None:
    if item.state in OUT:
        raise ItemIsOut("The item was dropped, or its owner has corrected or withdrawn it.")


def lapsed(items: Iterable[Item], request: Request) -> list[Item]:
    """Those of the items that are no longer in the answer to ``request``, fallen out of their product."""
    return [
        replace(item, state="lapsed")
        for item in items
        if item.request_id == request.id
        and item.state not in OUT
        and item.answer_version != request.answer_version
    ]


def since(item: Item, request: Request | None) -> Literal["corrected", "withdrawn"] | None:
    """What its owner has done, since the item was chosen, to the answer that it was taken from."""
    if request is None or request.answer_version == item.answer_version:
        return None
    withdrawn = (request.withdrawn_version or 0) >= (item.answer_version or 0)
    return "withdrawn" if withdrawn and request.answer is None else "corrected"


def to_ask(items: Iterable[Item]) -> dict[str, list[Item]]:
    """What each owner has still to be asked about. Raises :class:`NothingToAsk`."""
    asked: dict[str, list[Item]] = {}
    for item in items:
        if item.state == "chosen" and item.agency is not None:
            asked.setdefault(item.agency, []).append(item)
    if not asked:
        raise NothingToAsk("No item of this product waits to be asked about.")
    return asked


def what_goes(items: Sequence[Item]) -> list[Item]:
    """What the receiver gets. Raises :class:`ProductNotReady`, naming the items that stand in the way."""
    waiting = [item for item in items if item.state in UNDECIDED]
    if waiting:
        raise ProductNotReady(
            "Each item must be released by its owner, or dropped, before the product can go.",
            items=[{"id": str(item.id), "agency": item.agency, "state": item.state} for item in waiting],
        )
    going = [item for item in items if item.state in GOES]
    if not going:
        raise ProductNotReady("There is nothing in this product that could be sent.", items=[])
    return going
