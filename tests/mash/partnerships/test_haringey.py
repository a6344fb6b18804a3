"""Haringey says what its thresholds guide says: 27 concerns, four levels, and what it leaves open is told."""

from collections import Counter
from pathlib import Path

import pytest
import yaml
from mash.calendar import due, in_london, read_time
from mash.partnerships import Facts, Partnership, get, holds
from screening.domain.roads import choose_road

HERE = Path(__file__).parent
GUIDE = Path(__file__).parents[4] / "shared/seeds/haringey-thresholds-guide-2022.txt"
COUNTS = yaml.safe_load((HERE / "haringey_counts.yaml").read_text())
LEVELS = (1, 2, 3, 4)


def shown(*indicators: str, concerns: tuple[str, ...] = (), **values: int | bool | str) -> Facts:
    return Facts(frozenset(concerns), frozenset(f"har.{indicator}" for indicator in indicators), values)


ABUSE = ("domestic_abuse",)
CONDITIONS = [
    ("missing.3.04", shown(missing_episodes_6_months=2), shown(missing_episodes_6_months=3)),
    ("missing.4.04", shown(missing_days=4), shown(missing_days=5)),
    ("school.2.01", shown(attendance_percent=90), shown(attendance_percent=89)),
    ("school.2.07", shown(fixed_term_exclusions=0), shown(fixed_term_exclusions=1)),
    ("school.2.07", shown(fixed_term_exclusions=3), shown(fixed_term_exclusions=2)),
    ("school.3.05", shown(fixed_term_exclusions=2), shown(fixed_term_exclusions=3)),
    ("school.2.10", shown(home_educated=False), shown(home_educated=True)),
    (
        "child_mental_health.2.01",
        shown(concerns=("mental_health",), attendance_percent=90),
        shown(concerns=("mental_health",), attendance_percent=89),
    ),
    (
        "child_mental_health.2.01",
        shown(attendance_percent=89),
        shown(concerns=("mental_health",), attendance_percent=89),
    ),
    ("domestic_abuse.4.07", shown(concerns=ABUSE, age_years=1), shown(concerns=ABUSE, age_years=0)),
    ("domestic_abuse.4.07", shown(concerns=ABUSE, unborn=False), shown(concerns=ABUSE, unborn=True)),
    ("domestic_abuse.4.07", shown(unborn=True), shown(concerns=ABUSE, unborn=True)),
    (
        "sexual_health.4.01",
        shown(sexually_active=True, age_years=13),
        shown(sexually_active=True, age_years=12),
    ),
    (
        "sexual_health.2.01",
        shown(sexually_active=True, fraser_competent=False, age_years=12),
        shown(sexually_active=True, fraser_competent=False, age_years=13),
    ),
    (
        "sexual_health.2.01",
        shown(sexually_active=True, concerns=("exploitation",), age_years=16),
        shown(sexually_active=True, concerns=("exploitation",), age_years=15),
    ),
    (
        "sexual_health.2.01",
        shown(sexually_active=True, fraser_competent=True, age_years=14),
        shown(sexually_active=True, fraser_competent=False, age_years=14),
    ),
    (
        "sexual_health.2.02",
        shown(uses_sexual_health_service=True, age_years=16),
        shown(uses_sexual_health_service=True, age_years=15),
    ),
    ("sexual_health.4.03", shown(pregnant=True, age_years=16), shown(pregnant=True, age_years=15)),
    ("physical_health.4.04", shown(pregnant=True, age_years=16), shown(pregnant=True, age_years=15)),
    (
        "sexual_health.4.04",
        shown(sexually_active=True),
        shown(sexually_active=True, concerns=("position_of_trust",)),
    ),
    (
        "physical_health.4.03",
        shown(non_organic_failure_to_thrive=True, age_years=5),
        shown(non_organic_failure_to_thrive=True, age_years=4),
    ),
    (
        "parenting.3.03",
        shown(concerns=("physical_abuse",), suspicious_injury=False, not_mobile=False),
        shown(concerns=("physical_abuse",), suspicious_injury=False, not_mobile=True),
    ),
    (
        "parenting.3.03",
        shown(concerns=("physical_abuse",), suspicious_injury=True, not_mobile=True),
        shown(concerns=("physical_abuse",), suspicious_injury=False, not_mobile=True),
    ),
    ("parenting.3.02", shown(), shown(concerns=("private_fostering",))),
    ("physical_abuse.4.02", shown(suspicious_injury=False), shown(suspicious_injury=True)),
    (
        "disability.4.01",
        shown(severe_disability=True, unborn=False),
        shown(severe_disability=True, unborn=True),
    ),
    ("fgm.2.02", shown(concerns=("fgm",)), shown(mother_had_fgm=True)),
    ("honour_based_violence.2.01", shown(), shown(concerns=("honour_based_abuse",))),
    ("forced_marriage.2.01", shown(), shown(concerns=("forced_marriage",))),
    ("housing.4.08", shown(), shown(unaccompanied_asylum_seeker=True)),
    ("trafficking.4.02", shown(unaccompanied_asylum_seeker=False), shown(unaccompanied_asylum_seeker=True)),
]
# A criterion by its number, what falls just short of it, and what meets it.
TRIO = ("mental_health", "substance_misuse", "domestic_abuse")
CRITERIA = [
    (1, shown(concerns=TRIO[1:]), shown(concerns=TRIO)),
    (2, shown("criminal_exploitation.2.04"), shown("criminal_exploitation.3.04")),
    (2, shown("sexual_exploitation.2.02"), shown("sexual_exploitation.3.03")),
    (3, shown(missing_episodes_6_months=2), shown(missing_episodes_6_months=3)),
    (4, shown(missing_days=4), shown(missing_days=5)),
    (5, shown(concerns=ABUSE, age_years=1), shown(concerns=ABUSE, age_years=0)),
    (6, shown("fgm.2.01", concerns=("fgm",)), shown("fgm.3.01")),
    (7, shown(concerns=("physical_abuse",)), shown(concerns=("fabricated_illness",))),
    (8, shown("radicalisation.2.05"), shown("radicalisation.3.03")),
    (9, shown(sexually_active=True, age_years=13), shown(sexually_active=True, age_years=12)),
    (10, shown(suspicious_injury=False), shown(suspicious_injury=True)),
    (11, shown(repeat_contacts_6_months=2), shown(repeat_contacts_6_months=3)),
    (12, shown(repeat_neglect_contacts_6_months=2), shown(repeat_neglect_contacts_6_months=3)),
]


