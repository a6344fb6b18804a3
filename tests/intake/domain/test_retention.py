"""How long a contact is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from intake.domain.retention import births, kept, next_night, years_after
from mash.partnerships import get

CLOSED_AT = datetime(2026, 3, 3, 16, 0, tzinfo=UTC)
HAVERING = get("havering")


def until(decision: str, *born: date | None, restricted: bool = False) -> tuple[str, date]:
    found = kept(HAVERING, decision, CLOSED_AT, born, restricted=restricted)
    return found.rule, found.until


@pytest.mark.requirement("SEAL-06")
def test_no_further_action_is_kept_from_its_closing() -> None:
    assert until("no_further_action", date(2019, 2, 3)) == ("no_further_action", date(2032, 3, 3))


@pytest.mark.requirement("SEAL-06")
def test_a_child_in_need_is_kept_until_the_youngest_is_twenty_five() -> None:
    found = until("section_17_assessment", date(2012, 1, 1), date(2019, 2, 3))
    assert found == ("child_in_need", date(2044, 12, 31))


def test_the_day_kept_is_nobodys_birthday() -> None:
    assert until("section_17_assessment", date(2019, 2, 3)) == until("step_up", date(2019, 9, 30))


def test_an_unknown_birth_is_kept_from_the_closing() -> None:
    found = until("section_17_assessment", date(2019, 2, 3), None)
    assert found == ("child_in_need", date(2051, 3, 3))


def test_a_restricted_case_is_kept_as_long_as_its_rule_asks() -> None:
    assert until("no_further_action", restricted=True) == ("restricted", date(2036, 3, 3))


def test_a_restricted_case_is_kept_longer_where_its_outcome_asks() -> None:
    rule, _ = until("strategy_discussion_section_47", restricted=True)
    assert rule == "child_protection"


def test_a_leap_day_ends_on_the_day_before() -> None:
    assert years_after(date(2024, 2, 29), 6) == date(2030, 2, 28)


def test_the_closing_counts_by_londons_day() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert kept(HAVERING, "lado", late, [], restricted=False).until == date(2036, 7, 1)


def test_births_hold_a_place_for_a_child_without_one() -> None:
    assert births({"children": [{"dob": "2019-02-03"}, {"edd": "2026-12-01"}]}) == [date(2019, 2, 3), None]


@pytest.mark.parametrize(
    ("now", "night"),
    [
        (datetime(2026, 1, 10, 2, 59, tzinfo=UTC), datetime(2026, 1, 10, 3, 0, tzinfo=UTC)),
        (datetime(2026, 1, 10, 3, 0, tzinfo=UTC), datetime(2026, 1, 11, 3, 0, tzinfo=UTC)),
        (datetime(2026, 3, 28, 12, 0, tzinfo=UTC), datetime(2026, 3, 29, 2, 0, tzinfo=UTC)),
        (datetime(2026, 7, 1, 1, 0, tzinfo=UTC), datetime(2026, 7, 1, 2, 0, tzinfo=UTC)),
    ],
)
def test_the_night_is_at_three_in_london(now: datetime, night: datetime) -> None:
    assert next_night(now) == night
