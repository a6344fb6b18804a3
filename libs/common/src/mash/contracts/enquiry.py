"""Events of the enquiry service."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from mash.contracts.base import ContactEvent, Event, Rating, Slug

Answer = Literal["information", "nil", "not_covered", "refused"]
Outcome = Literal[
    "no_further_action",
    "information_and_advice",
    "signposting",
    "early_help",
    "section_17_assessment",
    "strategy_discussion_section_47",
    "step_up",
    "step_down",
    "lado",
    "marac",
    "channel",
    "other_service",
]
Grade = Literal["outstanding", "good", "requires_improvement", "inadequate"]

_ENQUIRY = {
    "partnership": "havering",
    "contact_id": "01980000-0000-7000-8000-000000000001",
    "enquiry_id": "01980000-0000-7000-8000-000000000003",
}
_REQUEST = {
    **_ENQUIRY,
    "request_id": "01980000-0000-7000-8000-000000000004",
    "agency": "police",
    "rating": "amber",
}


class _EnquiryEvent(ContactEvent):
    producer = "enquiry"

    enquiry_id: UUID


class _RequestEvent(_EnquiryEvent):
    request_id: UUID
    agency: Slug
    rating: Rating


class EnquiryOpened(_EnquiryEvent):
    """A manager has opened a multi-agency enquiry."""

    noun, verb = "enquiry", "opened"
    example = {
        **_ENQUIRY,
        "rating": "amber",
        "agencies": ["police", "health"],
        "opened_at": "2026-03-03T16:00:00Z",
        "due_at": "2026-03-04T16:00:00Z",
    }

    rating: Rating
    agencies: list[Slug]
    opened_at: AwareDatetime
    due_at: AwareDatetime


class InformationRequested(_RequestEvent):
    """One agency has been asked what it holds."""

    noun, verb = "request", "sent"
    example = {**_REQUEST, "requested_at": "2026-03-03T16:00:00Z", "due_at": "2026-03-04T16:00:00Z"}

    requested_at: AwareDatetime
    due_at: AwareDatetime


class RequestReceived(_RequestEvent):
    """The request lies in the agency's own queue."""

    noun, verb = "request", "received"
    example = {**_REQUEST, "received_at": "2026-03-03T16:00:01Z"}

    received_at: AwareDatetime


class ReturnReceived(_RequestEvent):
    """An agency has answered, or corrected its answer (``answer_version`` above 1)."""

    noun, verb = "return", "received"
    example = {
        **_REQUEST,
        "answer": "nil",
        "returned_at": "2026-03-03T18:00:00Z",
        "requested_at": "2026-03-03T16:00:00Z",
        "due_at": "2026-03-04T16:00:00Z",
        "in_time": True,
        "answer_version": 1,
    }

    answer: Answer
    returned_at: AwareDatetime
    requested_at: AwareDatetime
    due_at: AwareDatetime
    in_time: bool
    answer_version: int = Field(ge=1)
    item_count: int = Field(default=0, ge=0, description="Pieces of information in the answer.")
    lacking_item_count: int = Field(
        default=0, ge=0, description="Those of them that lack a date, a source, a lawful basis or a caveat."
    )


class ReturnWithdrawn(_RequestEvent):
    """An agency has withdrawn what it returned; the hub keeps that it did."""

    noun, verb = "return", "withdrawn"
    example = {**_REQUEST, "withdrawn_at": "2026-03-03T18:00:00Z"}

    withdrawn_at: AwareDatetime


class ReturnRaised(_RequestEvent):
    """An agency said something after the enquiry was closed, and it is put before the manager."""

    noun, verb = "return", "raised"
    example = {**_REQUEST, "reason": "returned", "raised_at": "2026-03-05T09:00:00Z"}

    reason: Literal["returned", "corrected", "withdrawn"]
    raised_at: AwareDatetime


class RequestDueSoon(_RequestEvent):
    """An agency was reminded, because its answer is nearly due."""

    noun, verb = "request", "due-soon"
    example = {**_REQUEST, "due_at": "2026-03-04T16:00:00Z"}

    due_at: AwareDatetime


class RequestOverdue(_RequestEvent):
    """An agency is late, and was chased."""

    noun, verb = "request", "overdue"
    example = {**_REQUEST, "due_at": "2026-03-04T16:00:00Z"}

    due_at: AwareDatetime


class RequestRaised(_RequestEvent):
    """A late request was raised to the agency's lead."""

    noun, verb = "request", "raised"
    example = {**_REQUEST, "due_at": "2026-03-04T16:00:00Z", "raised_at": "2026-03-04T18:00:00Z"}

    due_at: AwareDatetime
    raised_at: AwareDatetime


class RequestCancelled(_RequestEvent):
    """An agency was told to stop looking."""

    noun, verb = "request", "cancelled"
    example = {**_REQUEST, "cancelled_at": "2026-03-03T18:00:00Z"}

    cancelled_at: AwareDatetime


class EnquiryRatingChanged(_EnquiryEvent):
    """A manager has changed the rating while the enquiry is open, and so what is due from then on."""

    noun, verb = "enquiry", "rating-changed"
    example = {
        **_ENQUIRY,
        "previous_rating": "amber",
        "rating": "red",
        "due_at": "2026-03-03T20:00:00Z",
        "changed_at": "2026-03-03T16:30:00Z",
    }

    previous_rating: Rating
    rating: Rating
    due_at: AwareDatetime
    changed_at: AwareDatetime