@pytest.fixture(scope="module")
def haringey() -> Partnership:
    return get("haringey")


@pytest.mark.requirement("SCR-03")
@pytest.mark.parametrize("concern", COUNTS)
def test_every_matter_of_a_concern_is_held(haringey: Partnership, concern: str) -> None:
    held = Counter(i.level for i in haringey.thresholds().indicators.values() if i.domain == concern)
    assert [held[level] for level in LEVELS] == COUNTS[concern]["matters"]


@pytest.mark.requirement("SCR-03")
def test_the_twenty_seven_concerns_are_held_in_order(haringey: Partnership) -> None:
    assert list(haringey.thresholds().domains) == list(COUNTS)
    assert len(COUNTS) == 27


@pytest.mark.requirement("SCR-03")
def test_the_hand_counts_are_the_bullets_of_the_guide() -> None:
    if not GUIDE.exists():
        pytest.skip("the guide's text does not lie beside this checkout")
    _, _, table = GUIDE.read_text(encoding="utf-8").partition("APPENDIX 2")
    assert sum(sum(counts["printed"]) for counts in COUNTS.values()) == table.count("\u25aa")


@pytest.mark.requirement("SCR-03")
def test_every_indicator_names_the_appendix_and_concern(haringey: Partnership) -> None:
    thresholds = haringey.thresholds()
    for indicator in thresholds.indicators.values():
        assert indicator.source == f"HAR Appendix 2, {thresholds.domains[indicator.domain].title}"


