"""What answers hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any
from uuid import UUID

from mash.contracts.boundary import Person, Question
from pydantic import BaseModel, ConfigDict

from partner_gateway.connectors.connector import WhyNot
from partner_gateway.domain.identity import Reason, identifiers_used, sought_keys
from partner_gateway.domain.requests import Request, timeliness
from partner_gateway.usecases.looking import WholeRequest
from partner_gateway.usecases.searching import Found


class View(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Counts(View):
    """How many people a request is about, and how many questions it asks."""

    children: int
    adults: int
    questions: int


class RequestLine(View):
    """A request in the queue: nobody's name is in it. ``seconds_left`` is negative once it is late."""

    request_id: UUID
    enquiry_id: UUID
    partnership: str
    reference: str
    rating: str
    state: str
    waiting: bool
    requested_at: datetime
    due_at: datetime
    received_at: datetime
    seconds_left: int
    seconds_elapsed: int
    late: bool
    reminders: int
    chases: int
    reminded_at: datetime | None
    raised_at: datetime | None
    answer: str | None
    answered_at: datetime | None
    closed_at: datetime | None
    decided_at: datetime | None
    outcome: str | None
    counts: Counts
    version: int


class Asked(View):
    """One version of what the hub asked."""

    version: int
    received_at: datetime
    rating: str
    due_at: datetime
    questions: list[Question] = []
    concerns: list[str] = []
    people: list[Person] = []
    lawful_basis: str = ""
    family_told: str = ""
    family_agreed: str = ""
    asked_by: str = ""


class Notice(View):
    """One of the hub's messages, and when it was here."""

    kind: str
    version: int
    received_at: datetime


class Given(View):
    """One of the agency's own messages; what left with it is in the ledger."""

    version: int
    kind: str
    answer: str | None
    asked_version: int
    searched: dict[str, Any] | None
    reason: str
    at: datetime
    by: str


class RequestView(RequestLine):
    """A whole request: what is asked now, what was asked before, the hub's messages and our own."""

    asked: Asked
    asked_before: list[Asked]
    notices: list[Notice]
    answers: list[Given]


class AnswerReceipt(View):
    """What became of an answer. ``version`` is what the next change names in If-Match."""

    request_id: UUID
    version: int
    state: str
    answer: str | None
    answer_version: int
    at: datetime


class Refused(View):
    """A line that was not taken in, and the rule that it breaks; never what stood in it."""

    line: int
    field: str
    rule: str


class ImportReport(View):
    """What became of a file of records. The first thousand of the lines refused are listed."""

    taken: int
    replaced: int
    refused: int
    refusals: list[Refused]


class RecordMatch(View):
    """Whom a record may be about, by the place in ``people``, and why; the strongest reason first.

    Without a reason the agency's other system says so, and nothing in the record shows why.
    """

    person: int
    reasons: list[Reason]


class RecordView(View):
    """One of the agency's own records; without a ``partnership`` if another of its systems holds it."""

    record_id: str
    partnership: str | None = None
    family: str | None
    given: str | None
    also_known_as: str | None = None
    dob: date | None
    nhs_number: str | None
    address: str | None
    postcode: str | None = None
    recorded_on: date | None
    source: str
    category: str | None = None
    text: str
    sensitive: bool
    matches: list[RecordMatch]


class Sought(View):
    """By what somebody was sought; without anything to go by, ``searched`` is false: that is no nil."""

    person: int
    identifiers: list[str]
    searched: bool


class NotSearchedView(View):
    """For whom another system was not asked, or not to the end, and why: that is no nil."""

    connector: str
    person: int
    part: str | None
    reason: WhyNot


class SearchResult(View):
    """Candidates, the likeliest first. ``more`` says that there are more than were asked for.

    ``unreadable`` counts the records of another system that could not be used.
    """

    people: list[Sought]
    items: list[RecordView]
    more: bool
    not_searched: list[NotSearchedView]
    unreadable: int


class LedgerLine(View):
    """What left or did not, to the hub of which partnership, why, by whom, and how it was used.

    A line of kind `released` or `release_refused` is of the item `of_item`, which the hub asked to pass on to
    `receiver`; `used_at` is when it went there.
    """

    id: UUID
    kind: str
    to: str
    request_id: UUID
    enquiry_id: UUID
    reference: str | None
    answer_version: int
    at: datetime
    by: str
    record_id: str | None
    text: str | None
    edited: bool | None
    about: str | None
    recorded_on: date | None
    source: str | None
    lawful_basis: str | None
    rationale: str | None
    caveat: str | None
    reason: str | None
    explanation: str | None
    corrected_at: datetime | None
    withdrawn_at: datetime | None
    of_item: UUID | None
    product_id: UUID | None
    receiver: str | None
    used_at: datetime | None
    outcome: str | None
    decided_at: datetime | None


def request_line(request: Request, now: datetime) -> RequestLine:
    return RequestLine.model_validate(_line(request, now))


def _line(request: Request, now: datetime) -> dict[str, Any]:
    counts = Counts(
        children=request.child_count, adults=request.adult_count, questions=request.question_count
    )
    return {**asdict(request), **asdict(timeliness(request, now)), "counts": counts}


def request_view(whole: WholeRequest, now: datetime) -> RequestView:
    """A request with what counts now apart from what was asked before."""
    versions = [dict(one) for one in whole.asked]
    return RequestView.model_validate(
        {
            **_line(whole.request, now),
            "asked": versions[0],
            "asked_before": versions[1:],
            "notices": [dict(row) for row in whole.notices],
            "answers": [dict(row) for row in whole.answers],
        }
    )


def search_result(found: Found) -> SearchResult:
    people = [
        Sought(person=number, identifiers=identifiers_used([one]), searched=bool(sought_keys([one])))
        for number, one in enumerate(found.people)
    ]
    items = [
        RecordView.model_validate({**one.record, "matches": [asdict(match) for match in one.matches]})
        for one in found.candidates
    ]
    return SearchResult(
        people=people,
        items=items,
        more=found.more,
        not_searched=[NotSearchedView.model_validate(asdict(one)) for one in found.not_searched],
        unreadable=found.unreadable,
    )


def ledger_lines(rows: Sequence[Mapping[str, Any]]) -> list[LedgerLine]:
    return [LedgerLine.model_validate({**row, "to": row["partnership"]}) for row in rows]
