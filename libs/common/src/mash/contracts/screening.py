"""Events of the screening service."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, Field

from mash.contracts.base import ContactEvent, Event, Rating, Slug

Pathway = Literal[
    "close_with_advice",
    "early_help",
    "fast_track",
    "enquiry",
    "allocated_worker",
    "returned_to_referrer",
    "service_request",
]
Challenged = Literal["decision", "rating", "delay", "no_feedback"]
ChallengerKind = Literal["referrer", "hub", "agency"]
ChallengeResult = Literal["upheld", "changed", "partly"]
ClosedBecause = Literal["accepted", "not_taken_further", "final_answer", "withdrawn"]

_CONTACT = {"partnership": "havering", "contact_id": "01980000-0000-7000-8000-000000000001"}
_DISAGREEMENT = {
    **_CONTACT,
    "disagreement_id": "01980000-0000-7000-8000-000000000006",
    "challenger_kind": "referrer",
    "stage": "head_of_service",
}


class _Screening:
    producer = "screening"


class ScreeningOpened(_Screening, ContactEvent):
    """A contact awaits a manager's decision, due at ``due_at``."""

    noun, verb = "screening", "opened"
    example = {
        **_CONTACT,
        "received_at": "2026-03-03T13:01:00Z",
        "due_at": "2026-03-04T13:01:00Z",
        "threshold_version": "2023-06",
    }

    received_at: AwareDatetime
    due_at: AwareDatetime
    threshold_version: str = Field(max_length=20)


class ContactRated(_Screening, ContactEvent):
    """A manager has rated the contact."""

    noun, verb = "contact", "rated"
    example = {
        **_CONTACT,
        "rating": "red",
        "previous_rating": None,
        "recommended_rating": "amber",
        "differs": True,
        "rated_at": "2026-03-03T13:30:00Z",
    }

    rating: Rating
    previous_rating: Rating | None = None
    recommended_rating: Rating | None = None
    differs: bool = Field(description="Whether the manager differs from what was recommended.")
    rated_at: AwareDatetime


class ContactAllocated(_Screening, ContactEvent):
    """A social worker screens the contact, speaks to the parents and recommends."""

    noun, verb = "contact", "allocated"
    example = {**_CONTACT, "worker": "worker-wren", "allocated_at": "2026-03-03T14:00:00Z"}

    worker: str = Field(description="The worker's subject id at the sign-in, never a name.", max_length=100)
    allocated_at: AwareDatetime


class ScreeningDueSoon(_Screening, ContactEvent):
    """A contact is about to be late."""

    noun, verb = "screening", "due-soon"
    example = {**_CONTACT, "due_at": "2026-03-04T13:01:00Z"}

    due_at: AwareDatetime


class ScreeningOverdue(_Screening, ContactEvent):
    """A contact is late, and is raised to the manager."""

    noun, verb = "screening", "overdue"
    example = {**_CONTACT, "due_at": "2026-03-04T13:01:00Z"}

    due_at: AwareDatetime


class ScreeningPaused(_Screening, ContactEvent):
    """The clock was stopped, for a reason that is recorded."""

    noun, verb = "screening", "paused"
    example = {**_CONTACT, "paused_at": "2026-03-03T14:00:00Z"}

    paused_at: AwareDatetime


class ScreeningResumed(_Screening, ContactEvent):
    """The clock runs again, to a later due time."""

    noun, verb = "screening", "resumed"
    example = {**_CONTACT, "resumed_at": "2026-03-03T16:00:00Z", "due_at": "2026-03-04T15:01:00Z"}

    resumed_at: AwareDatetime
    due_at: AwareDatetime


class ContactDecided(_Screening, ContactEvent):
    """A manager has chosen the contact's pathway. Where that is an enquiry, the enquiry service opens it."""

    noun, verb = "contact", "decided"
    example = {
        **_CONTACT,
        "pathway": "enquiry",
        "rating": "amber",
        "level": 3,
        "recommended_pathway": "enquiry",
        "differs": False,
        "agencies": ["police", "health"],
        "concerns": ["domestic_abuse"],
        "received_at": "2026-03-03T13:01:00Z",
        "due_at": "2026-03-04T13:01:00Z",
        "decided_at": "2026-03-03T16:00:00Z",
        "in_time": True,
    }

    pathway: Pathway
    rating: Rating | None = Field(description="Absent where the contact is below every rated level.")
    level: int = Field(ge=1, le=4)
    recommended_pathway: Slug | None = None
    differs: bool
    fast_track_alongside: bool = Field(
        default=False,
        description="Whether the referral goes to duty assessment at the same time as the enquiry is made.",
    )
    agencies: list[Slug] = Field(description="The agencies to be asked; empty but for an enquiry.")
    services: list[Slug] = Field(
        default=[], description="Those of the partnership's directory that the family is signposted to."
    )
    concerns: list[Slug] = Field(description="Tags of the concerns, which choose each agency's questions.")
    received_at: AwareDatetime
    due_at: AwareDatetime
    decided_at: AwareDatetime
    in_time: bool
    restricted: bool = Field(default=False, description="Whether only people named for it may know of it.")


