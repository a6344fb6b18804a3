"""Bracknell Forest says what its threshold guidance says: four tiers, and the section 47 circumstances."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from factories.screening import create_findings, create_known
from mash.calendar import due, in_london, read_time
from mash.partnerships import Facts, Partnership, get, holds
from screening.domain.recommendation import Recommendation, recommend

COUNTS = yaml.safe_load((Path(__file__).parent / "bracknell_forest_counts.yaml").read_text())
TIERS = (1, 2, 3, 4)


def shown(*indicators: str, concerns: tuple[str, ...] = (), **values: int | bool | str) -> Facts:
    return Facts(frozenset(concerns), frozenset(f"bra.{indicator}" for indicator in indicators), values)


CONDITIONS = [
    ("behaviour.2.12", shown(missing_episodes_6_months=0), False),
    ("behaviour.2.12", shown(missing_episodes_6_months=1), True),
    ("behaviour.2.12", shown(missing_episodes_6_months=2), True),
    ("behaviour.2.12", shown(missing_episodes_6_months=3), False),
    ("behaviour.3.13", shown(missing_episodes_6_months=2), False),
    ("behaviour.3.13", shown(missing_episodes_6_months=3), True),
    ("behaviour.3.14", shown(missing_episodes_6_months=2), False),
    ("behaviour.3.14", shown(missing_episodes_6_months=3), True),
    ("abuse_neglect.4.03", shown(suspicious_injury=True), True),
    ("abuse_neglect.4.03", shown(suspicious_injury=False), False),
    ("environment.4.09", shown(unaccompanied_asylum_seeker=True), True),
    ("environment.4.09", shown(), False),
    ("pregnancy_infancy.4.01", shown("pregnancy_infancy.3.01", substance_misuse_in_pregnancy=True), True),
    ("pregnancy_infancy.4.01", shown("pregnancy_infancy.2.01", substance_misuse_in_pregnancy=True), False),
    ("pregnancy_infancy.4.01", shown("pregnancy_infancy.3.01"), False),
    ("domestic_abuse.4.01", shown(domestic_abuse_repeated=True), True),
    ("domestic_abuse.4.01", shown(domestic_abuse_repeated=False), False),
]
# A circumstance by its number, what shows it, and what falls just short.
CIRCUMSTANCES = [
    (1, shown(not_mobile=True, suspicious_injury=True), shown(not_mobile=False, suspicious_injury=True)),
    (1, shown("practical_needs.3.01", not_mobile=True), shown("practical_needs.2.01", not_mobile=True)),
    (1, shown(concerns=("physical_abuse",), not_mobile=True), shown(concerns=("physical_abuse",))),
    (2, shown("protection_from_harm.4.05"), shown("protection_from_harm.3.02")),
    (3, shown("abuse_neglect.3.04", not_mobile=True), shown("abuse_neglect.3.04", not_mobile=False)),
    (3, shown("abuse_neglect.3.04", "social_development.4.02"), shown("social_development.4.02")),
    (4, shown("abuse_neglect.4.04"), shown("abuse_neglect.2.03")),
    (
        5,
        shown("abuse_neglect.4.05", repeat_contacts_6_months=2),
        shown("abuse_neglect.4.05", repeat_contacts_6_months=1),
    ),
    (6, shown("domestic_abuse.4.04"), shown("domestic_abuse.3.02")),
    (
        7,
        shown("emotional_needs.3.01", repeat_contacts_6_months=2),
        shown("emotional_needs.3.01", repeat_contacts_6_months=1),
    ),
    (8, shown("practical_needs.4.01"), shown("practical_needs.3.01")),
    (
        9,
        shown("abuse_neglect.4.01", age_years=4, referrer_kind="health_visitor"),
        shown("abuse_neglect.4.01", age_years=5, referrer_kind="health_visitor"),
    ),
    (
        9,
        shown("pregnancy_infancy.4.06", age_years=0, referrer_kind="gp"),
        shown("pregnancy_infancy.4.06", age_years=0, referrer_kind="school"),
    ),
    (12, shown("protection_from_harm.4.06"), shown("protection_from_harm.2.02")),
    (13, shown(in_care=True, suspicious_injury=True), shown(in_care=False, suspicious_injury=True)),
    (13, shown("abuse_neglect.3.01", on_protection_plan=True), shown(on_protection_plan=True)),
    (15, shown("health_needs.4.02"), shown("health_needs.3.02")),
    (16, shown("family_health.4.09"), shown("family_health.3.06")),
    (17, shown("crime.4.03"), shown("crime.3.03")),
    (17, shown("behaviour.4.09"), shown("behaviour.3.12")),
    (18, shown(pregnant=True, age_years=12), shown(pregnant=True, age_years=13)),
    (19, shown("protection_from_harm.4.08"), shown("protection_from_harm.3.06")),
]
BY_HAND = {10, 11, 14}


@pytest.fixture(scope="module")
def bracknell() -> Partnership:
    return get("bracknell_forest")


def recommended(*indicators: str, **values: int | bool | str) -> Recommendation:
    partnership = get("bracknell_forest")
    findings = create_findings(*(f"bra.{indicator}" for indicator in indicators))
    return recommend(findings, create_known(8, values=values), partnership, partnership.thresholds())


@pytest.mark.requirement("SCR-03")
def test_the_sixteen_sections_are_held_in_three_parts(bracknell: Partnership) -> None:
    domains = bracknell.thresholds().domains
    assert list(domains) == list(COUNTS)
    assert list(Counter(domain.part for domain in domains.values()).values()) == [6, 1, 9]


@pytest.mark.requirement("SCR-03")
@pytest.mark.parametrize("domain", COUNTS)
def test_every_cell_of_a_section_has_an_indicator(bracknell: Partnership, domain: str) -> None:
    rows = range(1, COUNTS[domain]["rows"] + 1)
    printed = {(row, tier) for row in rows for tier in TIERS if [row, tier] not in COUNTS[domain]["empty"]}
    held = {(i.row, i.level) for i in bracknell.thresholds().indicators.values() if i.domain == domain}
    assert held == printed


@pytest.mark.requirement("SCR-03")
@pytest.mark.parametrize("domain", COUNTS)
def test_every_matter_of_a_section_is_an_indicator(bracknell: Partnership, domain: str) -> None:
    held = Counter(i.level for i in bracknell.thresholds().indicators.values() if i.domain == domain)
    assert [held[tier] for tier in TIERS] == COUNTS[domain]["matters"]


def test_what_is_above_tier_one_can_be_suggested(bracknell: Partnership) -> None:
    above = [i for i in bracknell.thresholds().indicators.values() if i.level > 1]
    assert [i.id for i in above if len(i.phrases) + len(i.signs) < 2] == []


def test_a_phrase_points_to_one_tier_of_a_section(bracknell: Partnership) -> None:
    indicators = bracknell.thresholds().indicators.values()
    seen = Counter((i.domain, phrase) for i in indicators for phrase in i.phrases)
    assert [phrase for phrase, times in seen.items() if times > 1] == []


def test_a_sign_points_to_one_tier(bracknell: Partnership) -> None:
    tiers: dict[str, set[int]] = {}
    for indicator in bracknell.thresholds().indicators.values():
        for sign in indicator.signs:
            tiers.setdefault(sign, set()).add(indicator.level)
    assert [sign for sign, levels in tiers.items() if len(levels) > 1] == []


@pytest.mark.parametrize(("indicator", "facts", "present"), CONDITIONS)
def test_recorded_facts_show_an_indicator(
    bracknell: Partnership, indicator: str, facts: Facts, present: bool
) -> None:
    condition = bracknell.thresholds().indicators[f"bra.{indicator}"].condition
    assert condition is not None
    assert holds(condition, facts) is present


def test_no_condition_goes_untested(bracknell: Partnership) -> None:
    held = {i.id for i in bracknell.thresholds().indicators.values() if i.condition is not None}
    assert {f"bra.{indicator}" for indicator, *_ in CONDITIONS} == held


@pytest.mark.requirement("SCR-06")
def test_the_nineteen_circumstances_ask_for_a_strategy_discussion(bracknell: Partnership) -> None:
    circumstances = [c for c in bracknell.criteria if ".s47." in c.id]
    assert [c.id for c in circumstances] == [f"bra.s47.{number:02d}" for number in range(1, 20)]
    assert {c.leads_to for c in circumstances} == {"strategy_discussion"}


@pytest.mark.requirement("SCR-06")
@pytest.mark.parametrize(("number", "facts", "short"), CIRCUMSTANCES)
def test_a_circumstance_is_met_and_not_just_short_of_it(
    bracknell: Partnership, number: int, facts: Facts, short: Facts
) -> None:
    rule = bracknell.criteria[number - 1].rule
    assert rule is not None
    assert holds(rule, facts)
    assert not holds(rule, short)


@pytest.mark.requirement("SCR-06")
def test_what_no_rule_can_see_is_declared_with_a_reason(bracknell: Partnership) -> None:
    without_rule = {n for n, c in enumerate(bracknell.criteria[:19], 1) if c.rule is None}
    assert without_rule == BY_HAND
    assert {number for number, *_ in CIRCUMSTANCES} | BY_HAND == set(range(1, 20))
    assert all(bracknell.criteria[number - 1].needs_rationale for number in BY_HAND)


@pytest.mark.requirement("SCR-06")
def test_each_circumstance_present_is_named() -> None:
    found = recommended("protection_from_harm.4.07", in_care=True, suspicious_injury=True)
    assert [c.id for c in found.criteria_met] == ["bra.s47.02", "bra.s47.13"]
    assert "strategy_discussion" in {flag.id for flag in found.flags}


@pytest.mark.requirement("SCR-06")
@pytest.mark.parametrize(
    ("reference", "points"),
    [("section_20", 11), ("section_31", 8), ("welfare_checklist", 7), ("section_17", 4)],
)
def test_what_the_law_asks_is_at_hand(bracknell: Partnership, reference: str, points: int) -> None:
    assert len(bracknell.references[reference].points) == points


@pytest.mark.requirement("SCR-05")
def test_two_of_tier_2_may_make_a_tier_3_case() -> None:
    pair = ("social_development.2.01", "education.2.04")
    found = recommended(*pair)
    assert (found.level, found.rating) == (2, "green")
    combinations = [miss for miss in found.near_misses if miss.kind == "combination"]
    assert [(miss.level, set(miss.beside)) for miss in combinations] == [(3, {f"bra.{id}" for id in pair})]


@pytest.mark.requirement("SCR-05")
@pytest.mark.parametrize(
    "indicators", [("education.2.04",), ("education.3.03", "social_development.3.01", "education.2.04")]
)
def test_one_of_tier_2_or_a_tier_3_case_is_no_combination(indicators: tuple[str, ...]) -> None:
    assert not [miss for miss in recommended(*indicators).near_misses if miss.kind == "combination"]


@pytest.mark.requirement("SCR-02")
def test_tiers_map_to_the_ratings_as_read(bracknell: Partnership) -> None:
    ratings = {number: level.rating for number, level in bracknell.levels.items()}
    assert ratings == {1: None, 2: "green", 3: "amber", 4: "red"}
    assert bracknell.levels[1].pathway == "close_with_advice"
    assert [key for key, r in bracknell.ratings.items() if r.strategy_discussion] == ["red"]


@pytest.mark.requirement("SCR-17")
def test_the_analysis_has_the_three_sides_of_the_triangle(bracknell: Partnership) -> None:
    framework = bracknell.practice_framework
    assert framework is not None
    sides = [question.id for question in framework.questions[:3]]
    assert sides == ["grows_and_develops", "needs_from_carers", "wider_world"]


@pytest.mark.parametrize("key", ["screening.decision", "enquiry.red", "feedback", "escalation.board"])
def test_no_due_time_is_passed_off_as_the_guidances_own(bracknell: Partnership, key: str) -> None:
    assert not bracknell.due_rules[key].source.startswith("BRA ")


@pytest.mark.requirement("ENQ-02")
@pytest.mark.parametrize(
    ("key", "received", "expected"),
    [
        ("screening.decision", "2026-11-06T16:00", "2026-11-09T16:00"),
        ("screening.decision", "2026-11-06T20:00", "2026-11-10T09:00"),
        ("enquiry.red", "2026-11-06T16:00", "2026-11-06T20:00"),
        ("enquiry.amber", "2026-11-06T16:00", "2026-11-09T16:00"),
        ("enquiry.green", "2026-11-06T16:00", "2026-11-11T16:00"),
        ("feedback", "2026-11-06T16:00", "2026-11-10T16:00"),
        ("escalation.practitioners", "2026-11-06T16:00", "2026-11-09T17:00"),
        ("escalation.board", "2026-11-06T16:00", "2026-11-13T17:00"),
    ],
)
def test_a_friday_afternoon_is_due_as_the_reading_says(
    bracknell: Partnership, key: str, received: str, expected: str
) -> None:
    received_at, _ = read_time(received)
    due_at = due(received_at, bracknell.due_rules[key], bracknell.hours).due_at
    assert in_london(due_at).isoformat().startswith(expected)


@pytest.mark.requirement("INT-08")
def test_the_number_to_ring_when_it_is_shut_is_known(bracknell: Partnership) -> None:
    assert bracknell.front_door.telephone == "01344 352005"
    assert bracknell.front_door.telephone in bracknell.front_door.immediate_danger
    assert bracknell.out_of_hours.telephone in bracknell.out_of_hours.told
    assert bracknell.out_of_hours.telephone in bracknell.feedback.ends


@pytest.mark.requirement("ENQ-13")
def test_early_help_services_need_the_familys_agreement(bracknell: Partnership) -> None:
    early_help = [s for s in bracknell.services.values() if "early_help" in s.outcomes]
    assert len(early_help) == 4
    assert {service.agreement for service in early_help} == {"needed"}


@pytest.mark.requirement("GOV-02")
def test_the_planned_evaluation_is_the_review(bracknell: Partnership) -> None:
    assert (bracknell.review.due_on.isoformat(), bracknell.review.every_months) == ("2020-02-29", None)
