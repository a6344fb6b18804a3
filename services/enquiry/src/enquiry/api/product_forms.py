"""What is sent to make a product, to alter it and to hand it on."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from mash.contracts.boundary import ReceiverKind
from mash.web import Strict
from pydantic import AwareDatetime, Field, StringConstraints

from enquiry.api.forms import AgencyName, Words
from enquiry.usecases.handing_on import HandedOver, How
from enquiry.usecases.sharing import Purpose

Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]


class ReceiverForm(Strict):
    """Who gets the product: a role or organisation, such as a school's safeguarding lead."""

    kind: ReceiverKind
    name: Title
    agency: AgencyName | None = Field(
        default=None, description="Where the receiver is an agency of the partnership: which."
    )


class ProductForm(Strict):
    """For whom a product is, and why they may and must have it."""

    receiver: ReceiverForm
    purpose: Reason
    lawful_basis: Reason
    necessity: Reason = Field(description="Why it is necessary, proportionate and relevant for the receiver.")

    def to_purpose(self) -> Purpose:
        """The same in the use case's terms."""
        return Purpose(
            self.receiver.kind,
            self.receiver.agency,
            self.receiver.name,
            self.purpose,
            self.lawful_basis,
            self.necessity,
        )


class ItemForm(Strict):
    """An item of an agency's answer, in its own words or in fewer."""

    request_id: UUID
    item_id: UUID
    answer_version: int = Field(ge=1, le=1_000_000, description="The version of the answer that was read.")
    text: Words | None = None


class TextForm(Strict):
    """Words for the receiver."""

    text: Words


class WhyForm(Strict):
    """Why it is left out, or given up."""

    reason: Reason


class HandoverForm(Strict):
    """How the document left the hub, to which person or desk, and when."""

    how: How
    to_whom: Title
    at: AwareDatetime | None = Field(default=None, description="Now, where it is not said.")

    def to_handover(self, now: datetime) -> HandedOver:
        """The same in the use case's terms."""
        return HandedOver(self.how, self.to_whom, self.at or now)
