"""What a message may say: the reference, the decision in permitted words, and whom to ring."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from factories.notifications import REFERENCE, create_addressee, create_notification
from mash import partnerships
from notifications.domain.letter import SUBJECTS, Letter, compose
from notifications.domain.notification import DecisionKind, Notification
from support.clock import START

HAVERING = partnerships.get("havering")
SATURDAY = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)


def create_feedback(kind: DecisionKind, decision: str) -> Notification:
    return create_notification(purpose="feedback", decision_kind=kind, decision=decision)


def write(notification: Notification | None = None, now: datetime = START, **addressee: object) -> Letter:
    return compose(notification or create_notification(), create_addressee(**addressee), HAVERING, now)


@pytest.mark.requirement("FBK-04")
def test_a_professional_is_told_more_than_the_public() -> None:
    feedback = create_feedback("outcomes", "section_17_assessment")
    assert "assessment" in (write(feedback).decision or "")
    assert "assessment" not in (write(feedback, is_professional=False).decision or "")


@pytest.mark.requirement("FBK-04")
@pytest.mark.parametrize("kind", ["pathways", "outcomes"])
def test_every_decision_has_words_for_both(kind: DecisionKind) -> None:
    for decision in getattr(HAVERING, kind):
        feedback = create_feedback(kind, decision)
        assert write(feedback).decision
        assert write(feedback, is_professional=False).decision


def test_an_acknowledgement_tells_no_decision() -> None:
    assert write().decision is None


@pytest.mark.parametrize("purpose", list(SUBJECTS))
def test_a_subject_holds_the_reference_and_no_more(purpose: str) -> None:
    subject = write(
        create_notification(purpose=purpose, decision_kind="pathways", decision="enquiry")
    ).subject
    assert subject.endswith(f": reference {REFERENCE}")
    assert not [word for word in ("child", "MASH", "concern", "safeguarding") if word in subject]


def test_times_are_said_as_london_says_them() -> None:
    assert write().received == "Wednesday 18 November 2026 at 09:30 GMT"
    assert write(received_at=SUMMER).received == "Wednesday 1 July 2026 at 13:00 BST"


def test_an_open_hub_does_not_say_when_it_opens() -> None:
    assert write().opens_again is None


def test_a_shut_hub_says_when_it_opens() -> None:
    assert write(now=SATURDAY).opens_again == "Monday 23 November 2026 at 09:00 GMT"


def test_what_is_wanted_is_named_by_its_label_alone() -> None:
    missing = ["address", "each child's name", "school", "Robin Testcase of 14 Sample Close"]
    assert write(missing=missing).wanted == ("each child's name", "where each child lives")


def test_the_public_is_asked_for_nothing_more() -> None:
    assert write(missing=["address"], is_professional=False).wanted == ()
