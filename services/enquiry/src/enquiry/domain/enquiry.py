"""An enquiry, and the requests it is made of: one to each agency that is asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from mash.errors import Conflict

EnquiryState = Literal["open", "ready", "decided", "withdrawn"]
Ready = Literal["all_in", "time_up"]
AnswerKind = Literal["information", "nil", "not_covered", "refused"]
RequestState = Literal[
    "waiting", "in_queue", "late", "answered", "answer_withdrawn", "cancelled", "silent_at_decision"
]


class EnquiryAlreadyDecided(Conflict):
    """A manager has decided the enquiry; what it rested on is frozen."""


class EnquiryAlreadyWithdrawn(Conflict):
    """The enquiry was withdrawn, and the agencies were told to stop."""


class AgencyAlreadyAsked(Conflict):
    """The agency has a request in this enquiry that it has not answered yet."""


class RequestAlreadyAnswered(Conflict):
    """The agency has answered, so there is nothing left to narrow, send again or cancel."""


class RequestAlreadyCancelled(Conflict):
    """The agency was told to stop looking."""


@dataclass(frozen=True)
class Asked:
    """One question, as the agency reads it."""

    id: str
    text: str


@dataclass(frozen=True)
class Request:
    """What one agency was asked, and how its answer stands.

    ``version`` counts the messages sent to the agency. ``answer`` is the kind of the newest answer that was
    not withdrawn, ``answer_version`` its number and ``returned_at`` its time. Timeliness is measured by
    ``first_returned_at``, when the agency first answered.
    """

    id: UUID
    enquiry_id: UUID
    partnership: str
    agency: str
    version: int
    questions: tuple[Asked, ...]
    requested_at: datetime
    due_at: datetime
    received_at: datetime | None = None
    cancelled_at: datetime | None = None
    answer: AnswerKind | None = None
    answer_version: int | None = None
    returned_at: datetime | None = None
    first_returned_at: datetime | None = None
    withdrawn_version: int | None = None
    withdrawn_at: datetime | None = None

    @property
    def is_answered(self) -> bool:
        """Whether an answer stands; nil is an answer, and silence is none."""
        return self.answer is not None

    @property
    def is_awaited(self) -> bool:
        """Whether the agency still owes an answer."""
        return not self.is_answered and self.cancelled_at is None


@dataclass(frozen=True)
class Enquiry:
    """One contact's enquiry. ``first_rating`` stays what it was when ``rating`` changes.

    ``contact_changed_at`` is when something was last added to the contact, or corrected in it, while the
    enquiry was open.
    """

    id: UUID
    partnership: str
    contact_id: UUID
    reference: str
    contact_decided_at: datetime
    fast_track_alongside: bool
    concerns: tuple[str, ...]
    first_rating: str
    rating: str
    opened_at: datetime
    due_at: datetime
    state: EnquiryState
    ready: Ready | None
    ready_at: datetime | None
    closed_at: datetime | None
    contact_changed_at: datetime | None
    version: int

    @property
    def is_closed(self) -> bool:
        """Whether it was decided or withdrawn."""
        return self.closed_at is not None


def readiness(requests: Iterable[Request], due_at: datetime, now: datetime) -> Ready | None:
    """Why the enquiry is back with the decision maker; None while agencies have time left."""
    if not any(request.is_awaited for request in requests):
        return "all_in"
    return "time_up" if now >= due_at else None


def state_of(request: Request, enquiry: Enquiry, now: datetime) -> RequestState:
    """How a request stands now, or stood when the enquiry was closed. Silence is never an answer."""
    if request.is_answered:
        return "answered"
    if request.cancelled_at is not None or enquiry.state == "withdrawn":
        return "cancelled"
    if request.withdrawn_at is not None:
        return "answer_withdrawn"
    if enquiry.state == "decided":
        return "silent_at_decision"
    if now > request.due_at:
        return "late"
    return "waiting" if request.received_at is None else "in_queue"


def require_open(enquiry: Enquiry) -> None:
    """Raise where the enquiry is closed: :class:`EnquiryAlreadyDecided`, :class:`EnquiryAlreadyWithdrawn`."""
    if enquiry.state == "decided":
        raise EnquiryAlreadyDecided(f"The enquiry on contact {enquiry.reference} has been decided.")
    if enquiry.state == "withdrawn":
        raise EnquiryAlreadyWithdrawn(f"The enquiry on contact {enquiry.reference} was withdrawn.")


def require_awaited(request: Request, enquiry: Enquiry) -> None:
    """Raise :class:`RequestAlreadyAnswered` or :class:`RequestAlreadyCancelled` where nothing is owed."""
    what = f"The request to {request.agency} on contact {enquiry.reference}"
    if request.is_answered:
        raise RequestAlreadyAnswered(f"{what} has been answered. Ask the agency again in a new request.")
    if request.cancelled_at is not None:
        raise RequestAlreadyCancelled(f"{what} was cancelled. Ask the agency again in a new request.")


def require_not_asked(agency: str, requests: Iterable[Request], enquiry: Enquiry) -> None:
    """Raise :class:`AgencyAlreadyAsked` where the agency still owes an answer."""
    if any(request.agency == agency and request.is_awaited for request in requests):
        raise AgencyAlreadyAsked(
            f"{agency} has been asked about contact {enquiry.reference} and has not answered yet."
        )
