"""Who may be written to, and whom a person has to tell."""

from __future__ import annotations

from typing import Any

import pytest
from notifications.domain.telling import Reach, is_for_a_person, reason_not_to_write

pytestmark = pytest.mark.requirement("FBK-04")


def create_reach(**changes: Any) -> Reach:
    values = {"is_anonymous": False, "is_professional": True, "has_email": True, "has_telephone": True}
    return Reach(**{**values, "may_write": True, **changes})


def test_a_referrer_with_an_address_is_written_to() -> None:
    assert reason_not_to_write(create_reach()) is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"may_write": False}, "unsafe_to_write"),
        ({"has_email": False}, "no_address"),
        ({"has_email": False, "may_write": False}, "no_address"),
        ({"is_anonymous": True}, "anonymous"),
        ({"is_anonymous": True, "may_write": False}, "anonymous"),
    ],
)
def test_anybody_else_is_not_and_the_reason_is_given(changes: dict[str, bool], reason: str) -> None:
    assert reason_not_to_write(create_reach(**changes)) == reason


def test_only_a_decision_is_told_by_a_person() -> None:
    assert is_for_a_person("feedback", create_reach())
    assert not is_for_a_person("acknowledgement", create_reach())
    assert not is_for_a_person("written_form_chase", create_reach())


def test_nobody_looks_for_who_gave_no_name() -> None:
    assert not is_for_a_person("feedback", create_reach(is_anonymous=True))


def test_a_professional_can_be_found_without_a_number() -> None:
    assert is_for_a_person("feedback", create_reach(has_telephone=False))
    assert not is_for_a_person("feedback", create_reach(has_telephone=False, is_professional=False))
