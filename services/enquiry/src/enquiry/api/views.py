"""From what the use cases found to what the service answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from mash.calendar import Due
from mash.contracts.boundary import ReturnedItem
from mash.partnerships import Partnership

from enquiry.api.answers import (
    DecisionView,
    DiscussionGauge,
    Done,
    EnquiryDetail,
    EnquiryReceipt,
    EnquirySummary,
    Gauge,
    ItemView,
    Notice,
    Proof,
    QuestionAsked,
    RequestView,
    ReturnView,
    Snapshot,
    StandingView,
)
from enquiry.domain.deadlines import standing
from enquiry.domain.decision import Standing, silent_agencies
from enquiry.domain.enquiry import Enquiry, Request, state_of
from enquiry.usecases.looking import Frozen, Outline, Record, Whole


def summary(found: Outline) -> EnquirySummary:
    """An enquiry for a list."""
    return EnquirySummary(**_outline(found))


def detail(found: Whole) -> EnquiryDetail:
    """An enquiry for the manager's desk."""
    returns = _by_request(found.returned)
    return EnquiryDetail(
        **_outline(found),
        concerns=list(found.enquiry.concerns),
        fast_track_alongside=found.enquiry.fast_track_alongside,
        ready_at=found.enquiry.ready_at,
        counted=found.whole.counted,
        has_news=any(row["after_closing"] for row in found.returned),
        requests=[_request(one, found, returns.get(one.id, [])) for one in found.requests],
        discussions=[DiscussionGauge.model_validate(one) for one in found.discussions],
        history=[Done.model_validate(row) for row in found.history],
        decision=DecisionView(**_decision(found.decision, found.partnership)) if found.decision else None,
    )


def snapshot(found: Frozen) -> Snapshot:
    """A decision and what it rested on."""
    standings: Sequence[Standing] = found.decision["standings"]
    reasons = {
        (row["request_id"], row["version"]): row["content"]["reason"] for row in _answers(found.returned)
    }
    return Snapshot(
        **_decision(found.decision, found.partnership),
        enquiry_id=found.decision["enquiry_id"],
        due_at=found.decision["due_at"],
        silent=silent_agencies(standings),
        agencies=[
            _standing(one, found.partnership, reasons.get((one.request_id, one.answer_version)))
            for one in standings
        ],
    )


def proof(enquiry_id: UUID, notices: Sequence[Record]) -> Proof:
    """Who was told what."""
    return Proof(enquiry_id=enquiry_id, notices=[_notice(row) for row in notices])


def receipt(enquiry: Enquiry) -> EnquiryReceipt:
    """How an enquiry stands after a change."""
    return EnquiryReceipt(
        enquiry_id=enquiry.id,
        state=enquiry.state,
        rating=enquiry.rating,
        due_at=enquiry.due_at,
        version=enquiry.version,
    )


def _outline(found: Outline) -> dict[str, Any]:
    enquiry = found.enquiry
    return {
        **_clock(found.whole, enquiry.opened_at, enquiry.due_at, enquiry.closed_at or found.at),
        "enquiry_id": enquiry.id,
        "contact_id": enquiry.contact_id,
        "reference": enquiry.reference,
        "partnership": enquiry.partnership,
        "state": enquiry.state,
        "ready": enquiry.ready,
        "rating": enquiry.rating,
        "first_rating": enquiry.first_rating,
        "opened_at": enquiry.opened_at,
        "closed_at": enquiry.closed_at,
        "contact_changed_at": enquiry.contact_changed_at,
        "agencies": [
            Gauge(agency=one.agency, state=state_of(one, enquiry, found.at), answer=one.answer)
            for one in found.requests
        ],
        "version": enquiry.version,
    }


def _clock(whole: Due, since: datetime, due_at: datetime, at: datetime) -> dict[str, Any]:
    rest = standing(whole, since, due_at, at)
    return {
        "due_at": due_at,
        "seconds_left": int(rest.left.total_seconds()),
        "seconds_late": int(rest.late_by.total_seconds()),
        "seconds_elapsed": int(rest.elapsed.total_seconds()),
        "is_late": rest.is_late,
    }


