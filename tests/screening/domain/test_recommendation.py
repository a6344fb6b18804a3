"""What is recommended, and the reasons that are given for it."""

from __future__ import annotations

import statistics
import time
from typing import Any

import pytest
from factories.screening import LEVEL_1, LEVEL_2, LEVEL_3, LEVEL_4, create_findings, create_known
from hypothesis import given
from hypothesis import strategies as st
from mash import partnerships
from mash.partnerships import Thresholds
from screening.domain.findings import Findings, KnownFacts
from screening.domain.recommendation import Recommendation, recommend

HAVERING = partnerships.get("havering")
CONTINUUM = HAVERING.thresholds()


def recommended(findings: Findings | None = None, known: KnownFacts | None = None) -> Recommendation:
    return recommend(findings or create_findings(), known or create_known(8), HAVERING, CONTINUUM)


def criteria(findings: Findings, known: KnownFacts | None = None) -> set[str]:
    return {met.id for met in recommended(findings, known).criteria_met}


@pytest.mark.requirement("SCR-01", "SCR-02", "SCR-04", "SCR-08")
@pytest.mark.parametrize(
    ("indicators", "level", "rating", "pathway"),
    [
        ((), 1, None, "close_with_advice"),
        ((LEVEL_1,), 1, None, "close_with_advice"),
        ((LEVEL_1, LEVEL_2), 2, "green", "early_help"),
        ((LEVEL_2, LEVEL_3), 3, "amber", "social_worker_screening"),
        ((LEVEL_2, LEVEL_3, LEVEL_4), 4, "red", "fast_track"),
    ],
)
def test_the_highest_indicator_gives_the_level(
    indicators: tuple[str, ...], level: int, rating: str | None, pathway: str
) -> None:
    found = recommended(create_findings(*indicators))

    assert (found.level, found.rating, found.pathway) == (level, rating, pathway)


@pytest.mark.requirement("SCR-04")
def test_the_reasons_name_every_indicator_the_highest_first() -> None:
    found = recommended(create_findings(LEVEL_2, LEVEL_4))

    assert [(reason.id, reason.level, reason.domain) for reason in found.reasons] == [
        (LEVEL_4, 4, "health"),
        (LEVEL_2, 2, "health"),
    ]
    assert found.reasons[0].source.startswith("HAV ")
    assert found.reasons[0].text == CONTINUUM.indicators[LEVEL_4].text


@pytest.mark.requirement("SCR-04")
def test_near_misses_are_one_level_up_in_the_same_row() -> None:
    found = recommended(create_findings(LEVEL_3))

    assert {miss.indicator for miss in found.near_misses} == {"hav.health.4.01", "hav.health.4.02"}
    assert {miss.beside for miss in found.near_misses} == {(LEVEL_3,)}


@pytest.mark.requirement("SCR-04")
def test_several_indicators_of_a_level_are_shown_as_a_combination() -> None:
    together = ("hav.health.2.01", "hav.health.2.02", "hav.abuse_neglect.2.01")
    two, three = recommended(create_findings(*together[:2])), recommended(create_findings(*together))

    assert [miss.beside for miss in two.near_misses if miss.kind == "combination"] == []
    assert [set(miss.beside) for miss in three.near_misses if miss.kind == "combination"] == [set(together)]


def test_the_highest_level_has_no_near_misses() -> None:
    assert recommended(create_findings(LEVEL_3, LEVEL_4)).near_misses == ()


@pytest.mark.requirement("SCR-04")
@pytest.mark.parametrize(("age", "level"), [(14, 4), (15, 1)])
def test_an_age_alone_can_bring_an_indicator(age: int, level: int) -> None:
    pregnant = create_findings(values={"pregnant": True})

    assert recommended(pregnant, create_known(age)).level == level


@pytest.mark.requirement("SCR-04")
def test_a_condition_that_any_child_meets_holds_for_the_contact() -> None:
    found = recommended(create_findings(values={"pregnant": True}), create_known(16, 12))

    assert "hav.health.4.07" in {reason.id for reason in found.reasons}
    assert "12" in found.reasons[0].why


