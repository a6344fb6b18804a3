"""What answers hold. Each says that indicators guide and do not decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from fastapi import Response
from mash import partnerships
from mash.calendar import in_london
from mash.hub import Transaction
from mash.partnerships import Partnership
from mash.web import Page, encode_cursor, etag
from pydantic import AwareDatetime, BaseModel, ConfigDict

from screening.api.tool_forms import ToolUse, tool_use
from screening.domain.biases import BIASES
from screening.domain.clock import standing
from screening.domain.recommendation import GUIDANCE, Recommendation
from screening.domain.screening import Screening
from screening.usecases.looking import Queue, Whole, with_records


class Answer(BaseModel):
    """Read from the attributes of what a use case gives."""

    model_config = ConfigDict(from_attributes=True)


class Review(Answer):
    """When the partnership's protocol is to be reviewed, and whether that day has gone by."""

    due_on: date
    passed: bool
    text: str | None


class Time(Answer):
    """``seconds_left`` runs by the target's clock and stops at nought; the others are real seconds."""

    received_at: AwareDatetime
    due_at: AwareDatetime
    seconds_left: int
    seconds_elapsed: int
    seconds_late: int
    late: bool
    paused: bool


class ScreeningRow(Time):
    """A screening in the list."""

    contact_id: UUID
    partnership: str
    reference: str
    version: int
    state: str
    channel: str
    kind: str
    source_code: str
    referrer_kind: str
    child_count: int
    unborn: bool
    repeat_count: int
    immediate_danger: bool
    needs_person: bool
    out_of_hours: bool
    rating: str | None
    level: int | None
    pathway: str | None
    fast_track_alongside: bool
    worker: str | None
    decided_at: AwareDatetime | None
    contact_version: int
    new_information: bool
    contact_changed_at: AwareDatetime | None
    enquiry_id: UUID | None
    enquiry_state: str | None
    enquiry_outcome: str | None


class Counts(Answer):
    """How many there are in all, whatever the list is filtered by."""

    open: int
    in_danger: int
    awaiting_decision: int
    with_social_worker: int
    paused: int
    due_soon: int
    late: int
    red: int
    amber: int
    green: int
    unrated: int
    new_information: int
    new_information_after_decision: int


class ScreeningList(Page[ScreeningRow]):
    """A page of screenings, the next to be late first."""

    counts: Counts
    reviews: dict[str, Review]
    guidance: str = GUIDANCE


class Findings(Answer):
    """What was recorded."""

    indicators: list[str]
    criteria: list[str]
    concerns: list[str] | None
    facts: dict[str, Any]
    recorded_at: AwareDatetime | None


class Decision(Answer):
    """One decision, beside what was recommended when it was made."""

    kind: str
    at: AwareDatetime
    by: str
    rating: str | None
    level: int | None
    pathway: str | None
    fast_track_alongside: bool
    agencies: list[str]
    services: list[str]
    outcomes: list[str]
    worker: str | None
    recommended_rating: str | None
    recommended_level: int | None
    recommended_pathway: str | None
    differs: bool
    rationale: str | None
    advice: str | None
    insight: str | None


class Note(Answer):
    """What a social worker found."""

    at: AwareDatetime
    by: str
    spoke_to_parents: bool
    parents: str
    level: int
    pathway: str
    analysis: str


class Pause(Answer):
    """A time in which the clock stood still."""

    from_at: AwareDatetime
    until_at: AwareDatetime | None
    reason: str
    paused_by: str
    resumed_by: str | None


class Change(Answer):
    """What one version changed."""

    version: int
    at: AwareDatetime
    by: str
    fields: list[str]


class ScreeningDetail(ScreeningRow):
    """A screening with all that is kept of it."""

    missing: list[str]
    may_write: bool
    threshold_version: str
    opened_at: AwareDatetime
    findings: Findings
    analysis: dict[str, Any] | None
    decisions: list[Decision]
    notes: list[Note]
    pauses: list[Pause]
    changes: list[Change]
    review: Review
    guidance: str = GUIDANCE


class Reason(Answer):
    """An indicator that is present, and how it is known."""

    id: str
    text: str
    level: int
    rating: str | None
    domain: str | None
    source: str
    why: str