def _request(request: Request, found: Whole, returns: Sequence[Record]) -> RequestView:
    enquiry = found.enquiry
    # A request's clock stops with the agency's first answer, or when it was told to stop. Whoever has taken
    # the answer back owes another.
    answered_at = request.first_returned_at if request.is_answered else None
    stopped_at = answered_at or request.cancelled_at or enquiry.closed_at
    title = found.partnership.agencies[request.agency].title
    return RequestView(
        **_clock(found.whole, request.requested_at, request.due_at, stopped_at or found.at),
        request_id=request.id,
        agency=request.agency,
        agency_title=title,
        state=state_of(request, enquiry, found.at),
        answer=request.answer,
        asked_at=request.requested_at,
        received_at=request.received_at,
        answered_at=request.first_returned_at,
        cancelled_at=request.cancelled_at,
        answer_withdrawn_at=request.withdrawn_at,
        questions=[QuestionAsked(**asdict(one)) for one in request.questions],
        returns=[_return(row, request, title) for row in returns],
    )


def _return(row: Record, request: Request, owner: str) -> ReturnView:
    content = row["content"]
    return ReturnView(
        version=row["version"],
        kind=row["kind"],
        standing=_standing_of(row, request),
        answer=row["answer"],
        owner=owner,
        returned_at=row["returned_at"],
        arrived_at=row["arrived_at"],
        in_time=row["returned_at"] <= row["due_at"],
        after_closing=row["after_closing"],
        items=[item_view(one) for one in content["items"]],
        searched=content["searched"],
        reason=content["reason"],
        refused_because=content["refused_because"],
        returned_by=content["sent_by"],
    )


def item_view(content: Mapping[str, Any]) -> ItemView:
    """An item as it was returned, with what its owner left out of it."""
    return ItemView(**content, lacks=ReturnedItem.model_validate(content).missing)


def _standing_of(row: Record, request: Request) -> Literal["current", "corrected", "withdrawn", "withdrawal"]:
    if row["kind"] == "withdrawal":
        return "withdrawal"
    if row["version"] <= (request.withdrawn_version or 0):
        return "withdrawn"
    return "current" if row["version"] == request.answer_version else "corrected"


def _decision(row: Record, partnership: Partnership) -> dict[str, Any]:
    names = ("decided_at", "decided_by", "first_rating", "final_rating", "level", "outcome", "rationale")
    return {
        **{name: row[name] for name in names},
        "silent_rationale": row["silent_rationale"],
        "services": row["services"],
        "outcome_title": partnership.outcomes[row["outcome"]].title,
        "in_time": row["decided_at"] <= row["due_at"],
    }


def _standing(one: Standing, partnership: Partnership, reason: str | None) -> StandingView:
    return StandingView(
        request_id=one.request_id,
        agency=one.agency,
        agency_title=partnership.agencies[one.agency].title,
        state=one.state,
        answer=one.answer,
        answer_version=one.answer_version,
        reason=reason or None,
        asked_at=one.requested_at,
        due_at=one.due_at,
        returned_at=one.returned_at,
        in_time=one.in_time,
        age_hours=round(one.age_seconds / 3600, 2) if one.age_seconds is not None else None,
        source_fresh_on=one.source_fresh_on,
        source_age_days=one.source_age_days,
    )


def _notice(row: Record) -> Notice:
    delivery = "received" if row["received_at"] else "accepted" if row["accepted_at"] else "waiting"
    return Notice.model_validate({**row, "delivery": delivery})


def _answers(returned: Sequence[Record]) -> list[Record]:
    return [row for row in returned if row["kind"] != "withdrawal"]


def _by_request(returned: Sequence[Record]) -> Mapping[UUID, list[Record]]:
    found: dict[UUID, list[Record]] = {}
    for row in returned:
        found.setdefault(row["request_id"], []).append(row)
    return found