def test_the_age_that_the_screener_gives_counts_before_the_others() -> None:
    found = recommended(create_findings(values={"pregnant": True, "age_years": 16}), create_known(16, 12))

    assert found.level == 1


@pytest.mark.requirement("SCR-04")
def test_missing_episodes_bring_their_indicator() -> None:
    once, thrice = [
        recommended(create_findings(values={"missing_episodes_6_months": count})) for count in (1, 3)
    ]

    assert (once.level, thrice.level) == (2, 3)


def test_what_is_not_known_brings_nothing() -> None:
    found = recommended(create_findings(values={"pregnant": True}), KnownFacts())

    assert found.level == 1
    assert found.criteria_met == ()


@pytest.mark.requirement("SCR-08")
def test_immediate_danger_goes_to_the_fast_track_before_anything_is_recorded() -> None:
    found = recommended(known=create_known(8, immediate_danger=True))

    assert (found.level, found.rating, found.pathway) == (4, "red", "fast_track")
    assert found.reasons[0].id == "immediate_danger"
    assert "999" in found.flags[0].text


@pytest.mark.requirement("SCR-07", "SCR-08")
@pytest.mark.parametrize("indicator", [LEVEL_2, LEVEL_3])
def test_a_criterion_that_is_met_points_to_an_enquiry(indicator: str) -> None:
    without = recommended(create_findings(indicator))
    with_one = recommended(create_findings(indicator, concerns=frozenset({"gangs"})))

    assert without.pathway != "enquiry"
    assert with_one.pathway == "enquiry"
    assert [met.id for met in with_one.criteria_met] == ["hav.criterion.04"]


@pytest.mark.requirement("SCR-08")
def test_a_red_enquiry_is_suggested_beside_the_fast_track() -> None:
    found = recommended(create_findings(LEVEL_4, concerns=frozenset({"gangs"})))

    assert (found.pathway, found.alongside) == ("fast_track", ("enquiry",))


def test_a_criterion_met_below_every_rating_is_not_closed_but_cautions() -> None:
    found = recommended(known=create_known(8, values={"referrer_kind": "nspcc"}))

    assert (found.rating, found.pathway) == (None, "enquiry")
    assert any("rating" in caution for caution in found.cautions)


MET: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("01", {"concerns": {"domestic_abuse"}}, {"source_code": "2A"}),
    ("02", {"concerns": {"domestic_abuse", "mental_health", "substance_misuse"}}, {"source_code": "6"}),
    ("03", {"concerns": {"self_harm"}}, {}),
    ("04", {"concerns": {"gangs"}}, {}),
    ("05", {}, {"repeat_contacts_6_months": 3}),
    ("06", {"values": {"repeat_neglect_contacts_6_months": 3}}, {}),
    ("07", {"concerns": {"exploitation"}}, {}),
    ("08", {"concerns": {"fabricated_illness"}}, {}),
    ("09", {"concerns": {"radicalisation"}}, {}),
    ("10", {"concerns": {"modern_slavery"}}, {}),
    ("11", {"concerns": {"organised_crime"}}, {}),
    ("12", {"values": {"parental_class_a_use": True}}, {}),
    ("13", {"values": {"repeat_minor_contacts": 3}}, {}),
    ("14", {"concerns": {"begging"}}, {}),
    ("15", {"concerns": {"fgm"}}, {}),
    ("16", {"values": {"missing_episodes_6_months": 2}}, {}),
    ("17", {"values": {"pregnant": True}}, {}),
    ("18", {}, {"referrer_kind": "nspcc"}),
    ("19", {"criteria": {"hav.criterion.19"}}, {}),
]


