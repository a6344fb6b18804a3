"""Months and quarters as London has them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reporting.domain.months import Month, Span, SpanTooLong

months = st.builds(Month, st.integers(2001, 2090), st.integers(1, 12))


@given(months, st.integers(-300, 300))
def test_going_on_and_back_comes_to_where_it_began(month: Month, steps: int) -> None:
    assert month + steps - steps == month


@given(months)
def test_a_month_ends_where_the_next_begins(month: Month) -> None:
    assert month.ends_at == (month + 1).starts_at
    assert Month.of(month.starts_at) == month


def test_the_last_hour_of_march_in_utc_is_april_in_london() -> None:
    assert Month.of(datetime(2026, 3, 31, 23, 30, tzinfo=UTC)) == Month(2026, 4)


@given(months)
def test_a_quarter_is_three_months_with_the_month_in_it(month: Month) -> None:
    quarter = Span.quarter_of(month)
    assert month in list(quarter.months)
    assert len(list(quarter.months)) == 3
    assert quarter.first.month in (1, 4, 7, 10)


@pytest.mark.parametrize(("last", "allowed"), [("2026-12", True), ("2027-01", False), ("2024-12", False)])
def test_a_span_is_of_twenty_four_months_at_most(last: str, allowed: bool) -> None:
    first = Month.parse("2025-01")
    if allowed:
        assert len(list(Span(first, Month.parse(last)).months)) == 24
    else:
        with pytest.raises(SpanTooLong):
            Span(first, Month.parse(last))


def test_periods_have_words_and_a_cut_quarter_says_so() -> None:
    span = Span(Month(2025, 12), Month(2026, 4))
    assert span.periods("quarter") == {
        date(2025, 10, 1): "December 2025",
        date(2026, 1, 1): "January to March 2026",
        date(2026, 4, 1): "April 2026",
    }
    assert span.words == "December 2025 to April 2026"
    assert list(span.periods("month").values())[1:3] == ["January 2026", "February 2026"]
