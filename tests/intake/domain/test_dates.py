from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from intake.domain.dates import age_years, impossible_dates, is_unborn, months_before

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("person", "field"),
    [
        ({"dob": "2026-11-18"}, None),
        ({"dob": "2026-11-19"}, "children.0.dob"),
        ({"dob": "1900-01-01"}, None),
        ({"dob": "1899-12-31"}, "children.0.dob"),
        ({"edd": "2027-09-14"}, None),
        ({"edd": "2027-09-15"}, "children.0.edd"),
        ({"edd": "2026-09-19"}, None),
        ({"edd": "2026-09-18"}, "children.0.edd"),
        ({"edd": "2020-01-01", "dob": "2020-01-03"}, None),
    ],
)
def test_a_date_must_be_one_that_a_person_can_have(person: dict[str, Any], field: str | None) -> None:
    faults = [fault.field for fault in impossible_dates({"children": [person]}, TODAY)]
    assert faults == ([field] if field else [])


@pytest.mark.requirement("IDN-05")
@pytest.mark.parametrize(
    ("child", "unborn", "age"),
    [
        ({"edd": "2026-12-20"}, True, None),
        ({"edd": "2026-12-20", "estimated_age_years": 0}, True, None),
        ({"edd": "2026-11-01", "dob": "2026-11-03"}, False, 0),
        ({"dob": "2019-11-18"}, False, 7),
        ({"dob": "2019-11-19"}, False, 6),
        ({"dob": "2020-02-29"}, False, 6),
        ({"dob": "2019-11-19", "estimated_age_years": 9}, False, 6),
        ({"estimated_age_years": 9}, False, 9),
        ({}, False, None),
    ],
)
def test_an_unborn_child_has_no_age(child: dict[str, Any], unborn: bool, age: int | None) -> None:
    assert (is_unborn(child), age_years(child, TODAY)) == (unborn, age)


@pytest.mark.requirement("IDN-03")
@pytest.mark.parametrize(
    ("moment", "before"),
    [
        ((2026, 11, 18), (2026, 5, 18)),
        ((2026, 8, 31), (2026, 2, 28)),
        ((2024, 8, 31), (2024, 2, 29)),
        ((2026, 6, 30), (2025, 12, 30)),
        ((2026, 5, 1), (2025, 11, 1)),
    ],
)
def test_six_months_go_by_the_calendar(moment: tuple[int, int, int], before: tuple[int, int, int]) -> None:
    assert months_before(datetime(*moment, 9, 30, tzinfo=UTC), 6) == datetime(*before, 9, 30, tzinfo=UTC)