def test_child_and_parent_rows_of_disability_stand_apart(haringey: Partnership) -> None:
    disability = [i for i in haringey.thresholds().indicators.values() if i.domain == "disability"]
    # The sibling's rows are printed under the child.
    of_child = Counter(i.level for i in disability if i.about in ("child", "sibling"))
    of_parent = Counter(i.level for i in disability if i.about in ("parent", "household"))
    assert [of_child[level] for level in LEVELS] == [2, 4, 2, 2]
    assert [of_parent[level] for level in LEVELS] == [2, 3, 3, 3]


@pytest.mark.parametrize(
    ("concern", "about"), [("child_mental_health", "child"), ("parental_mental_health", "parent")]
)
def test_mental_health_says_whose_it_is(haringey: Partnership, concern: str, about: str) -> None:
    indicators = haringey.thresholds().indicators.values()
    assert {i.about for i in indicators if i.domain == concern} == {about}


def test_what_is_above_level_one_can_be_suggested(haringey: Partnership) -> None:
    silent = [i.id for i in haringey.thresholds().indicators.values() if i.level > 1 and not i.phrases]
    assert silent == []


def test_a_phrase_points_to_one_level_of_a_concern(haringey: Partnership) -> None:
    indicators = haringey.thresholds().indicators.values()
    seen = Counter((i.domain, phrase) for i in indicators for phrase in i.phrases)
    assert [phrase for phrase, times in seen.items() if times > 1] == []


def test_a_sign_points_to_one_level(haringey: Partnership) -> None:
    levels: dict[str, set[int]] = {}
    for indicator in haringey.thresholds().indicators.values():
        for sign in indicator.signs:
            levels.setdefault(sign, set()).add(indicator.level)
    assert len(levels) > 400
    assert [sign for sign, found in levels.items() if len(found) > 1] == []


@pytest.mark.parametrize(("indicator", "short_of_it", "facts"), CONDITIONS)
def test_recorded_facts_show_an_indicator(
    haringey: Partnership, indicator: str, short_of_it: Facts, facts: Facts
) -> None:
    condition = haringey.thresholds().indicators[f"har.{indicator}"].condition
    assert condition is not None
    assert holds(condition, facts)
    assert not holds(condition, short_of_it)


def test_no_condition_goes_untested(haringey: Partnership) -> None:
    held = {i.id for i in haringey.thresholds().indicators.values() if i.condition is not None}
    assert {f"har.{indicator}" for indicator, *_ in CONDITIONS} == held


@pytest.mark.parametrize(("number", "short_of_it", "facts"), CRITERIA)
def test_a_criterion_is_met_by_its_own_circumstance(
    haringey: Partnership, number: int, short_of_it: Facts, facts: Facts
) -> None:
    rule = haringey.criteria[number - 1].rule
    assert rule is not None
    assert holds(rule, facts)
    assert not holds(rule, short_of_it)


def test_what_no_rule_can_see_needs_a_rationale(haringey: Partnership) -> None:
    by_rule = {f"har.criterion.{number:02d}" for number, *_ in CRITERIA}
    assert {c.id for c in haringey.criteria if c.needs_rationale} == {
        c.id for c in haringey.criteria
    } - by_rule


@pytest.mark.requirement("SCR-02")
def test_four_levels_say_who_they_are_for(haringey: Partnership) -> None:
    headings = {"Who", "This includes", "Agencies involved may include", "Assessment process"}
    assert {number: level.rating for number, level in haringey.levels.items()} == {
        1: None,
        2: "green",
        3: "amber",
        4: "red",
    }
    assert all(set(level.details) == headings for level in haringey.levels.values())


