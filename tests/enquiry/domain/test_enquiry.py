"""How a request stands, and when an enquiry goes back to the decision maker."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from enquiry.domain.decision import Choice, SilenceNotExplained, check_choice, freeze, silent_agencies
from enquiry.domain.enquiry import readiness, state_of
from enquiry.domain.questions import NotNarrower, QuestionNotAvailable, by_concern, chosen, narrowed
from factories.enquiry import DECIDED_AT, create_enquiry, create_request
from mash.partnerships import get

HAVERING = get("havering")
DUE_AT = DECIDED_AT + timedelta(days=1)
ANSWERED: dict[str, Any] = {
    "answer": "nil",
    "answer_version": 1,
    "returned_at": DECIDED_AT,
    "first_returned_at": DECIDED_AT,
}


@pytest.mark.requirement("RET-07")
@pytest.mark.parametrize(
    ("changes", "state", "seconds_after_due", "expected"),
    [
        ({}, "open", -1, "waiting"),
        ({"received_at": DECIDED_AT}, "open", -1, "in_queue"),
        ({"received_at": DECIDED_AT}, "open", 0, "in_queue"),
        ({"received_at": DECIDED_AT}, "open", 1, "late"),
        ({}, "ready", 1, "late"),
        (ANSWERED, "open", 1, "answered"),
        ({"withdrawn_at": DECIDED_AT, "withdrawn_version": 1}, "open", 1, "answer_withdrawn"),
        ({"cancelled_at": DECIDED_AT}, "open", 1, "cancelled"),
        ({"cancelled_at": DECIDED_AT, **ANSWERED}, "open", 1, "answered"),
        ({}, "decided", -1, "silent_at_decision"),
        (ANSWERED, "decided", -1, "answered"),
        ({}, "withdrawn", -1, "cancelled"),
    ],
)
def test_a_request_has_one_state(
    changes: dict[str, Any], state: str, seconds_after_due: int, expected: str
) -> None:
    now = DUE_AT + timedelta(seconds=seconds_after_due)
    assert state_of(create_request(**changes), create_enquiry(state=state), now) == expected


def test_an_enquiry_is_ready_when_all_are_in() -> None:
    requests = [create_request(**ANSWERED), create_request(cancelled_at=DECIDED_AT)]
    assert readiness(requests, DUE_AT, DECIDED_AT) == "all_in"


def test_an_enquiry_is_ready_when_its_time_is_up() -> None:
    requests = [create_request(**ANSWERED), create_request()]
    assert readiness(requests, DUE_AT, DUE_AT - timedelta(seconds=1)) is None
    assert readiness(requests, DUE_AT, DUE_AT) == "time_up"


@pytest.mark.requirement("ENQ-10")
def test_the_snapshot_says_how_old_each_answer_was() -> None:
    fresh = create_request(**ANSWERED)
    now = DECIDED_AT + timedelta(hours=6)
    (standing,) = freeze(create_enquiry(), [fresh], {fresh.id: (now - timedelta(days=2)).date()}, now)
    assert (standing.age_seconds, standing.source_age_days, standing.in_time) == (21600, 2, True)


@pytest.mark.requirement("ENQ-10")
def test_the_age_of_a_source_is_counted_in_days_of_london() -> None:
    fresh = create_request(**ANSWERED)
    after_midnight = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)
    (standing,) = freeze(create_enquiry(), [fresh], {fresh.id: date(2027, 6, 30)}, after_midnight)
    assert standing.source_age_days == 1


@pytest.mark.requirement("ENQ-10")
def test_the_silent_are_those_asked_and_not_answering() -> None:
    requests = [
        create_request("police"),
        create_request("health", **ANSWERED),
        create_request("housing", cancelled_at=DECIDED_AT),
        create_request("probation", withdrawn_at=DECIDED_AT, withdrawn_version=1),
    ]
    assert silent_agencies(freeze(create_enquiry(), requests, {}, DECIDED_AT)) == ["police", "probation"]


@pytest.mark.requirement("ENQ-10")
def test_silence_is_not_passed_over_without_a_word() -> None:
    choice = Choice("green", 2, "early_help", "Enough is known.")
    with pytest.raises(SilenceNotExplained) as refused:
        check_choice(choice, HAVERING, ["police"])
    assert refused.value.members["silent"] == ["police"]


def test_questions_are_general_first_and_then_of_the_concern() -> None:
    ids = [question.id for question in by_concern(HAVERING, "housing", ["neglect"])]
    assert ids == ["housing.address", "housing.worries", "housing.neglect_home", "housing.neglect_arrears"]


def test_a_manager_may_choose_any_question_of_the_agency() -> None:
    (question,) = chosen(HAVERING, "police", ["police.domestic_marac", "police.domestic_marac"])
    assert "MARAC" in question.text


def test_no_agency_is_asked_anothers_question() -> None:
    with pytest.raises(QuestionNotAvailable):
        chosen(HAVERING, "police", ["housing.address"])


@pytest.mark.requirement("ENQ-12")
def test_narrowing_leaves_some_questions_out() -> None:
    questions = create_request().questions
    assert narrowed(questions, ["police.more"]) == questions[1:]


@pytest.mark.parametrize("wanted", [[], ["police.known", "police.more"], ["police.other"]])
def test_narrowing_neither_empties_nor_widens(wanted: list[str]) -> None:
    with pytest.raises(NotNarrower):
        narrowed(create_request().questions, wanted)
