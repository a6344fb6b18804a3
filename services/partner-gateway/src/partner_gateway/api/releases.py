"""What the hub asks to let go to others, and the products that it sent this agency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Response
from mash.access import Researcher
from mash.contracts.boundary import Person, Receiver, SharedItem
from mash.web import (
    Cursor,
    HubDep,
    IdempotencyKey,
    IfMatch,
    Page,
    Strict,
    decode_cursor,
    etag,
    fingerprint,
    once,
)
from pydantic import Field, StringConstraints

from partner_gateway.api.paging import Limit, next_cursor
from partner_gateway.api.views import View
from partner_gateway.domain.releases import Asking, Choice, Decision, Outcome
from partner_gateway.domain.vocabulary import WithheldReason
from partner_gateway.usecases import releasing
from partner_gateway.usecases.outward import outward

router = APIRouter(prefix="/v1", tags=["releases"])
Words = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class DecisionBody(Strict):
    """What is decided on one item, and why; the explanation stays in the agency's ledger."""

    id: UUID
    decision: Choice
    refused_because: WithheldReason | None = None
    explanation: Words


class ReleaseBody(Strict):
    """Decisions on some of the items, or on all."""

    items: list[DecisionBody] = Field(min_length=1, max_length=200)

    def decisions(self) -> list[Decision]:
        return [Decision(**one.model_dump()) for one in self.items]


class AskedItemView(View):
    """One item in the very words that would go, and what was decided on it."""

    id: UUID
    item_id: UUID
    request_id: UUID
    text: str
    recorded_on: date | None
    caveat: str | None
    decision: Choice | None
    refused_because: str | None
    decided_at: datetime | None
    decided_by: str | None
    outcome: Outcome | None
    outcome_at: datetime | None


class AskingView(View):
    """What the hub asks to let go: to whom, for what purpose, on which basis, in which words."""

    release_id: UUID
    product_id: UUID
    enquiry_id: UUID
    partnership: str
    reference: str
    receiver: Receiver
    purpose: str
    lawful_basis: str
    necessity: str
    asked_by: str
    asked_at: datetime
    received_at: datetime
    waiting: bool
    items: list[AskedItemView]
    version: int


class ReleaseReceipt(View):
    """What became of an answer. ``version`` is what the next one names in If-Match."""

    release_id: UUID
    version: int
    answer_version: int


class ProductView(View):
    """A product that the hub sent this agency, and nobody else."""

    product_id: UUID
    enquiry_id: UUID
    partnership: str
    reference: str
    receiver: Receiver
    purpose: str
    lawful_basis: str
    necessity: str
    people: list[Person]
    family_told: str
    family_agreed: str
    items: list[SharedItem]
    sent_at: datetime
    sent_by: str
    received_at: datetime


@router.get("/releases")
async def get_releases(
    caller: Researcher,
    hub: HubDep,
    which: Literal["waiting", "all"] = "waiting",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[AskingView]:
    """List what the hub asks to let go and what waits for a decision, or all, the oldest first."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        found = await releasing.look_at_askings(
            tx, caller, waiting_only=which == "waiting", after=after, limit=limit
        )
    last = next_cursor(len(found), limit, found[-1].asked_at, found[-1].id) if found else None
    return Page(items=[_view(one) for one in found], next=last)


@router.get("/releases/{release_id}")
async def get_release(release_id: UUID, caller: Researcher, hub: HubDep, response: Response) -> AskingView:
    """Give one of them whole; its ETag is the version that an answer names."""
    async with hub.transaction(caller) as tx:
        found = await releasing.look_at_asking(tx, caller, release_id)
    etag(response, found.version)
    return _view(found)


@router.post("/releases/{release_id}/answer", status_code=201)
async def post_answer(
    release_id: UUID,
    body: ReleaseBody,
    caller: Researcher,
    version: IfMatch,
    hub: HubDep,
    response: Response,
    key: IdempotencyKey = None,
) -> ReleaseReceipt:
    """Release or refuse items, each with its reason."""

    async def work() -> dict[str, Any]:
        return await releasing.answer_asking(tx, caller, release_id, version, body.decisions(), outward(hub))

    asked = fingerprint(f"release {release_id} {body.model_dump_json()}".encode())
    async with hub.transaction(caller) as tx:
        receipt, _ = await once(tx, caller, key, asked, work)
    etag(response, receipt["version"])
    return ReleaseReceipt.model_validate(receipt)


@router.get("/products")
async def get_products(
    caller: Researcher, hub: HubDep, cursor: Cursor = None, limit: Limit = 50
) -> Page[ProductView]:
    """List the products that the hub sent this agency, the oldest first."""
    after = decode_cursor(cursor)
    async with hub.transaction(caller) as tx:
        found = await releasing.look_at_products(tx, caller, after=after, limit=limit)
    last = _last(found[-1], len(found), limit) if found else None
    return Page(items=[ProductView.model_validate(one) for one in found], next=last)


@router.get("/products/{product_id}")
async def get_product(product_id: UUID, caller: Researcher, hub: HubDep) -> ProductView:
    """Give one product that the hub sent this agency."""
    async with hub.transaction(caller) as tx:
        return ProductView.model_validate(await releasing.look_at_product(tx, caller, product_id))


def _last(row: Mapping[str, Any], count: int, limit: int) -> str | None:
    return next_cursor(count, limit, row["received_at"], UUID(row["product_id"]))


def _view(asking: Asking) -> AskingView:
    return AskingView.model_validate(
        {**asdict(asking), "release_id": asking.id, "waiting": asking.is_waiting}
    )
