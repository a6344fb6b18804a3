"""The manager's decision at the end of an enquiry, and what is frozen with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from mash.calendar import in_london
from mash.errors import Invalid
from mash.partnerships import Partnership

from enquiry.domain.enquiry import AnswerKind, Enquiry, Request, RequestState, state_of

NO_ANSWER: frozenset[RequestState] = frozenset({"silent_at_decision", "answer_withdrawn"})
STILL_AWAITED: frozenset[RequestState] = frozenset({"waiting", "in_queue", "late"})


class UnknownToPartnership(Invalid):
    """The partnership has no such outcome, level or rating."""


class SilenceNotExplained(Invalid):
    """An agency has not answered, and it is not said why it is right to go ahead without it."""


@dataclass(frozen=True)
class Choice:
    """What the manager decides.

    ``silent_rationale`` says why it is right to go ahead without an agency. ``services`` are those of the
    partnership's directory that the family is signposted to.
    """

    final_rating: str | None
    level: int
    outcome: str
    rationale: str
    silent_rationale: str | None = None
    services: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """How one request stood at the moment of the decision: nothing of it changes afterwards.

    ``answer_version`` is the version that the decision rests on. ``age_seconds`` is how old the answer was,
    ``source_fresh_on`` how fresh the agency said its source was.
    """

    request_id: UUID
    agency: str
    state: RequestState
    answer: AnswerKind | None
    answer_version: int | None
    requested_at: datetime
    due_at: datetime
    returned_at: datetime | None
    in_time: bool | None
    age_seconds: int | None
    source_fresh_on: date | None
    source_age_days: int | None


def check_choice(choice: Choice, partnership: Partnership, silent: Iterable[str]) -> None:
    """Refuse what the partnership does not have, and silence that is passed over without a word."""
    if choice.outcome not in partnership.outcomes:
        raise UnknownToPartnership(f"{partnership.title} has no such outcome.", field="outcome")
    if choice.level not in partnership.levels:
        raise UnknownToPartnership(f"{partnership.title} has no such level.", field="level")
    if choice.final_rating is not None and choice.final_rating not in partnership.ratings:
        raise UnknownToPartnership(f"{partnership.title} has no such rating.", field="final_rating")
    partnership.require_services(choice.services)
    agencies = sorted(set(silent))
    if agencies and not choice.silent_rationale:
        raise SilenceNotExplained(
            f"There is no answer from {', '.join(agencies)}; write why it is right to go ahead.",
            field="silent_rationale",
            silent=agencies,
        )


def silent_agencies(standings: Iterable[Standing]) -> list[str]:
    """The agencies that were asked and of which no answer stood."""
    return sorted({one.agency for one in standings if one.state in NO_ANSWER})


def freeze(
    enquiry: Enquiry,
    requests: Iterable[Request],
    fresh: Mapping[UUID, date | None],
    now: datetime,
) -> list[Standing]:
    """How every request stands now. ``fresh`` gives, by request, how fresh its answer's source was."""
    return [_standing(request, enquiry, fresh.get(request.id), now) for request in requests]


def _standing(request: Request, enquiry: Enquiry, fresh_on: date | None, now: datetime) -> Standing:
    state = state_of(request, enquiry, now)
    returned_at = request.returned_at
    return Standing(
        request_id=request.id,
        agency=request.agency,
        state="silent_at_decision" if state in STILL_AWAITED else state,
        answer=request.answer,
        answer_version=request.answer_version,
        requested_at=request.requested_at,
        due_at=request.due_at,
        returned_at=returned_at,
        in_time=request.first_returned_at <= request.due_at if request.first_returned_at else None,
        age_seconds=int((now - returned_at).total_seconds()) if returned_at else None,
        source_fresh_on=fresh_on,
        source_age_days=(in_london(now).date() - fresh_on).days if fresh_on else None,
    )
