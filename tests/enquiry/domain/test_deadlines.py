"""What is due when, under the rating and every rating before it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from enquiry.domain.deadlines import Rated, chasing, due_under, standing
from hypothesis import given
from hypothesis import strategies as st
from mash.partnerships import get

HAVERING = get("havering")
OPENED_AT = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)  # a Monday
LEVEL = {name: rating.level for name, rating in HAVERING.ratings.items()}


def at(hours: float) -> datetime:
    return OPENED_AT + timedelta(hours=hours)


def due_hours(*ratings: tuple[str, float], asked: float | None = None) -> float:
    given_at = [Rated(rating, at(hours)) for rating, hours in ratings]
    due = due_under(given_at, HAVERING, at(asked) if asked is not None else None)
    return (due.due_at - OPENED_AT) / timedelta(hours=1)


@pytest.mark.requirement("ENQ-02")
@pytest.mark.parametrize(("rating", "hours"), [("red", 4), ("amber", 24), ("green", 72)])
def test_an_enquiry_is_due_by_its_rating(rating: str, hours: int) -> None:
    assert due_hours((rating, 0)) == hours


@pytest.mark.requirement("ENQ-02")
def test_red_runs_on_over_the_weekend_and_amber_waits() -> None:
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
    assert due_under([Rated("red", friday)], HAVERING).due_at == friday + timedelta(hours=4)
    assert due_under([Rated("amber", friday)], HAVERING).due_at == friday + timedelta(days=3)


@pytest.mark.requirement("ENQ-02")
def test_four_hours_are_four_on_the_night_the_clocks_change() -> None:
    saturday = datetime(2026, 10, 24, 23, 0, tzinfo=UTC)
    assert due_under([Rated("red", saturday)], HAVERING).due_at == saturday + timedelta(hours=4)


@pytest.mark.requirement("ENQ-04")
@pytest.mark.parametrize(
    ("ratings", "hours"),
    [
        ([("amber", 0), ("red", 10)], 14),
        ([("amber", 0), ("red", 22)], 24),
        ([("green", 0), ("amber", 10), ("red", 20)], 24),
        ([("amber", 0), ("green", 10)], 72),
        ([("red", 0), ("amber", 3.5)], 24),
        ([("red", 0), ("green", 3)], 72),
        ([("green", 0), ("amber", 10), ("green", 12)], 72),
    ],
)
def test_a_change_moves_what_is_due(ratings: list[tuple[str, float]], hours: float) -> None:
    assert due_hours(*ratings) == hours


@pytest.mark.requirement("SCR-14")
def test_going_down_and_up_again_gains_no_time() -> None:
    assert due_hours(("amber", 0), ("green", 20), ("amber", 23)) == 24


def test_an_agency_asked_later_has_the_ratings_whole_time() -> None:
    assert due_hours(("red", 0), asked=3) == 7
    assert due_hours(("amber", 0), ("red", 2), asked=5) == 9


def test_an_agency_asked_before_a_rise_has_the_time_from_the_rise() -> None:
    assert due_hours(("amber", 0), ("red", 5), asked=2) == 9


ratings_given = st.lists(st.sampled_from(sorted(LEVEL)), min_size=1, max_size=6)


@given(ratings_given, st.lists(st.integers(1, 30), min_size=6, max_size=6))
def test_a_rise_never_gives_more_time(names: list[str], gaps: list[int]) -> None:
    given_at = [Rated(name, at(sum(gaps[:number]))) for number, name in enumerate(names)]
    dues = [due_under(given_at[: number + 1], HAVERING).due_at for number in range(len(names))]
    for number in range(1, len(names)):
        rises = LEVEL[names[number]] >= LEVEL[names[number - 1]]
        assert (dues[number] <= dues[number - 1]) if rises else (dues[number] >= dues[number - 1])


@given(ratings_given, st.lists(st.integers(1, 30), min_size=6, max_size=6))
def test_what_was_due_under_a_rating_is_due_whenever_it_is_given_again(
    names: list[str], gaps: list[int]
) -> None:
    given_at = [Rated(name, at(sum(gaps[:number]))) for number, name in enumerate(names)]
    first: dict[str, datetime] = {}
    for number, name in enumerate(names):
        due_at = due_under(given_at[: number + 1], HAVERING).due_at
        assert due_at <= first.setdefault(name, due_at)


@pytest.mark.requirement("ENQ-03")
@pytest.mark.parametrize(
    ("rating", "reminded", "raised"), [("red", 3, 5), ("amber", 18, 30), ("green", 54, 90)]
)
def test_an_agency_is_reminded_at_three_quarters_and_raised_a_quarter_after(
    rating: str, reminded: float, raised: float
) -> None:
    plan = chasing(due_under([Rated(rating, OPENED_AT)], HAVERING), HAVERING)
    assert plan.remind_at == (at(reminded),)
    assert plan.raise_at == at(raised)


def test_a_reminder_does_not_fall_on_a_day_that_does_not_count() -> None:
    friday = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    plan = chasing(due_under([Rated("amber", friday)], HAVERING), HAVERING)
    assert plan.remind_at == (datetime(2026, 11, 23, 4, 0, tzinfo=UTC),)


@pytest.mark.requirement("SCR-14")
def test_time_left_is_by_the_targets_clock_and_time_gone_is_real() -> None:
    friday = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)
    whole = due_under([Rated("amber", friday)], HAVERING)
    saturday = friday + timedelta(hours=26)
    rest = standing(whole, friday, whole.due_at, saturday)
    assert (rest.left, rest.elapsed) == (timedelta(hours=10), timedelta(hours=26))


@pytest.mark.requirement("SCR-14")
def test_time_gone_counts_from_the_opening_whatever_the_rating_became() -> None:
    whole = due_under([Rated("amber", OPENED_AT), Rated("red", at(10))], HAVERING)
    assert standing(whole, OPENED_AT, whole.due_at, at(12)).elapsed == timedelta(hours=12)