class NearMiss(Answer):
    """What would lift the recommendation by a level."""

    kind: str
    level: int
    text: str
    indicator: str | None
    beside: list[str]
    source: str


class CriterionMet(Answer):
    """A criterion for an enquiry, or a circumstance that asks for a strategy discussion, that is met."""

    id: str
    text: str
    source: str
    why: str
    needs_rationale: bool
    leads_to: str


class Consent(Answer):
    """Whether help at the recommended level needs the family's agreement."""

    agreement: str
    meaning: str
    source: str


class Flag(Answer):
    """Something that bears on the decision and is no indicator."""

    id: str
    text: str


class Bias(Answer):
    """A bias, and the question that answers it."""

    id: str
    title: str
    warning: str
    question: str


class RecommendationAnswer(Time):
    """What is recommended, and why; with the time that is left."""

    version: str
    level: int
    rating: str | None
    pathway: str
    alongside: list[str]
    reasons: list[Reason]
    near_misses: list[NearMiss]
    criteria_met: list[CriterionMet]
    consent: Consent
    tools: list[ToolUse]
    flags: list[Flag]
    cautions: list[str]
    biases: list[Bias]


def time_of(screening: Screening, now: datetime) -> dict[str, Any]:
    """Where a screening stands against its time: the members of :class:`Time`."""
    now_standing = standing(screening, partnerships.get(screening.partnership), now)
    return {
        "received_at": screening.received_at,
        "due_at": now_standing.due_at,
        "seconds_left": int(now_standing.left.total_seconds()),
        "seconds_elapsed": int(now_standing.elapsed.total_seconds()),
        "seconds_late": int(now_standing.late_by.total_seconds()),
        "late": now_standing.is_late,
        "paused": screening.paused_at is not None,
    }


def review_of(partnership: Partnership, now: datetime) -> Review:
    """Whether a partnership's protocol is past its review."""
    due_on = partnership.review.due_on
    passed = in_london(now).date() > due_on
    text = f"{partnership.title}'s protocol was to be reviewed by {due_on:%d %B %Y}." if passed else None
    return Review(due_on=due_on, passed=passed, text=text)


def queue_answer(queue: Queue, now: datetime) -> ScreeningList:
    """The list, as it is sent."""
    names = sorted({screening.partnership for screening in queue.screenings})
    return ScreeningList(
        items=[ScreeningRow.model_validate(_row(screening, now)) for screening in queue.screenings],
        next=encode_cursor(*queue.next) if queue.next else None,
        counts=Counts.model_validate(queue.counts),
        reviews={name: review_of(partnerships.get(name), now) for name in names},
    )


def detail_answer(whole: Whole, now: datetime) -> ScreeningDetail:
    """One screening, as it is sent."""
    screening = whole.screening
    return ScreeningDetail.model_validate(
        {
            **_row(screening, now),
            "findings": _findings(screening),
            "decisions": whole.decisions,
            "notes": whole.notes,
            "pauses": whole.pauses,
            "changes": whole.changes,
            "review": review_of(partnerships.get(screening.partnership), now),
        }
    )


async def answer_change(tx: Transaction, screening: Screening, response: Response) -> ScreeningDetail:
    """A screening as it is after a change, with its new version."""
    whole = await with_records(tx, screening)
    etag(response, screening.version)
    return detail_answer(whole, tx.now)


def recommendation_answer(
    screening: Screening, recommended: Recommendation, now: datetime
) -> RecommendationAnswer:
    """A recommendation, as it is sent."""
    return RecommendationAnswer.model_validate(
        {
            **vars(recommended),
            **time_of(screening, now),
            "tools": [tool_use(screening, used) for used in recommended.tools],
            "biases": BIASES,
        }
    )


def _row(screening: Screening, now: datetime) -> dict[str, Any]:
    return {
        **vars(screening),
        "new_information": screening.has_new_information,
        **time_of(screening, now),
    }


def _findings(screening: Screening) -> Mapping[str, Any]:
    found = screening.findings
    return {
        "indicators": sorted(found.indicators),
        "criteria": sorted(found.criteria),
        "concerns": None if found.concerns is None else sorted(found.concerns),
        "facts": dict(found.values),
        "recorded_at": screening.findings_at,
    }