@pytest.mark.requirement("INT-08")
def test_the_hub_shuts_a_quarter_of_an_hour_early_on_fridays(haringey: Partnership) -> None:
    closes = {day: spells[-1][1] for day, spells in haringey.hours.days.items()}
    assert closes.pop("friday") == "16:45"
    assert set(closes.values()) == {"17:00"}
    assert haringey.out_of_hours.telephone in haringey.out_of_hours.told


@pytest.mark.requirement("ENQ-02")
@pytest.mark.parametrize(
    ("key", "received", "expected"),
    [
        ("screening.decision", "2026-11-06T16:40", "2026-11-09T16:40"),
        ("screening.decision", "2026-11-06T16:50", "2026-11-10T08:45"),
        ("screening.decision", "2026-11-05T16:50", "2026-11-06T16:50"),
        ("enquiry.red", "2026-11-06T16:40", "2026-11-06T20:40"),
        ("enquiry.amber", "2026-11-06T16:40", "2026-11-09T16:40"),
        ("enquiry.green", "2026-11-06T16:40", "2026-11-11T16:40"),
        ("feedback", "2026-11-06T16:40", "2026-11-10T16:40"),
    ],
)
def test_a_friday_afternoon_is_due_as_the_reading_says(
    haringey: Partnership, key: str, received: str, expected: str
) -> None:
    received_at, _ = read_time(received)
    found = due(received_at, haringey.due_rules[key], haringey.hours).due_at
    assert in_london(found).isoformat().startswith(expected)


@pytest.mark.parametrize("key", ["screening.decision", "enquiry.red", "enquiry.amber", "enquiry.green"])
def test_no_time_is_said_to_be_the_guides_own(haringey: Partnership, key: str) -> None:
    assert not haringey.due_rules[key].source.startswith("HAR")
    assert haringey.due_rules[key].why.startswith("The guide gives no time")


@pytest.mark.requirement("INT-18")
@pytest.mark.parametrize(
    ("rating", "agreement", "pathway"),
    [
        ("green", "yes", "early_help"),
        ("green", "no", "returned_to_referrer"),
        ("green", "not_asked", "returned_to_referrer"),
        ("amber", "no", "social_worker_screening"),
        ("red", "no", "fast_track"),
    ],
)
def test_early_help_without_agreement_goes_back_to_the_referrer(
    haringey: Partnership, rating: str, agreement: str, pathway: str
) -> None:
    child = shown(request="early_help", agreement=agreement)
    assert choose_road([child], rating, haringey.ratings[rating].level, False, haringey).pathway == pathway


@pytest.mark.requirement("CON-03")
def test_consent_weighs_less_as_the_level_rises(haringey: Partnership) -> None:
    rules = haringey.consent_rules
    assert [rules[level].agreement for level in LEVELS] == ["needed", "needed", "good_practice", "not_needed"]
    assert "Gillick" in rules[2].meaning


@pytest.mark.requirement("SCR-17")
def test_the_analysis_is_written_in_signs_of_safety(haringey: Partnership) -> None:
    framework = haringey.practice_framework
    assert framework is not None
    assert framework.title == "Signs of Safety"
    assert {"worries", "working_well", "what_needs_to_happen"} <= {
        question.id for question in framework.questions
    }


@pytest.mark.requirement("ENQ-13")
@pytest.mark.parametrize(
    "name", ["early_help_panel", "family_wellbeing_assessment", "haringey_carers", "camhs"]
)
def test_the_directory_says_how_a_service_is_reached(haringey: Partnership, name: str) -> None:
    service = haringey.services[name]
    assert service.reached
    assert service.agreement == "needed"


def test_escalation_goes_up_to_the_partnership(haringey: Partnership) -> None:
    assert list(haringey.escalation)[-1] == "partnership"
    assert all(stage.due in haringey.due_rules for stage in haringey.escalation.values())