@pytest.mark.requirement("SCR-07")
@pytest.mark.parametrize(("number", "recorded", "known"), MET)
def test_each_of_the_nineteen_criteria_is_named_when_it_is_met(
    number: str, recorded: dict[str, Any], known: dict[str, Any]
) -> None:
    sets = {name: frozenset(value) if isinstance(value, set) else value for name, value in recorded.items()}
    nothing = {"concerns": frozenset[str](), **sets}

    assert f"hav.criterion.{number}" in criteria(create_findings(**nothing), create_known(15, values=known))
    assert f"hav.criterion.{number}" not in criteria(create_findings(), create_known(15))


@pytest.mark.requirement("SCR-07")
def test_domestic_abuse_reported_by_police_needs_a_serious_matrix_level() -> None:
    police = create_known(8, values={"source_code": "6"})
    low, serious = [
        create_findings(concerns=frozenset({"domestic_abuse"}), values={"domestic_abuse_matrix_level": level})
        for level in (1, 2)
    ]

    assert "hav.criterion.01" not in criteria(low, police)
    assert "hav.criterion.01" in criteria(serious, police)


def test_concerns_that_the_referrer_named_stand_until_somebody_has_looked() -> None:
    known = create_known(8, stated_concerns=frozenset({"gangs"}))

    assert "hav.criterion.04" in criteria(create_findings(), known)
    assert "hav.criterion.04" not in criteria(create_findings(concerns=frozenset()), known)


def test_an_indicator_brings_its_own_concerns() -> None:
    exploitation = next(one.id for one in CONTINUUM.indicators.values() if "exploitation" in one.concerns)

    assert "hav.criterion.07" in criteria(create_findings(exploitation))


@pytest.mark.requirement("SCR-11")
def test_it_says_that_indicators_guide_and_that_nothing_recorded_is_no_finding() -> None:
    blank, recorded = recommended(), recommended(create_findings(LEVEL_2))

    assert "not a list to tick off" in blank.cautions[0]
    assert any("Nothing has been recorded" in caution for caution in blank.cautions)
    assert not any("Nothing has been recorded" in caution for caution in recorded.cautions)


def test_repeated_contacts_and_an_unborn_child_are_flagged() -> None:
    found = recommended(known=create_known(values={"repeat_contacts_6_months": 3, "unborn": True}))

    assert {flag.id for flag in found.flags} == {"repeat", "pre_birth_assessment"}


@pytest.mark.requirement("SCR-03", "GOV-03")
def test_it_names_the_version_it_was_made_on() -> None:
    older = CONTINUUM.model_copy(update={"version": "2020-01", "indicators": {}})

    assert recommended(create_findings(LEVEL_4)).version == "2023-06"
    assert _by(older).version == "2020-01"
    assert _by(older).level == 1


def _by(thresholds: Thresholds) -> Recommendation:
    return recommend(create_findings(LEVEL_4), create_known(8), HAVERING, thresholds)


@given(st.sets(st.sampled_from(sorted(CONTINUUM.indicators)), max_size=20), st.data())
def test_one_more_indicator_never_lowers_the_level(ids: set[str], data: st.DataObject) -> None:
    fewer = data.draw(st.sets(st.sampled_from(sorted(ids)))) if ids else set()

    assert recommended(create_findings(*fewer)).level <= recommended(create_findings(*ids)).level


@given(st.sets(st.sampled_from(sorted(CONTINUUM.indicators)), max_size=20))
def test_no_near_miss_is_present_already_and_all_are_one_level_up(ids: set[str]) -> None:
    found = recommended(create_findings(*ids))
    present = {reason.id for reason in found.reasons}

    assert all(miss.level == found.level + 1 and miss.indicator not in present for miss in found.near_misses)


def test_it_takes_less_than_a_millisecond() -> None:
    findings = create_findings(*list(CONTINUUM.indicators)[:20], concerns=frozenset({"domestic_abuse"}))
    known = create_known(2, 8, 14)
    seconds = []
    for _ in range(200):
        started = time.perf_counter()
        recommended(findings, known)
        seconds.append(time.perf_counter() - started)

    assert statistics.median(seconds) < 0.001
