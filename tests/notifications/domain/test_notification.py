"""When a referrer counts as told in time, and how long it is tried."""

from __future__ import annotations

from datetime import timedelta

from factories.notifications import create_notification
from notifications.domain.notification import LONGEST_PAUSE, PATIENCE, next_try
from support.clock import START

HOUR = timedelta(hours=1)


def test_told_by_the_due_time_is_in_time() -> None:
    assert create_notification(state="sent", sent_at=START + HOUR).in_time(START + 9 * HOUR) is True


def test_told_after_the_due_time_is_late() -> None:
    late = create_notification(state="sent", sent_at=START + HOUR + timedelta(seconds=1))
    assert late.in_time(START + 9 * HOUR) is False


def test_not_told_yet_is_open_until_it_is_due() -> None:
    assert create_notification().in_time(START + HOUR) is None
    assert create_notification().in_time(START + 2 * HOUR) is False


def test_what_nobody_is_to_be_told_is_neither() -> None:
    assert create_notification(state="superseded").in_time(START + 2 * HOUR) is None
    assert create_notification(state="not_written").in_time(START + 2 * HOUR) is None


def test_pauses_double_up_to_an_hour() -> None:
    pauses = []
    for tries in range(1, 12):
        again_at = next_try(tries, START, START)
        assert again_at is not None
        pauses.append(again_at - START)
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert pauses[-1] == LONGEST_PAUSE


def test_it_is_given_up_after_a_day() -> None:
    assert next_try(20, START, START + PATIENCE - HOUR) == START + PATIENCE
    assert next_try(20, START, START + PATIENCE) is None
