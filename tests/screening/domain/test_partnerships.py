"""What each partnership's own rules come to in a recommendation."""

from __future__ import annotations

from typing import Any

import pytest
from mash.partnerships import get
from screening.domain.findings import Findings, KnownFacts
from screening.domain.recommendation import Recommendation, recommend


def recommended(
    partnership: str,
    *,
    indicators: tuple[str, ...] = (),
    criteria: tuple[str, ...] = (),
    concerns: tuple[str, ...] = (),
    ages: tuple[int, ...] = (),
    **values: Any,
) -> Recommendation:
    known = get(partnership)
    findings = Findings(frozenset(indicators), frozenset(criteria), frozenset(concerns), values)
    return recommend(findings, KnownFacts(ages=ages), known, known.thresholds())


@pytest.mark.requirement("TOO-09")
@pytest.mark.parametrize(
    ("values", "level"),
    [
        ({"missing_episodes_6_months": 2}, 1),
        ({"missing_episodes_6_months": 3}, 3),
        ({"missing_days": 4}, 1),
        ({"missing_days": 5}, 4),
        ({"attendance_percent": 90}, 1),
        ({"attendance_percent": 89}, 2),
    ],
)
def test_counts_give_haringeys_levels(values: dict[str, Any], level: int) -> None:
    assert recommended("haringey", **values).level == level


@pytest.mark.requirement("TOO-08")
@pytest.mark.parametrize("partnership", ["medway", "haringey"])
@pytest.mark.parametrize(
    ("ages", "values", "is_top"),
    [((0,), {}, True), ((), {"unborn": True}, True), ((6,), {}, False)],
    ids=["under one", "unborn", "six"],
)
def test_domestic_abuse_with_a_baby_is_of_the_top_need(
    partnership: str, ages: tuple[int, ...], values: dict[str, Any], is_top: bool
) -> None:
    found = recommended(partnership, concerns=("domestic_abuse",), ages=ages, **values)
    assert (found.rating == "red") is is_top


@pytest.mark.requirement("TOO-08")
@pytest.mark.parametrize(("partnership", "from_age"), [("medway", 13), ("haringey", 16), ("havering", 15)])
def test_an_early_pregnancy_and_an_injured_baby_are_of_the_top_need(partnership: str, from_age: int) -> None:
    assert recommended(partnership, ages=(from_age - 1,), pregnant=True).rating == "red"
    assert recommended(partnership, ages=(from_age,), pregnant=True).rating != "red"
    assert recommended(partnership, ages=(0,), not_mobile=True, suspicious_injury=True).rating == "red"


@pytest.mark.requirement("SCR-05")
def test_several_indicators_of_tier_two_may_make_a_case_of_tier_three() -> None:
    tier_two = [one.id for one in get("bracknell_forest").thresholds().indicators.values() if one.level == 2]
    together = recommended("bracknell_forest", indicators=tuple(tier_two[:2]))
    alone = recommended("bracknell_forest", indicators=tuple(tier_two[:1]))

    (combination,) = [one for one in together.near_misses if one.kind == "combination"]
    assert (together.level, combination.level) == (2, 3)
    assert set(combination.beside) == set(tier_two[:2])
    assert combination.source.startswith("BRA ")
    assert [one for one in alone.near_misses if one.kind == "combination"] == []


@pytest.mark.requirement("SCR-06")
@pytest.mark.parametrize("number", range(1, 20))
def test_each_circumstance_of_section_47_is_named_and_asks_for_a_discussion(number: int) -> None:
    circumstance = f"bra.s47.{number:02}"
    found = recommended("bracknell_forest", criteria=(circumstance,))
    assert [met.id for met in found.criteria_met] == [circumstance]
    assert (found.level, found.rating) == (4, "red")
    assert "strategy_discussion" in {flag.id for flag in found.flags}
    assert circumstance in {reason.id for reason in found.reasons}


@pytest.mark.requirement("SCR-02")
def test_medways_third_level_holds_two_ratings() -> None:
    by_rating = {
        one.rating: one.id for one in get("medway").thresholds().indicators.values() if one.level == 3
    }
    in_need = recommended("medway", indicators=(by_rating[None],))
    in_danger = recommended("medway", indicators=(by_rating["red"], by_rating[None]))
    assert (in_need.level, in_need.rating, in_need.pathway) == (3, "amber", "social_worker_screening")
    assert (in_danger.level, in_danger.rating, in_danger.pathway) == (3, "red", "fast_track")


@pytest.mark.requirement("INT-10")
@pytest.mark.parametrize(("weeks", "returned"), [(12, True), (13, False)])
def test_medways_contact_goes_back_to_the_worker_of_the_last_twelve_weeks(weeks: int, returned: bool) -> None:
    found = recommended("medway", weeks_since_social_worker=weeks)
    assert (found.pathway == "allocated_worker") is returned


@pytest.mark.requirement("INT-19")
def test_redbridges_two_requests_go_down_their_own_paths() -> None:
    service = recommended("redbridge", request="service", agreement="yes")
    safeguarding = recommended("redbridge", request="safeguarding", agreement="yes")
    assert service.pathway == "service_request"
    assert safeguarding.pathway != "service_request"