class EnquiryReady(_EnquiryEvent):
    """All are in, or the time is up: the enquiry is back with the decision maker."""

    noun, verb = "enquiry", "ready"
    example = {**_ENQUIRY, "reason": "all_in", "ready_at": "2026-03-04T12:00:00Z"}

    reason: Literal["all_in", "time_up"]
    ready_at: AwareDatetime


class EnquiryResumed(_EnquiryEvent):
    """An enquiry that was back with the decision maker is not any more: an agency has time left to answer."""

    noun, verb = "enquiry", "resumed"
    example = {**_ENQUIRY, "resumed_at": "2026-03-04T12:10:00Z"}

    resumed_at: AwareDatetime


class EnquiryDecided(_EnquiryEvent):
    """A manager has decided the enquiry, and with it the contact."""

    noun, verb = "enquiry", "decided"
    example = {
        **_ENQUIRY,
        "first_rating": "amber",
        "final_rating": "green",
        "level": 2,
        "outcome": "early_help",
        "silent": ["housing"],
        "opened_at": "2026-03-03T16:00:00Z",
        "due_at": "2026-03-04T16:00:00Z",
        "decided_at": "2026-03-04T12:30:00Z",
        "in_time": True,
    }

    first_rating: Rating
    final_rating: Rating | None
    level: int = Field(ge=1, le=4)
    outcome: Outcome
    services: list[Slug] = Field(
        default=[], description="Those of the partnership's directory that the family is signposted to."
    )
    silent: list[Slug] = Field(description="The agencies that had not answered when the decision was made.")
    opened_at: AwareDatetime
    due_at: AwareDatetime
    decided_at: AwareDatetime
    in_time: bool


class EnquiryWithdrawn(_EnquiryEvent):
    """The enquiry was withdrawn; the agencies were told to stop."""

    noun, verb = "enquiry", "withdrawn"
    example = {**_ENQUIRY, "withdrawn_at": "2026-03-03T17:00:00Z"}

    withdrawn_at: AwareDatetime


class ProductSent(_EnquiryEvent):
    """An information product has gone to one receiver: sealed to an agency, or by hand as a document."""

    noun, verb = "product", "sent"
    example = {
        **_ENQUIRY,
        "product_id": "01980000-0000-7000-8000-000000000005",
        "receiver_kind": "agency",
        "agency": "housing",
        "item_count": 2,
        "owner_count": 1,
        "sent_at": "2026-03-04T13:00:00Z",
    }

    product_id: UUID
    receiver_kind: Slug
    agency: Slug | None = Field(description="The receiver, where it is an agency of the partnership.")
    item_count: int = Field(ge=1)
    owner_count: int = Field(ge=0, description="From how many agencies' items it was made.")
    sent_at: AwareDatetime


class DiscussionAsked(_EnquiryEvent):
    """A strategy discussion was asked for beside the enquiry, with those who must attend."""

    noun, verb = "discussion", "asked"
    example = {
        **_ENQUIRY,
        "discussion_id": "01980000-0000-7000-8000-000000000006",
        "agencies": ["police", "health"],
        "asked_at": "2026-03-03T17:00:00Z",
    }

    discussion_id: UUID
    agencies: list[Slug] = Field(description="Those of the partnership that must attend.")
    asked_at: AwareDatetime


class DiscussionEnded(_EnquiryEvent):
    """A strategy discussion was held, or called off."""

    noun, verb = "discussion", "ended"
    example = {
        **_ENQUIRY,
        "discussion_id": "01980000-0000-7000-8000-000000000006",
        "result": "section_47",
        "asked_at": "2026-03-03T17:00:00Z",
        "ended_at": "2026-03-04T09:30:00Z",
    }

    discussion_id: UUID
    result: Literal["section_47", "no_section_47", "called_off"]
    asked_at: AwareDatetime
    ended_at: AwareDatetime


class AgendaItemRated(ContactEvent):
    """A meeting has given a case its final rating; the first is what it had when it came onto the agenda."""

    producer = "enquiry"
    noun, verb = "agenda-item", "rated"
    example = {
        "partnership": "havering",
        "contact_id": "01980000-0000-7000-8000-000000000001",
        "meeting_id": "01980000-0000-7000-8000-000000000007",
        "first_rating": "amber",
        "final_rating": "green",
        "rated_at": "2026-03-04T09:45:00Z",
    }

    meeting_id: UUID
    first_rating: Rating | None = Field(description="Absent where nobody had rated it.")
    final_rating: Rating
    rated_at: AwareDatetime


class CaseAudited(ContactEvent):
    """One agency has graded how a case was handled, in an audit by several; its words stay in enquiry."""

    producer = "enquiry"
    noun, verb = "case", "audited"
    example = {
        "partnership": "havering",
        "contact_id": "01980000-0000-7000-8000-000000000001",
        "case_audit_id": "01980000-0000-7000-8000-000000000008",
        "agency": "health",
        "grade": "good",
        "audited_at": "2026-03-20T10:00:00Z",
    }

    case_audit_id: UUID
    agency: Slug
    grade: Grade
    audited_at: AwareDatetime


EVENTS: tuple[type[Event], ...] = (
    EnquiryOpened,
    InformationRequested,
    RequestReceived,
    ReturnReceived,
    ReturnWithdrawn,
    ReturnRaised,
    RequestDueSoon,
    RequestOverdue,
    RequestRaised,
    RequestCancelled,
    EnquiryRatingChanged,
    EnquiryReady,
    EnquiryResumed,
    EnquiryDecided,
    EnquiryWithdrawn,
    ProductSent,
    DiscussionAsked,
    DiscussionEnded,
    AgendaItemRated,
    CaseAudited,
)
