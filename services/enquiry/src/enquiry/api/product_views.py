"""What the service answers about products."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from mash.contracts.boundary import Receiver, RefusalReason, SharedItem
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from enquiry.api.answers import ItemView
from enquiry.api.views import item_view
from enquiry.domain import products as rules
from enquiry.domain.enquiry import Request
from enquiry.domain.products import Item, ItemState, Product, ProductState
from enquiry.usecases.handing_on import Whole


class ProductReceipt(BaseModel):
    """How a product stands after a change."""

    product_id: UUID
    state: ProductState
    version: int


class ProductSummary(ProductReceipt):
    """A product in a list."""

    receiver: Receiver
    purpose: str
    lawful_basis: str
    necessity: str
    made_at: AwareDatetime
    made_by: str
    sent_at: AwareDatetime | None
    sent_by: str | None
    received_at: AwareDatetime | None = Field(description="When it lay in the receiving agency's own store.")


class ProductItemView(BaseModel):
    """One item: what the receiver gets, beside what its owner returned."""

    id: UUID
    state: ItemState
    text: str
    owner: str | None = Field(description="The agency whose it is; null on the hub's own words.")
    request_id: UUID | None
    answer_version: int | None
    original: ItemView | None
    asked_at: AwareDatetime | None
    answered_at: AwareDatetime | None
    refused_because: RefusalReason | None
    dropped_because: str | None
    since: Literal["corrected", "withdrawn"] | None = Field(
        description="What its owner has done to the answer it was taken from, after it was chosen."
    )


class ReleaseView(BaseModel):
    """What an owner answered. One that came after the product was closed did not alter it."""

    model_config = ConfigDict(extra="ignore")

    agency: str
    version: int
    arrived_at: AwareDatetime
    answered_at: AwareDatetime
    answered_by: str
    after_closing: bool
    items: list[dict[str, Any]]


class ProductDetail(ProductSummary):
    """A product with everything in it. ``is_ready`` says that it could go as it is."""

    is_ready: bool
    waits_for: list[str] = Field(description="The agencies that were asked and have not answered.")
    items: list[ProductItemView]
    releases: list[ReleaseView]
    sent: Document | None


class Handover(BaseModel):
    """How a document left the hub."""

    by: str
    how: str
    to_whom: str
    at: AwareDatetime


class Child(BaseModel):
    """A child that a product is about."""

    model_config = ConfigDict(extra="ignore")

    given: str | None = None
    family: str | None = None
    dob: str | None = None
    edd: str | None = None


class Document(BaseModel):
    """A product in the very words that its receiver reads."""

    model_config = ConfigDict(extra="ignore")

    product_id: UUID
    version: int = 1
    reference: str
    receiver: Receiver
    purpose: str
    lawful_basis: str
    necessity: str
    people: list[Child]
    family_told: str
    family_agreed: str
    items: list[SharedItem]
    sent_by: str
    made_on: str | None = None
    handed_over: Handover | None = None


def receipt(product: Product) -> ProductReceipt:
    """How a product stands."""
    return ProductReceipt(product_id=product.id, state=product.state, version=product.version)


def summary(product: Product) -> ProductSummary:
    """A product for a list."""
    return ProductSummary(**_outline(product))


def detail(found: Whole) -> ProductDetail:
    """A product for the desk of whoever makes it."""
    requests = {one.id: one for one in found.requests}
    return ProductDetail(
        **_outline(found.product),
        is_ready=found.product.state == "draft" and _is_ready(found.items),
        waits_for=sorted({item.agency or "" for item in found.items if item.state == "asked"}),
        items=[_item(item, requests) for item in found.items],
        releases=[ReleaseView.model_validate(row) for row in found.releases],
        sent=Document.model_validate(found.sent) if found.sent else None,
    )


def _outline(product: Product) -> dict[str, Any]:
    names = ("purpose", "lawful_basis", "necessity", "made_at", "made_by", "sent_at", "sent_by")
    return {
        **{name: getattr(product, name) for name in names},
        "product_id": product.id,
        "state": product.state,
        "version": product.version,
        "received_at": product.received_at,
        "receiver": Receiver(
            kind=product.receiver_kind, name=product.receiver_name, agency=product.receiver_agency
        ),
    }


def _is_ready(items: Sequence[Item]) -> bool:
    try:
        return bool(rules.what_goes(items))
    except rules.ProductNotReady:
        return False


def _item(item: Item, requests: Mapping[UUID, Request]) -> ProductItemView:
    return ProductItemView(
        id=item.id,
        state=item.state,
        text=item.text,
        owner=item.agency,
        request_id=item.request_id,
        answer_version=item.answer_version,
        original=item_view(item.original) if item.original else None,
        asked_at=item.asked_at,
        answered_at=item.answered_at,
        refused_because=item.refused_because,
        dropped_because=item.dropped_because or None,
        since=rules.since(item, requests.get(item.request_id) if item.request_id else None),
    )
