"""Medway's files say what its threshold guidance says: three levels, its own clocks and its own roads."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from mash.calendar import due, in_london, read_time
from mash.partnerships import Facts, Partnership, get, holds
from mash.partnerships.rules import AnyOf
from mash.partnerships.rules import Indicator as IndicatorRule

COUNTS = yaml.safe_load((Path(__file__).parent / "medway_counts.yaml").read_text())
ABUSE = frozenset({"domestic_abuse"})
RED_BY_AGE = [
    ("family_environment.3.08", Facts(ABUSE, values={"unborn": True}), True),
    ("family_environment.3.08", Facts(values={"unborn": True}), False),
    ("family_environment.3.08", Facts(ABUSE, values={"age_years": 0}), True),
    ("family_environment.3.08", Facts(ABUSE, values={"age_years": 1}), False),
    ("child_development.3.13", Facts(values={"pregnant": True, "age_years": 12}), True),
    ("child_development.3.13", Facts(values={"pregnant": True, "age_years": 13}), False),
    ("child_development.3.14", Facts(values={"sexually_active": True, "age_years": 12}), True),
    ("child_development.3.14", Facts(values={"sexually_active": True, "age_years": 13}), False),
    ("child_development.3.20", Facts(values={"not_mobile": True, "suspicious_injury": True}), True),
    ("child_development.3.20", Facts(values={"not_mobile": False, "suspicious_injury": True}), False),
    ("child_development.3.20", Facts(values={"not_mobile": True, "suspicious_injury": False}), False),
]
BY_FACTS = [
    ("child_development.1.01", Facts(values={"attendance_percent": 91}), True),
    ("child_development.1.01", Facts(values={"attendance_percent": 90}), False),
    ("child_development.2.01", Facts(values={"attendance_percent": 90}), True),
    ("child_development.2.01", Facts(values={"attendance_percent": 91}), False),
    ("child_development.2.01", Facts(), False),
    ("child_development.3.15", Facts(frozenset({"modern_slavery"})), True),
    ("child_development.3.15", Facts(frozenset({"exploitation"})), False),
    ("child_development.3.18", Facts(values={"unaccompanied_asylum_seeker": True}), True),
    ("child_development.3.18", Facts(values={"unaccompanied_asylum_seeker": False}), False),
    ("child_development.3.19", Facts(values={"suspicious_injury": True}), True),
    ("child_development.3.19", Facts(values={"suspicious_injury": False}), False),
    ("family_environment.3.07", Facts(values={"homeless": True, "age_years": 15}), False),
    ("family_environment.3.07", Facts(values={"homeless": True, "age_years": 16}), True),
    ("family_environment.3.07", Facts(values={"homeless": True, "age_years": 17}), True),
    ("family_environment.3.07", Facts(values={"homeless": True, "age_years": 18}), False),
    ("family_environment.3.09", Facts(ABUSE, values={"dash_score": 14, "age_years": 1}), True),
    ("family_environment.3.09", Facts(ABUSE, values={"dash_score": 13, "age_years": 1}), False),
    ("family_environment.3.09", Facts(ABUSE, values={"dash_score": 14, "age_years": 0}), False),
    ("family_environment.3.09", Facts(ABUSE, values={"age_years": 9}), False),
    ("family_environment.3.10", Facts(frozenset({"forced_marriage"})), True),
    ("family_environment.3.11", Facts(frozenset({"honour_based_abuse"})), True),
    ("family_environment.3.12", Facts(frozenset({"fgm"})), True),
    ("family_environment.3.12", Facts(frozenset({"forced_marriage"})), False),
    ("family_environment.3.13", Facts(frozenset({"position_of_trust"})), True),
    ("family_environment.3.14", Facts(frozenset({"private_fostering"})), True),
    ("parents_carers.3.04", Facts(frozenset({"fabricated_illness"})), True),
    ("parents_carers.3.04", Facts(frozenset({"physical_health"})), False),
]


@pytest.fixture(scope="module")
def medway() -> Partnership:
    return get("medway")


@pytest.mark.requirement("SCR-03")
@pytest.mark.parametrize("domain", COUNTS)
def test_every_bullet_of_a_domain_is_held(medway: Partnership, domain: str) -> None:
    held = Counter(i.level for i in medway.thresholds().indicators.values() if i.domain == domain)
    assert [held[level] for level in (1, 2, 3)] == COUNTS[domain]["matters"]
    assert [sum(bullets) for bullets in COUNTS[domain]["bullets"].values()] == COUNTS[domain]["matters"]


@pytest.mark.requirement("SCR-03")
def test_the_three_domains_of_the_matrix_are_held(medway: Partnership) -> None:
    assert list(medway.thresholds().domains) == list(COUNTS)
    assert {i.level for i in medway.thresholds().indicators.values()} == {1, 2, 3}


@pytest.mark.requirement("SCR-03")
def test_every_indicator_names_the_guidance_and_domain(medway: Partnership) -> None:
    domains = medway.thresholds().domains
    for indicator in medway.thresholds().indicators.values():
        title = domains[indicator.domain].title
        assert indicator.source == f"MED Medway Levels of Need and Support, {title}"


def test_what_is_above_level_one_can_be_suggested(medway: Partnership) -> None:
    above = [i for i in medway.thresholds().indicators.values() if i.level > 1]
    assert [i.id for i in above if len(i.phrases) < 2] == []


def test_a_phrase_points_to_one_level_of_a_domain(medway: Partnership) -> None:
    indicators = medway.thresholds().indicators.values()
    seen = Counter((i.domain, phrase) for i in indicators for phrase in i.phrases)
    assert [phrase for phrase, times in seen.items() if times > 1] == []


@pytest.mark.requirement("SCR-02")
def test_three_levels_map_to_the_three_ratings(medway: Partnership) -> None:
    assert {n: (level.rating, level.pathway) for n, level in medway.levels.items()} == {
        1: (None, "close_with_advice"),
        2: ("green", None),
        3: ("amber", None),
    }
    assert {key: rating.level for key, rating in medway.ratings.items()} == {"red": 3, "amber": 3, "green": 2}


@pytest.mark.requirement("SCR-02")
def test_only_a_red_asks_for_a_strategy_discussion(medway: Partnership) -> None:
    asked = {key: rating.strategy_discussion for key, rating in medway.ratings.items()}
    assert asked == {"red": True, "amber": False, "green": False}


def test_significant_harm_is_the_only_red_and_of_the_highest_level(medway: Partnership) -> None:
    rated = [i for i in medway.thresholds().indicators.values() if i.rating is not None]
    assert {(i.level, i.rating) for i in rated} == {(3, "red")}
    assert len(rated) < len([i for i in medway.thresholds().indicators.values() if i.level == 3])


def test_every_red_indicator_is_a_cause_to_suspect_significant_harm(medway: Partnership) -> None:
    rule = next(c.rule for c in medway.criteria if c.id == "med.s47.01")
    assert isinstance(rule, AnyOf)
    named = {part.indicator for part in rule.any if isinstance(part, IndicatorRule)}
    assert named == {i.id for i in medway.thresholds().indicators.values() if i.rating == "red"}


@pytest.mark.parametrize("criterion", ["med.criterion.01", "med.criterion.02", "med.s47.02"])
def test_what_no_rule_can_see_needs_a_rationale(medway: Partnership, criterion: str) -> None:
    found = next(c for c in medway.criteria if c.id == criterion)
    assert found.rule is None
    assert found.needs_rationale


@pytest.mark.requirement("TOO-08")
@pytest.mark.parametrize(("indicator", "facts", "present"), RED_BY_AGE)
def test_age_makes_it_red(medway: Partnership, indicator: str, facts: Facts, present: bool) -> None:
    found = medway.thresholds().indicators[f"med.{indicator}"]
    assert found.rating == "red"
    assert found.condition is not None
    assert holds(found.condition, facts) is present


@pytest.mark.parametrize(("indicator", "facts", "present"), BY_FACTS)
def test_recorded_facts_show_an_indicator(
    medway: Partnership, indicator: str, facts: Facts, present: bool
) -> None:
    condition = medway.thresholds().indicators[f"med.{indicator}"].condition
    assert condition is not None
    assert holds(condition, facts) is present


def test_no_condition_goes_untested(medway: Partnership) -> None:
    held = {i.id for i in medway.thresholds().indicators.values() if i.condition is not None}
    assert {f"med.{indicator}" for indicator, *_ in [*RED_BY_AGE, *BY_FACTS]} == held


@pytest.mark.parametrize(
    ("key", "target"),
    [
        ("screening.decision", "24h"),
        ("enquiry.red", "4h"),
        ("enquiry.amber", "24h"),
        ("enquiry.green", "24h"),
        ("acknowledgement", "1wd"),
        ("feedback", "5wd"),
    ],
)
def test_due_times_are_those_the_guidance_prints(medway: Partnership, key: str, target: str) -> None:
    assert medway.due_rules[key].target == target


@pytest.mark.requirement("ENQ-02")
@pytest.mark.requirement("FBK-03")
@pytest.mark.parametrize(
    ("key", "received", "expected"),
    [
        ("screening.decision", "2026-11-06T16:00", "2026-11-09T16:00"),
        ("enquiry.red", "2026-11-06T16:00", "2026-11-06T20:00"),
        ("enquiry.amber", "2026-11-06T16:00", "2026-11-09T16:00"),
        ("enquiry.green", "2026-11-06T16:00", "2026-11-09T16:00"),
        ("acknowledgement", "2026-11-06T16:00", "2026-11-09T17:00"),
        ("feedback", "2026-11-06T16:00", "2026-11-13T17:00"),
        ("feedback", "2026-12-22T10:00", "2026-12-31T17:00"),
        ("escalation.line_manager", "2026-11-06T16:00", "2026-11-13T17:00"),
    ],
)
def test_a_friday_afternoon_is_due_as_the_reading_says(
    medway: Partnership, key: str, received: str, expected: str
) -> None:
    received_at, _ = read_time(received)
    due_at = due(received_at, medway.due_rules[key], medway.hours).due_at
    assert in_london(due_at).isoformat().startswith(expected)


@pytest.mark.requirement("INT-08")
def test_the_number_to_ring_when_it_is_shut_is_known(medway: Partnership) -> None:
    assert medway.front_door.telephone == "01634 334466"
    assert medway.front_door.telephone in medway.front_door.immediate_danger
    assert medway.out_of_hours.telephone in medway.out_of_hours.told
    assert medway.out_of_hours.telephone in medway.feedback.ends


@pytest.mark.requirement("INT-10")
@pytest.mark.parametrize(
    ("values", "back_to_the_worker"),
    [
        ({"weeks_since_social_worker": 0}, True),
        ({"weeks_since_social_worker": 12}, True),
        ({"weeks_since_social_worker": 13}, False),
        ({"open_case": True}, True),
        ({"open_case": False, "weeks_since_social_worker": 13}, False),
        ({}, False),
    ],
)
def test_a_case_of_the_last_twelve_weeks_goes_back(
    medway: Partnership, values: dict[str, int | bool], back_to_the_worker: bool
) -> None:
    (rule,) = medway.open_case_rules
    assert rule.pathway == "allocated_worker"
    assert holds(rule.rule, Facts(values=values)) is back_to_the_worker


@pytest.mark.requirement("CON-03")
def test_agreement_is_needed_for_early_help_and_child_in_need(medway: Partnership) -> None:
    assert {number: rule.agreement for number, rule in medway.consent_rules.items()} == {
        1: "needed",
        2: "needed",
        3: "needed",
    }
    assert medway.early_help.agreement_needed


@pytest.mark.requirement("CON-03")
@pytest.mark.parametrize(("rating", "agreement"), [("red", "not_needed"), ("amber", "needed")])
def test_a_red_of_level_three_does_not_wait_for_agreement(
    medway: Partnership, rating: str, agreement: str
) -> None:
    assert medway.consent(3, rating).agreement == agreement


@pytest.mark.requirement("SCR-12")
def test_every_enquiry_carries_a_managers_insight(medway: Partnership) -> None:
    assert [key for key, pathway in medway.pathways.items() if pathway.needs_insight] == ["enquiry"]


@pytest.mark.requirement("SCR-12")
def test_triage_sends_each_level_its_own_way(medway: Partnership) -> None:
    assert medway.levels[1].pathway == "close_with_advice"
    assert [(key, rating.pathway) for key, rating in medway.ratings.items()] == [
        ("red", "fast_track"),
        ("amber", "social_worker_screening"),
        ("green", "early_help"),
    ]
    assert "decline" in medway.pathways["early_help"].meaning


@pytest.mark.requirement("ESC-02")
def test_the_first_three_stages_answer_in_five_working_days(medway: Partnership) -> None:
    rules = [medway.due_rules[stage.due] for stage in medway.escalation.values()]
    assert [rule.target for rule in rules[:3]] == ["5wd", "5wd", "5wd"]
    assert [rule.source.split()[0] for rule in rules] == ["MED", "MED", "MED", "PRACTICE"]


@pytest.mark.requirement("SCR-17")
def test_the_analysis_asks_the_seven_questions_of_signs_of_safety(medway: Partnership) -> None:
    framework = medway.practice_framework
    assert framework is not None
    assert framework.title == "Signs of Safety"
    assert len({question.id for question in framework.questions}) == 7


@pytest.mark.requirement("ENQ-13")
@pytest.mark.parametrize(
    "outcome", ["early_help", "marac", "channel", "signposting", "section_17_assessment"]
)
def test_the_directory_has_a_service_for_the_outcome(medway: Partnership, outcome: str) -> None:
    assert any(outcome in service.outcomes for service in medway.services.values())


def test_only_agencies_that_the_guidance_names_are_asked(medway: Partnership) -> None:
    assert list(medway.agencies) == ["police", "health", "probation"]
    for agency in medway.agencies:
        assert medway.questions(agency, [])


def test_the_review_of_the_guidance_is_long_past(medway: Partnership) -> None:
    assert medway.review.due_on.isoformat() == "2022-03-31"
