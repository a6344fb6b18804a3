"""When the daily meeting is, what comes onto its agenda, and that a draw of cases is nobody's choice."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from enquiry.domain.meeting import (
    NoDailyMeeting,
    Standing,
    last_occasion,
    next_occasion,
    on_date,
    reasons,
    section_of,
    sections,
)
from enquiry.domain.sampling import digest_of, draw
from mash import partnerships
from mash.partnerships.meetings import DailyMeeting

HAVERING = partnerships.get("havering")
# Thursday before Easter 2027, when clocks have not gone forward yet.
MAUNDY_THURSDAY = date(2027, 3, 25)


def rules() -> DailyMeeting:
    assert HAVERING.daily_meeting is not None
    return HAVERING.daily_meeting


def create_standing(**changes: Any) -> Standing:
    quiet: dict[str, Any] = {
        "kind": "form",
        "is_new": False,
        "out_of_hours": False,
        "is_open": True,
        "rating": None,
        "was_discussed": False,
        "is_due": False,
    }
    return Standing(**{**quiet, **changes})


class TestWhenItIs:
    @pytest.mark.parametrize(
        ("now", "held_on"),
        [
            (datetime(2026, 11, 18, 8, 59, tzinfo=UTC), date(2026, 11, 18)),
            (datetime(2026, 11, 18, 9, 0, tzinfo=UTC), date(2026, 11, 19)),
            (datetime(2026, 11, 20, 9, 0, tzinfo=UTC), date(2026, 11, 23)),
            (datetime(2027, 3, 25, 9, 0, tzinfo=UTC), date(2027, 3, 30)),
        ],
        ids=["before it closes", "as it closes", "over a weekend", "over Easter"],
    )
    def test_is_the_next_morning_on_which_the_hub_opens(self, now: datetime, held_on: date) -> None:
        assert next_occasion(HAVERING, now).held_on == held_on

    def test_keeps_londons_clock_in_summer(self) -> None:
        assert on_date(HAVERING, date(2026, 7, 1)).starts_at == datetime(2026, 7, 1, 8, 30, tzinfo=UTC)

    def test_what_is_new_counts_from_the_last_morning_there_was_one(self) -> None:
        assert last_occasion(HAVERING, date(2027, 3, 30)).held_on == MAUNDY_THURSDAY

    def test_a_partnership_whose_documents_know_of_none_has_none(self) -> None:
        with pytest.raises(NoDailyMeeting):
            next_occasion(partnerships.get("redbridge"), datetime(2026, 11, 18, tzinfo=UTC))


@pytest.mark.requirement("MTG-01")
class TestWhyAContactIsOnTheAgenda:
    @pytest.mark.parametrize(
        ("changes", "because"),
        [
            ({"kind": "merlin", "is_new": True}, ["merlin"]),
            ({"kind": "edt", "is_new": True, "out_of_hours": True}, ["edt"]),
            ({"kind": "hospital", "is_new": True}, ["hospital"]),
            ({"is_new": True, "out_of_hours": True}, ["out_of_hours"]),
            ({"is_new": True}, []),
            ({"kind": "merlin"}, []),
            ({"rating": "amber"}, ["rated"]),
            ({"rating": "amber", "was_discussed": True}, []),
            ({"rating": "amber", "is_open": False}, []),
            ({"rating": "red", "was_discussed": True}, ["still_open"]),
            ({"rating": "red", "is_open": False}, []),
            ({"rating": "green"}, []),
            ({"rating": "green", "is_due": True}, ["due"]),
        ],
    )
    def test_is_how_it_stands(self, changes: dict[str, Any], because: list[str]) -> None:
        assert reasons(create_standing(**changes), rules()) == because

    def test_is_told_in_full_and_shown_in_the_first_section(self) -> None:
        because = reasons(create_standing(kind="merlin", is_new=True, rating="red", is_due=True), rules())
        assert because == ["merlin", "still_open", "due"]
        assert section_of(because, rules()) == "merlin"

    def test_has_a_title_in_plain_words(self) -> None:
        assert sections(rules())["rated"] == "Amber, not yet discussed"


@pytest.mark.requirement("MTG-04")
class TestDrawing:
    def test_the_same_seed_draws_the_same_in_whichever_order_they_come(self) -> None:
        pool = [uuid4() for _ in range(20)]
        assert draw(pool, 7, 5) == draw(reversed(pool), 7, 5)
        assert digest_of(pool) == digest_of(pool[::-1])

    def test_another_seed_draws_others(self) -> None:
        pool = [UUID(int=number) for number in range(50)]
        assert draw(pool, 1, 10) != draw(pool, 2, 10)

    def test_every_case_is_as_likely_as_another(self) -> None:
        pool = [UUID(int=number) for number in range(10)]
        drawn = [draw(pool, seed, 1)[0] for seed in range(2000)]
        counts = [drawn.count(one) for one in pool]
        # 200 each are expected; six standard deviations are 80.
        assert min(counts) > 120
        assert max(counts) < 280

    def test_a_small_pool_is_drawn_whole(self) -> None:
        pool = [uuid4(), uuid4()]
        assert sorted(draw(pool, 3, 5)) == sorted(pool)

    def test_another_pool_has_another_digest(self) -> None:
        assert digest_of([UUID(int=1)]) != digest_of([UUID(int=2)])
