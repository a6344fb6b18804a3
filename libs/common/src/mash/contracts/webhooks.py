"""What a gateway tells its agency's own system by webhook (Standard Webhooks): what came, and where it is.

A webhook names nobody and repeats nothing of what is asked. Whoever receives it reads the request at the
gateway, as itself.
"""

from __future__ import annotations

from typing import Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mash.contracts.base import Rating, Slug

WebhookEvent = Literal[
    "request.received",
    "request.changed",
    "request.reminded",
    "request.chased",
    "request.raised",
    "request.cancelled",
    "request.withdrawn",
    "request.decided",
    "release.asked",
    "release.settled",
    "product.arrived",
    "case.erased",
]

# Each of the hub's messages to an agency, by its kind. What is not here is the gateway's own business.
EVENT_OF_KIND: Final[dict[str, WebhookEvent]] = {
    "request": "request.received",
    "changed": "request.changed",
    "reminder": "request.reminded",
    "chase": "request.chased",
    "raised": "request.raised",
    "cancelled": "request.cancelled",
    "withdrawn": "request.withdrawn",
    "decided": "request.decided",
    "release_asked": "release.asked",
    "release_outcome": "release.settled",
    "product": "product.arrived",
    "erased": "case.erased",
}
TEST_EVENT: Final = "subscription.test"


class WebhookData(BaseModel):
    """Ids, a colour and times: what a system needs to know how soon to read the request, and where."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    agency: Slug
    partnership: Slug
    enquiry_id: UUID | None = None
    request_id: UUID | None = Field(default=None, description="Absent where it is not about one request.")
    product_id: UUID | None = Field(
        default=None, description="Of what the hub wants to send on, or has sent: an information product."
    )
    version: int | None = Field(
        default=None, description="The hub's own number of what it said; the highest counts."
    )
    rating: Rating | None = None
    due_at: AwareDatetime | None = None
    link: str | None = Field(
        default=None,
        description="Where it is read at the gateway's own address: a path, such as /v1/requests/…",
    )


class WebhookBody(BaseModel):
    """What is posted. The header ``webhook-id`` is the same at every try, so that a repeat is known."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    type: WebhookEvent | Literal["subscription.test"]
    timestamp: AwareDatetime = Field(description="When the gateway took it in.")
    data: WebhookData
