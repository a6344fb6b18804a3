"""A request from the hub, and what each of the hub's messages does to it.

Messages may arrive in any order. The hub numbers them: of those that say what is asked, or that nothing is
asked any more, the one with the highest number counts, whenever it arrives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from mash.errors import Conflict

State = Literal["open", "answered", "answer_withdrawn", "decided", "cancelled", "withdrawn"]
Kind = Literal["request", "reminder", "chase", "raised", "changed", "cancelled", "withdrawn", "decided"]
AnswerKind = Literal["information", "nil", "not_covered", "refused"]

# A reminder is no change to what a researcher read, nor is who of the agency sees to it: neither makes an
# answer stale.
_NO_CHANGE = frozenset(
    {"reminders", "chases", "reminded_at", "raised_at", "version", "waiting", "taken_by", "taken_at"}
)


class RequestAlreadyAnswered(Conflict):
    """The agency has answered; what it said is changed by a correction."""


class RequestClosed(Conflict):
    """The hub has told the agency to stop."""


class NothingReturned(Conflict):
    """There is no answer that could be corrected or withdrawn."""


@dataclass(frozen=True)
class Message:
    """What the hub says about a request, as far as it moves the request.

    ``people`` are how many children and adults it names; None where it names nobody, which changes nothing.
    """

    kind: Kind
    version: int
    rating: str
    requested_at: datetime
    due_at: datetime
    people: tuple[int, int] | None
    question_count: int
    outcome: str | None = None


@dataclass(frozen=True)
class Request:
    """One request, and how the agency stands with it.

    ``asked_version`` is the highest of the hub's numbers that counted, ``answer_version`` that of the
    agency's own messages (0 before the first), ``version`` counts the changes that a researcher has to have
    seen. ``waiting`` says that it lies with the agency, ``taken_by`` which of its people sees to it.
    """

    request_id: UUID
    enquiry_id: UUID
    partnership: str
    reference: str
    rating: str
    requested_at: datetime
    due_at: datetime
    received_at: datetime
    child_count: int
    adult_count: int
    question_count: int
    asked_version: int
    state: State = "open"
    waiting: bool = True
    answer: AnswerKind | None = None
    answer_version: int = 0
    answered_at: datetime | None = None
    reminders: int = 0
    chases: int = 0
    reminded_at: datetime | None = None
    raised_at: datetime | None = None
    closed_at: datetime | None = None
    decided_at: datetime | None = None
    outcome: str | None = None
    taken_by: str | None = None
    taken_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True)
class Timeliness:
    """The time left and the time gone, in seconds; ``seconds_left`` is negative once it is late."""

    seconds_left: int
    seconds_elapsed: int
    late: bool


def hear(request: Request, message: Message, at: datetime) -> Request:
    """The request after one of the hub's messages."""
    heard = _EFFECTS[message.kind](request, message, at)
    return replace(heard, version=request.version + 1) if changed_fields(request, heard) else heard


def _asked(request: Request, message: Message, _at: datetime) -> Request:
    if message.version <= request.asked_version:
        return request
    asked_anew = message.kind == "request" or request.state in ("cancelled", "withdrawn")
    return replace(
        _with_what_is_asked(request, message),
        state=_unanswered(request) if asked_anew else request.state,
        closed_at=None if asked_anew else request.closed_at,
        answered_at=None if asked_anew else request.answered_at,
        # Whoever has answered looks again at what is asked now.
        waiting=request.decided_at is None,
    )


def _with_what_is_asked(request: Request, message: Message) -> Request:
    children, adults = message.people or (request.child_count, request.adult_count)
    return replace(
        request,
        asked_version=message.version,
        rating=message.rating,
        due_at=message.due_at,
        child_count=children,
        adult_count=adults,
        question_count=message.question_count,
    )


def _unanswered(request: Request) -> State:
    return "open" if request.decided_at is None else "decided"


def _reminded(request: Request, _message: Message, at: datetime) -> Request:
    return replace(request, reminders=request.reminders + 1, reminded_at=at)


