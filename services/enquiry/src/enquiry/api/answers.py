"""What the service answers. No answer yet is a state of its own, and never shown as nil."""

from __future__ import annotations

from datetime import date
from typing import Literal
from uuid import UUID

from mash.contracts.boundary import DiscussionOutcome, RefusalReason, ReturnedItem, Searched
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from enquiry.domain.discussions import DiscussionState
from enquiry.domain.enquiry import AnswerKind, EnquiryState, Ready, RequestState


class Clock(BaseModel):
    """Where something stands: ``seconds_left`` by the target's own clock, the others in real time."""

    due_at: AwareDatetime
    seconds_left: int
    seconds_late: int
    seconds_elapsed: int
    is_late: bool


class Gauge(BaseModel):
    """How one agency's request stands, in a list."""

    agency: str
    state: RequestState
    answer: AnswerKind | None


class EnquirySummary(Clock):
    """An enquiry in a list."""

    enquiry_id: UUID
    contact_id: UUID
    reference: str
    partnership: str
    state: EnquiryState
    ready: Ready | None = Field(description="Why it is back with the decision maker; null while it is not.")
    rating: str
    first_rating: str
    opened_at: AwareDatetime
    closed_at: AwareDatetime | None
    contact_changed_at: AwareDatetime | None = Field(
        description="When the contact was last added to, or corrected, while the enquiry was open. What was "
        "asked before may be sent again."
    )
    agencies: list[Gauge]
    version: int


class QuestionAsked(BaseModel):
    """One thing an agency was asked."""

    id: str
    text: str


class ItemView(ReturnedItem):
    """An item as it was returned. ``lacks`` names what its owner should have said of it and did not."""

    lacks: list[str]


class ReturnView(BaseModel):
    """One message from an agency about its answer. The first is kept beside its corrections."""

    version: int
    kind: Literal["return", "correction", "withdrawal"]
    standing: Literal["current", "corrected", "withdrawn", "withdrawal"]
    answer: AnswerKind | None
    owner: str = Field(description="The agency whose information it is.")
    returned_at: AwareDatetime
    arrived_at: AwareDatetime
    in_time: bool
    after_closing: bool = Field(description="Late, after the decision: it was no part of it.")
    items: list[ItemView]
    searched: Searched | None
    reason: str
    refused_because: RefusalReason | None
    returned_by: str


class RequestView(Clock):
    """What one agency was asked, and how it answered."""

    request_id: UUID
    agency: str
    agency_title: str
    state: RequestState
    answer: AnswerKind | None
    asked_at: AwareDatetime
    received_at: AwareDatetime | None = Field(description="When it lay in the agency's own queue.")
    answered_at: AwareDatetime | None = Field(description="When the agency first answered.")
    cancelled_at: AwareDatetime | None
    answer_withdrawn_at: AwareDatetime | None
    questions: list[QuestionAsked]
    returns: list[ReturnView]


class Done(BaseModel):
    """One thing that was done in an enquiry; ratings say what became due."""

    version: int
    at: AwareDatetime
    by: str
    action: str
    agency: str | None
    request_id: UUID | None
    rating: str | None
    due_at: AwareDatetime | None
    rationale: str | None


class DecisionView(BaseModel):
    """What a manager decided."""

    decided_at: AwareDatetime
    decided_by: str
    in_time: bool
    first_rating: str
    final_rating: str | None
    level: int
    outcome: str
    outcome_title: str
    rationale: str
    silent_rationale: str | None
    services: list[str]


class DiscussionGauge(BaseModel):
    """How a strategy discussion stands that was asked for beside the enquiry."""

    model_config = ConfigDict(from_attributes=True)

    discussion_id: UUID = Field(validation_alias="id")
    state: DiscussionState
    outcome: DiscussionOutcome | None
    asked_at: AwareDatetime
    meets_at: AwareDatetime | None


class EnquiryDetail(EnquirySummary):
    """An enquiry with everything in it, the agencies' answers side by side."""

    concerns: list[str]
    fast_track_alongside: bool
    ready_at: AwareDatetime | None
    counted: str = Field(description="How the hours of the present rating are counted.")
    has_news: bool = Field(description="Whether an agency has said something since it was closed.")
    requests: list[RequestView]
    discussions: list[DiscussionGauge]
    history: list[Done]
    decision: DecisionView | None


class StandingView(BaseModel):
    """How one agency's answer stood when the decision was made."""

    request_id: UUID
    agency: str
    agency_title: str
    state: RequestState
    answer: AnswerKind | None
    answer_version: int | None
    reason: str | None = Field(description="Why it was refused or not covered, in the agency's words.")
    asked_at: AwareDatetime
    due_at: AwareDatetime
    returned_at: AwareDatetime | None
    in_time: bool | None
    age_hours: float | None
    source_fresh_on: date | None
    source_age_days: int | None


class Snapshot(DecisionView):
    """A decision with what it rested on, as it was frozen."""

    enquiry_id: UUID
    due_at: AwareDatetime
    silent: list[str]
    agencies: list[StandingView]


class Notice(BaseModel):
    """One message to an agency. The broker has it once accepted, the agency once received."""

    agency: str
    request_id: UUID | None = Field(description="The request it is about; null where it is about a product.")
    product_id: UUID | None
    kind: str
    version: int
    told: str = Field(description="The role that was told.")
    means: str
    told_at: AwareDatetime
    delivery: Literal["waiting", "accepted", "received"]
    accepted_at: AwareDatetime | None
    received_at: AwareDatetime | None


class Proof(BaseModel):
    """Who was told what, by what means, when, and whether it was delivered."""

    enquiry_id: UUID
    notices: list[Notice]


class EnquiryReceipt(BaseModel):
    """How an enquiry stands after a change."""

    enquiry_id: UUID
    state: EnquiryState
    rating: str
    due_at: AwareDatetime
    version: int
