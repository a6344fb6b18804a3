"""How long a screening has left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from factories.screening import DUE_AT, RECEIVED_AT, create_screening
from mash import partnerships
from mash.calendar import Pause
from screening.domain.clock import (
    AlreadyPaused,
    NotPaused,
    deadlines,
    require_paused,
    require_running,
    standing,
)

HAVERING = partnerships.get("havering")
HOUR = timedelta(hours=1)
FRIDAY_16 = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
MONDAY_16 = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)


@pytest.mark.requirement("SCR-10")
def test_a_contact_is_due_a_working_day_after_receipt() -> None:
    assert deadlines(RECEIVED_AT, HAVERING, [], RECEIVED_AT).due_at == DUE_AT
    assert deadlines(FRIDAY_16, HAVERING, [], FRIDAY_16).due_at == MONDAY_16


@pytest.mark.requirement("SCR-10")
def test_a_contact_is_nearly_due_when_three_quarters_of_its_time_are_gone() -> None:
    assert deadlines(RECEIVED_AT, HAVERING, [], RECEIVED_AT).due_soon_at == DUE_AT - 6 * HOUR
    assert deadlines(FRIDAY_16, HAVERING, [], FRIDAY_16).due_soon_at == MONDAY_16 - 6 * HOUR


@pytest.mark.requirement("SCR-14")
def test_a_pause_moves_what_is_still_to_come() -> None:
    paused = [Pause(RECEIVED_AT + HOUR, RECEIVED_AT + 3 * HOUR, "The wrong child was named.")]

    moved = deadlines(RECEIVED_AT, HAVERING, paused, RECEIVED_AT + 4 * HOUR)

    assert (moved.due_soon_at, moved.due_at) == (DUE_AT - 4 * HOUR, DUE_AT + 2 * HOUR)


@pytest.mark.requirement("SCR-14")
def test_a_pause_after_the_due_time_leaves_what_is_late_late() -> None:
    paused = [Pause(DUE_AT + HOUR, DUE_AT + 3 * HOUR, "Too late.")]

    assert deadlines(RECEIVED_AT, HAVERING, paused, DUE_AT + 4 * HOUR).due_at == DUE_AT


@pytest.mark.requirement("SCR-14")
def test_while_paused_the_time_left_stands_and_the_real_time_goes_on() -> None:
    screening = create_screening(paused_at=RECEIVED_AT + 2 * HOUR)

    then = standing(screening, HAVERING, RECEIVED_AT + 10 * HOUR)

    assert then.left == 22 * HOUR
    assert then.elapsed == 10 * HOUR
    assert then.due_at == DUE_AT + 8 * HOUR


@pytest.mark.requirement("SCR-14")
def test_the_time_of_a_decided_screening_stands_as_it_was() -> None:
    screening = create_screening(state="decided", decided_at=RECEIVED_AT + 5 * HOUR)

    then = standing(screening, HAVERING, DUE_AT + 100 * HOUR)

    assert (then.elapsed, then.is_late) == (5 * HOUR, False)


@pytest.mark.requirement("SCR-14")
def test_no_rating_changes_the_time() -> None:
    ratings = (None, "green", "amber", "red")
    standings = {
        standing(create_screening(rating=rating), HAVERING, RECEIVED_AT + HOUR) for rating in ratings
    }

    assert len(standings) == 1


def test_the_clock_is_paused_once_and_resumed_once() -> None:
    running, paused = create_screening(), create_screening(paused_at=RECEIVED_AT)

    require_running(running)
    require_paused(paused)
    with pytest.raises(AlreadyPaused):
        require_running(paused)
    with pytest.raises(NotPaused):
        require_paused(running)