def _chased(request: Request, _message: Message, at: datetime) -> Request:
    return replace(request, chases=request.chases + 1, reminded_at=at)


def _raised(request: Request, _message: Message, at: datetime) -> Request:
    return replace(request, raised_at=at)


def _cancelled(request: Request, message: Message, at: datetime) -> Request:
    return _closed(request, message, at, "cancelled")


def _withdrawn(request: Request, message: Message, at: datetime) -> Request:
    return _closed(request, message, at, "withdrawn")


def _closed(request: Request, message: Message, at: datetime, state: State) -> Request:
    if message.version < request.asked_version:
        return request
    return replace(_with_what_is_asked(request, message), state=state, closed_at=at, waiting=False)


def _decided(request: Request, message: Message, at: datetime) -> Request:
    state: State = "decided" if request.state == "open" else request.state
    return replace(request, state=state, waiting=False, decided_at=at, outcome=message.outcome)


_EFFECTS: dict[Kind, Callable[[Request, Message, datetime], Request]] = {
    "request": _asked,
    "changed": _asked,
    "reminder": _reminded,
    "chase": _chased,
    "raised": _raised,
    "cancelled": _cancelled,
    "withdrawn": _withdrawn,
    "decided": _decided,
}


def changed_fields(before: Request, after: Request) -> list[str]:
    """The names of what a researcher would see differ."""
    names = [field.name for field in fields(Request) if field.name not in _NO_CHANGE]
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def require_unanswered(request: Request) -> None:
    """Raise where no first answer can be given: :class:`RequestClosed`, :class:`RequestAlreadyAnswered`.

    An enquiry that was decided without the agency still takes what it knows.
    """
    if request.state in ("cancelled", "withdrawn"):
        raise RequestClosed(f"The request on contact {request.reference} was {request.state} by the hub.")
    if not takes_first_answer(request):
        raise RequestAlreadyAnswered(
            f"The request on contact {request.reference} has been answered. Send a correction instead."
        )


def require_returned(request: Request) -> None:
    """Raise :class:`NothingReturned` where no answer was ever given."""
    if request.answer_version == 0:
        raise NothingReturned(f"Nothing was returned on contact {request.reference} that could be changed.")


def require_standing(request: Request) -> None:
    """Raise :class:`NothingReturned` where no answer stands."""
    if request.answer is None:
        raise NothingReturned(f"No answer stands on contact {request.reference} that could be withdrawn.")


def takes_first_answer(request: Request) -> bool:
    """Whether what is sent now is a first answer; else it corrects the one before."""
    return request.state in ("open", "decided")


def takes_correction(request: Request) -> bool:
    """Whether there is an answer whose place another one could take."""
    return request.answer_version > 0 and not takes_first_answer(request)


def answered(request: Request, answer: AnswerKind, at: datetime) -> Request:
    """The request with an answer, or with a corrected one. What the hub has closed stays closed."""
    closed = request.state in ("cancelled", "withdrawn")
    return replace(
        request,
        state=request.state if closed else "answered",
        waiting=False,
        answer=answer,
        answer_version=request.answer_version + 1,
        # The first answer is the one that was in time or late.
        answered_at=request.answered_at or at,
        version=request.version + 1,
    )


def with_answer_withdrawn(request: Request) -> Request:
    """The request after its answer was taken back; no answer stands, which is not a nil return.

    Until it has decided or closed the request, the hub waits for another.
    """
    closed = request.state != "answered"
    return replace(
        request,
        state=request.state if closed else "answer_withdrawn",
        waiting=request.waiting if closed else request.decided_at is None,
        answer=None,
        answer_version=request.answer_version + 1,
        version=request.version + 1,
    )


def timeliness(request: Request, now: datetime) -> Timeliness:
    """Where the request stands against its time; its clock stops while it does not wait for the agency."""
    stopped_at = request.answered_at or request.closed_at or request.decided_at
    until = now if request.waiting else stopped_at or now
    left = request.due_at - until
    return Timeliness(
        seconds_left=int(left.total_seconds()),
        seconds_elapsed=int((until - request.requested_at).total_seconds()),
        late=left < timedelta(0),
    )
