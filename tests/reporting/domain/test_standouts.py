"""What stands out, as sentences."""

from __future__ import annotations

from typing import Any

from reporting.domain.report import Timeliness
from reporting.domain.standouts import late_decisions, oldest_open, slowest_agency


def create_timeliness(**changes: Any) -> Timeliness:
    blank = dict.fromkeys(("total", "in_time", "late", "open_in_time", "open_late"), 0)
    none = dict.fromkeys(
        ("late_but_used", "share_in_target", "median_hours", "percentile_90_hours", "oldest_open_hours")
    )
    return Timeliness(**{"group": "all", **blank, **none, **changes})


def test_late_decisions_are_counted_of_those_due() -> None:
    figures = {
        "Red": create_timeliness(in_time=38, late=3, open_in_time=7),
        "Amber": create_timeliness(in_time=1, open_late=1),
        "Green": create_timeliness(in_time=5),
    }
    assert list(late_decisions(figures, "enquiries")) == [
        "3 of 41 Red enquiries were late.",
        "1 of 2 Amber enquiries was late, and 1 of them is still open.",
    ]


def test_the_slowest_agency_is_named_unless_none_was_late() -> None:
    prompt = create_timeliness(in_time=9, share_in_target=1.0)
    slow = create_timeliness(in_time=12, late=8, share_in_target=0.6)
    silent = create_timeliness(open_in_time=2)
    assert list(slowest_agency({"Police": prompt, "Housing": slow, "Health": silent})) == [
        "Housing answered 12 of 20 requests in time, the smallest share."
    ]
    assert list(slowest_agency({"Police": prompt, "Health": silent})) == []


def test_the_oldest_that_is_open_is_told_only_when_it_is_late() -> None:
    late = create_timeliness(open_late=1, oldest_open_hours=80.0)
    assert list(oldest_open(late, "contact")) == ["The contact that has been open longest has waited 3 days."]
    assert list(oldest_open(create_timeliness(open_in_time=1, oldest_open_hours=3.0), "contact")) == []
    assert list(oldest_open(None, "contact")) == []
