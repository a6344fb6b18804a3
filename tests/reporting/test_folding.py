"""The fold from events to facts."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from factories.reporting import HOUR, Story
from hypothesis import given
from hypothesis import strategies as st
from mash.contracts.base import ContactEvent
from mash.contracts.enquiry import ReturnReceived, ReturnWithdrawn
from mash.contracts.screening import ScreeningReopened
from reporting.domain.folding import Facts, fold

REQUEST = {"partnership", "contact_id", "enquiry_id", "request_id", "agency", "rating"}
RECEIVED = datetime(2026, 3, 3, 13, 1, tzinfo=UTC)


def create_story() -> Story:
    story = Story(RECEIVED).rated("red", HOUR).rated("amber", 2 * HOUR).decided("enquiry", 3 * HOUR)
    story.enquired(
        3 * HOUR,
        answers={"police": 2 * HOUR, "health": 30 * HOUR, "housing": None},
        rerated="red",
        outcome="early_help",
    )
    return story.fed_back(23 * HOUR, HOUR)


def logged(story: Story) -> list[tuple[datetime, UUID, ContactEvent]]:
    return [
        (envelope.time, envelope.id, event)
        for envelope, event in story.envelopes()
        if isinstance(event, ContactEvent)
    ]


def one(facts: Facts, kind: str) -> dict[str, object]:
    (row,) = facts.rows()[kind]
    return row


@pytest.mark.requirement("REP-06")
@given(st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_nothing(shuffler: random.Random) -> None:
    events = logged(create_story())
    shuffled = list(events)
    shuffler.shuffle(shuffled)
    assert fold(shuffled) == fold(events)


def test_the_first_rating_is_kept_beside_the_last() -> None:
    contact = one(fold(logged(create_story())), "contact")
    assert (contact["first_rating"], contact["rating"]) == ("red", "amber")


@pytest.mark.requirement("REP-03")
def test_an_enquiry_keeps_the_rating_it_began_with() -> None:
    enquiry = one(fold(logged(create_story())), "enquiry")
    assert (enquiry["first_rating"], enquiry["rating"], enquiry["final_rating"]) == ("amber", "red", "green")


def test_a_silent_agency_has_no_answer_and_is_closed_with_the_enquiry() -> None:
    requests = {row["agency"]: row for row in fold(logged(create_story())).rows()["request"]}
    assert (requests["housing"]["answer"], requests["housing"]["returned_at"]) == (None, None)
    assert requests["housing"]["closed_at"] is not None


def test_a_correction_does_not_make_an_answer_late_again() -> None:
    events = logged(Story(RECEIVED).enquired(HOUR, answers={"police": HOUR}))
    first = next(event for _, _, event in events if isinstance(event, ReturnReceived))
    late = first.returned_at + timedelta(days=9)
    correction = first.model_copy(update={"returned_at": late, "answer_version": 2, "answer": "information"})
    request = one(fold([*events, (late, uuid4(), correction)]), "request")
    assert (request["returned_at"], request["answer"], request["corrections"]) == (
        first.returned_at,
        "information",
        1,
    )


@pytest.mark.requirement("RET-06")
def test_an_answer_that_was_taken_back_is_none() -> None:
    events = logged(Story(RECEIVED).enquired(HOUR, answers={"police": HOUR}))
    answer = next(event for _, _, event in events if isinstance(event, ReturnReceived))
    at = answer.returned_at + HOUR
    withdrawn = ReturnWithdrawn(**answer.model_dump(include=REQUEST), withdrawn_at=at)
    request = one(fold([*events, (at, uuid4(), withdrawn)]), "request")
    assert (request["answer"], request["returned_at"]) == (None, None)


@pytest.mark.requirement("SCR-14")
def test_a_reopened_contact_is_open_again_under_its_first_due_time() -> None:
    story = Story(RECEIVED).decided("close_with_advice", HOUR, rating="green", level=1)
    reopened = ScreeningReopened(
        partnership="havering",
        contact_id=story.contact_id,
        because="manager",
        received_at=RECEIVED,
        due_at=story.due_at,
        reopened_at=RECEIVED + 5 * HOUR,
    )
    contact = one(fold([*logged(story), (RECEIVED + 5 * HOUR, uuid4(), reopened)]), "contact")
    assert (contact["decided_at"], contact["due_at"]) == (None, story.due_at)


def test_a_message_sent_while_it_was_taken_back_counts_as_sent() -> None:
    dropped = Story(RECEIVED).fed_back(HOUR, 2 * HOUR).fed_back_no_more(2 * HOUR)
    sent = one(fold(logged(dropped)), "notification")
    assert sent["sent_at"] == RECEIVED + 3 * HOUR
    assert sent["dropped_at"] is None
