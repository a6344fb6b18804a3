"""What the hub's messages do to a request, in whatever order they come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mash.errors import Conflict
from partner_gateway.domain.requests import (
    Kind,
    Message,
    Request,
    answered,
    hear,
    require_unanswered,
    timeliness,
    with_answer_withdrawn,
)
from support.clock import START

RATINGS = ("red", "amber", "green")


def create_request(**changes: object) -> Request:
    request = Request(
        request_id=UUID(int=1),
        enquiry_id=UUID(int=2),
        partnership="havering",
        reference="HAV-26-7K3M9QXT",
        rating="amber",
        requested_at=START,
        due_at=START + timedelta(hours=24),
        received_at=START,
        child_count=1,
        adult_count=1,
        question_count=2,
        asked_version=1,
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def create_message(kind: Kind, version: int) -> Message:
    return Message(
        kind=kind,
        version=version,
        rating=RATINGS[version % 3],
        requested_at=START,
        due_at=START + timedelta(hours=version),
        people=None,
        question_count=version,
        outcome="early_help" if kind == "decided" else None,
    )


KINDS = st.sampled_from(
    ["request", "changed", "reminder", "chase", "raised", "cancelled", "withdrawn", "decided"]
)


@given(st.lists(KINDS, max_size=7), st.randoms())
def test_the_order_of_arrival_does_not_matter(kinds: list[Kind], random: object) -> None:
    sent = [create_message(kind, version) for version, kind in enumerate(kinds, start=2)]
    shuffled = list(sent)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    in_order = other = create_request()
    for one, two in zip(sent, shuffled, strict=True):
        in_order, other = hear(in_order, one, START), hear(other, two, START)
    # The researcher's own count of changes is the only thing that the order may touch.
    assert replace(in_order, version=0) == replace(other, version=0)


@pytest.mark.parametrize("kind", ["reminder", "chase", "raised"])
def test_a_reminder_is_no_change_to_what_was_read(kind: Kind) -> None:
    assert hear(create_request(), create_message(kind, 2), START).version == 1


@pytest.mark.parametrize("kind", ["changed", "cancelled", "withdrawn", "decided"])
def test_what_a_researcher_has_to_see_counts_as_a_change(kind: Kind) -> None:
    assert hear(create_request(), create_message(kind, 2), START).version == 2


def test_what_is_asked_anew_is_open_again_and_keeps_its_number() -> None:
    given = answered(create_request(), "nil", START)
    asked = hear(given, create_message("request", 2), START)
    assert (asked.state, asked.answer_version, asked.answered_at) == ("open", 1, None)
    require_unanswered(asked)


@pytest.mark.parametrize(("hours", "left", "late"), [(23, 3600, False), (24, 0, False), (25, -3600, True)])
def test_a_request_is_late_after_it_was_due(hours: int, left: int, late: bool) -> None:
    stand = timeliness(create_request(), START + timedelta(hours=hours))
    assert (stand.seconds_left, stand.late) == (left, late)


def test_a_withdrawn_answer_is_no_nil_and_takes_no_second_return() -> None:
    taken_back = with_answer_withdrawn(answered(create_request(), "nil", START))
    assert (taken_back.state, taken_back.answer) == ("answer_withdrawn", None)
    with pytest.raises(Conflict):
        require_unanswered(taken_back)


@pytest.mark.requirement("RET-07")
def test_a_request_waits_again_once_its_answer_is_withdrawn() -> None:
    taken_back = with_answer_withdrawn(answered(create_request(), "nil", START))
    assert taken_back.waiting


@pytest.mark.parametrize("kind", ["decided", "cancelled", "withdrawn"])
def test_what_is_over_does_not_wait_again_for_a_withdrawn_answer(kind: Kind) -> None:
    over = hear(answered(create_request(), "nil", START), create_message(kind, 2), START)
    assert not with_answer_withdrawn(over).waiting


def test_the_clock_of_a_request_that_waits_again_goes_on() -> None:
    given = answered(create_request(), "nil", START + timedelta(hours=1))
    late = START + timedelta(hours=25)
    assert timeliness(given, late).seconds_left == 23 * 3600
    assert timeliness(with_answer_withdrawn(given), late).seconds_left == -3600
