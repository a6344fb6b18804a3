"""How an agency's answer, its corrections and its withdrawals come together."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from enquiry.domain.answers import (
    NotAnAnswer,
    Returned,
    require_answer,
    sent_when,
    with_answers,
    with_withdrawal,
)
from enquiry.domain.enquiry import AnswerKind, Request
from factories.enquiry import DECIDED_AT, create_request
from hypothesis import given
from hypothesis import strategies as st

HOUR = timedelta(hours=1)


def answer(version: int, kind: AnswerKind = "nil") -> Returned:
    return Returned(version, kind, DECIDED_AT + version * HOUR)


def test_a_request_without_an_answer_is_not_nil() -> None:
    request = with_answers(create_request(), [])
    assert (request.answer, request.is_answered, request.is_awaited) == (None, False, True)


def test_the_newest_version_stands() -> None:
    request = with_answers(create_request(), [answer(2, "information"), answer(1)])
    assert (request.answer, request.answer_version) == ("information", 2)


def test_the_first_answer_is_the_one_in_time_or_late() -> None:
    request = with_answers(create_request(), [answer(2), answer(1)])
    assert request.first_returned_at == DECIDED_AT + HOUR
    assert request.returned_at == DECIDED_AT + 2 * HOUR


def test_a_withdrawal_leaves_no_answer() -> None:
    request = with_answers(with_withdrawal(create_request(), 1, DECIDED_AT), [answer(1)])
    assert (request.answer, request.is_awaited) == (None, True)


def test_a_correction_after_a_withdrawal_stands() -> None:
    request = with_answers(with_withdrawal(create_request(), 2, DECIDED_AT), [answer(1), answer(3)])
    assert request.answer_version == 3


def test_an_older_withdrawal_takes_nothing_more() -> None:
    request = with_withdrawal(create_request(), 2, DECIDED_AT)
    assert with_withdrawal(request, 1, DECIDED_AT + HOUR) is request


MESSAGES = st.lists(st.tuples(st.booleans(), st.integers(1, 4)), max_size=5, unique=True)


def apply(request: Request, messages: list[tuple[bool, int]]) -> Request:
    held: list[Returned] = []
    for is_withdrawal, version in messages:
        if is_withdrawal:
            request = with_withdrawal(request, version, DECIDED_AT)
        else:
            held.append(answer(version))
        request = with_answers(request, held)
    return request


@pytest.mark.requirement("RET-06")
@given(MESSAGES)
def test_any_order_of_messages_comes_to_the_same(messages: list[tuple[bool, int]]) -> None:
    request = create_request()
    assert len({apply(request, list(order)) for order in permutations(messages)}) <= 1


@given(MESSAGES)
def test_nothing_withdrawn_ever_stands(messages: list[tuple[bool, int]]) -> None:
    request = apply(create_request(), messages)
    withdrawn = max((version for is_withdrawal, version in messages if is_withdrawal), default=0)
    assert request.answer_version is None or request.answer_version > withdrawn
    assert (request.answer is None) == (request.answer_version is None)


def test_an_answer_has_the_agencys_own_time() -> None:
    assert sent_when(DECIDED_AT + HOUR, DECIDED_AT, DECIDED_AT + 5 * HOUR) == DECIDED_AT + HOUR


@pytest.mark.parametrize("hours", [-1, 6])
def test_a_time_that_cannot_be_is_that_of_its_arrival(hours: int) -> None:
    arrived_at = DECIDED_AT + 5 * HOUR
    assert sent_when(DECIDED_AT + hours * HOUR, DECIDED_AT, arrived_at) == arrived_at


@pytest.mark.parametrize(
    ("kind", "items", "searched", "reason"),
    [
        ("information", 1, [], ""),
        ("nil", 0, ["a system"], ""),
        ("not_covered", 0, [], ""),
        ("refused", 0, [], "It is privileged."),
    ],
)
def test_each_kind_of_answer_can_be_given(kind: str, items: int, searched: list[str], reason: str) -> None:
    require_answer(kind, item_count=items, searched=searched, reason=reason)


@pytest.mark.requirement("RET-07")
@pytest.mark.parametrize(
    ("kind", "items", "searched", "reason"),
    [
        (None, 0, ["a system"], ""),
        ("information", 0, ["a system"], ""),
        ("nil", 1, ["a system"], ""),
        ("nil", 0, [], ""),
        ("refused", 0, ["a system"], ""),
        ("refused", 1, ["a system"], "It is privileged."),
    ],
)
def test_an_answer_without_its_meaning_is_none(
    kind: str | None, items: int, searched: list[str], reason: str
) -> None:
    with pytest.raises(NotAnAnswer):
        require_answer(kind, item_count=items, searched=searched, reason=reason)