class ScreeningReopened(_Screening, ContactEvent):
    """A decided contact awaits a decision again; ``due_at`` is what it was, for the clock never restarts."""

    noun, verb = "screening", "reopened"
    example = {
        **_CONTACT,
        "because": "enquiry_withdrawn",
        "received_at": "2026-03-03T13:01:00Z",
        "due_at": "2026-03-04T13:01:00Z",
        "reopened_at": "2026-03-03T17:00:00Z",
    }

    because: Literal["manager", "enquiry_withdrawn"]
    received_at: AwareDatetime
    due_at: AwareDatetime
    reopened_at: AwareDatetime


class ScreeningRaised(_Screening, ContactEvent):
    """Information was added to a contact after its decision, and is put before the manager."""

    noun, verb = "screening", "raised"
    example = {
        **_CONTACT,
        "reason": "new_information",
        "contact_version": 2,
        "raised_at": "2026-03-05T09:00:00Z",
    }

    reason: Literal["new_information"]
    contact_version: int = Field(ge=1)
    raised_at: AwareDatetime


class ScreeningConfirmed(_Screening, ContactEvent):
    """A manager has looked at what was added to a contact since its decision, and the decision stands."""

    noun, verb = "screening", "confirmed"
    example = {**_CONTACT, "confirmed_at": "2026-03-05T10:00:00Z"}

    confirmed_at: AwareDatetime


class _Disagreement(_Screening, ContactEvent):
    """What every event of a disagreement says: which it is, who raised it, and what stage it has come to."""

    disagreement_id: UUID
    challenger_kind: ChallengerKind = Field(
        description="The referrer, the hub's people, or an agency's lead."
    )
    stage: Slug = Field(description="One of the stages of the partnership's own escalation.")


class DisagreementRaised(_Disagreement):
    """A professional challenges what was decided. The first stage is to answer by ``due_at``."""

    noun, verb = "disagreement", "raised"
    example = {
        **_DISAGREEMENT,
        "stage": "team",
        "about": "decision",
        "raised_at": "2026-03-04T10:00:00Z",
        "due_at": "2026-03-06T17:00:00Z",
    }

    about: Challenged
    raised_at: AwareDatetime
    due_at: AwareDatetime


class DisagreementWentUp(_Disagreement):
    """A disagreement has come to the next stage, which is to answer by ``due_at``."""

    noun, verb = "disagreement", "went-up"
    example = {
        **_DISAGREEMENT,
        "because": "unanswered",
        "went_up_at": "2026-03-06T17:00:00Z",
        "due_at": "2026-03-11T17:00:00Z",
    }

    because: Literal["unanswered", "not_content", "sent_up"]
    went_up_at: AwareDatetime
    due_at: AwareDatetime


class DisagreementAnswered(_Disagreement):
    """A stage has answered; the words stay in screening. ``due_at`` is when the answer was due."""

    noun, verb = "disagreement", "answered"
    example = {
        **_DISAGREEMENT,
        "result": "upheld",
        "answered_at": "2026-03-10T11:00:00Z",
        "due_at": "2026-03-11T17:00:00Z",
        "in_time": True,
    }

    result: ChallengeResult
    answered_at: AwareDatetime
    due_at: AwareDatetime
    in_time: bool


class DisagreementClosed(_Disagreement):
    """A disagreement has ended: accepted, taken no further, answered by the last stage, or withdrawn."""

    noun, verb = "disagreement", "closed"
    example = {**_DISAGREEMENT, "because": "accepted", "closed_at": "2026-03-12T09:00:00Z"}

    because: ClosedBecause
    closed_at: AwareDatetime


EVENTS: tuple[type[Event], ...] = (
    ScreeningOpened,
    ContactRated,
    ContactAllocated,
    ScreeningDueSoon,
    ScreeningOverdue,
    ScreeningPaused,
    ScreeningResumed,
    ContactDecided,
    ScreeningReopened,
    ScreeningRaised,
    ScreeningConfirmed,
    DisagreementRaised,
    DisagreementWentUp,
    DisagreementAnswered,
    DisagreementClosed,
)
