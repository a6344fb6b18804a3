"""What crosses the boundary between the hub and an agency, always sealed to its receiver.

The hub asks with an ``InformationRequest``; the agency answers with an ``AgencyMessage``. Who an answer
comes from is the stream it arrived on and the key that signed it, never a word in its body.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from mash.contracts.base import Rating, Slug
from mash.contracts.enquiry import Answer

Text = Annotated[str, StringConstraints(max_length=20_000)]
Name = Annotated[str, StringConstraints(max_length=200)]
# As the partnership's files spell it, such as ``police.known``.
QuestionId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([._-][a-z0-9]+)*$", max_length=64)]


class BoundaryMessage(BaseModel):
    """A message between the hub and one agency. ``message_id`` makes a repeat harmless."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    message_id: UUID
    partnership: Slug
    enquiry_id: UUID
    request_id: UUID


class Question(BaseModel):
    """One thing an agency is asked."""

    model_config = ConfigDict(frozen=True)

    id: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$", max_length=100)]
    text: Text


class Person(BaseModel):
    """A person asked about. What is not known is absent."""

    model_config = ConfigDict(frozen=True)

    role: Literal["child", "adult", "household"]
    given: Name | None = None
    family: Name | None = None
    also_known_as: Name | None = None
    dob: date | None = None
    edd: date | None = Field(default=None, description="The expected date of delivery of an unborn child.")
    sex: Literal["female", "male", "other", "unknown"] | None = None
    nhs_number: Annotated[str, StringConstraints(pattern=r"^\d{10}$")] | None = None
    relationship: Name | None = None
    address: Annotated[str, StringConstraints(max_length=500)] | None = None


class InformationRequest(BoundaryMessage):
    """The hub asks, reminds, chases, changes, cancels or withdraws. The last of a higher version counts.

    ``request`` and ``changed`` name the people asked about and say the basis. Where a ``changed`` names
    nobody, as every other kind, nothing in that has changed. Every kind carries the questions, the rating and
    the due time as they now stand. ``raised`` is the one for the agency's lead.
    """

    kind: Literal["request", "reminder", "chase", "raised", "changed", "cancelled", "withdrawn", "decided"]
    version: int = Field(ge=1)
    agency: Slug
    reference: Name = Field(description="The contact's reference, for people to speak of.")
    rating: Rating
    questions: list[Question] = []
    concerns: list[Slug] = []
    people: list[Person] = []
    lawful_basis: Text = Field(
        default="", description="Why the agency may share, made from what is recorded."
    )
    family_told: Text = Field(default="", description="How the family was told, made from what is recorded.")
    family_agreed: Text = Field(
        default="", description="Whether the family agreed, made from what is recorded."
    )
    requested_at: AwareDatetime
    due_at: AwareDatetime
    asked_by: Name = Field(default="", description="The role that asks, and the line to ring.")
    outcome: Name | None = Field(
        default=None, description="How the answer was used: set when `kind` is decided."
    )


class ReturnedItem(BaseModel):
    """One piece of information, with the basis and the caveat its owner put on it."""

    model_config = ConfigDict(frozen=True)

    id: UUID
    text: Text
    recorded_on: date | None = None
    source: Name = Field(description="The agency's system or record it comes from.")
    lawful_basis: Name
    rationale: Text = Field(
        default="", description="Why it is necessary, proportionate and relevant to share."
    )
    caveat: Slug = Field(description="Such as professionals_only, sensitive or not_to_family.")
    about: Name | None = None


class Searched(BaseModel):
    """What was looked in, by what, and how fresh it was; without it a nil return means nothing."""

    model_config = ConfigDict(frozen=True)

    systems: list[Name] = []
    identifiers: list[Name] = []
    period_from: date | None = None
    period_to: date | None = None
    source_fresh_on: date | None = None


class AgencyMessage(BoundaryMessage):
    """An agency acknowledges a request, answers it, corrects its answer or withdraws it."""

    kind: Literal["receipt", "return", "correction", "withdrawal"]
    version: int = Field(
        ge=1,
        description="The version of the answer, a correction has a higher one; of the request on a receipt.",
    )
    receipt_of: UUID | None = Field(
        default=None, description="On a receipt: the `message_id` of what lies in the agency's own store."
    )
    answer: Answer | None = Field(default=None, description="Absent only on a receipt and a withdrawal.")
    items: list[ReturnedItem] = []
    searched: Searched | None = None
    reason: Text = Field(default="", description="Why refused, not covered, corrected or withdrawn.")
    sent_at: AwareDatetime
    sent_by: Name = Field(default="", description="The researcher's subject id at the agency's sign-in.")
