"""Havering's files say what its protocol says, all of it, in our own words."""

from itertools import pairwise

import pytest
from mash.calendar import due, in_london, read_time
from mash.partnerships import Facts, Partnership, get, holds


@pytest.fixture(scope="module")
def havering() -> Partnership:
    return get("havering")


@pytest.mark.requirement("SCR-02")
def test_levels_map_to_the_ratings_of_the_protocol(havering: Partnership) -> None:
    assert {number: level.rating for number, level in havering.levels.items()} == {
        1: None,
        2: "green",
        3: "amber",
        4: "red",
    }
    assert {key: rating.level for key, rating in havering.ratings.items()} == {
        "red": 4,
        "amber": 3,
        "green": 2,
    }


@pytest.mark.parametrize(
    ("key", "target"),
    [
        ("screening.decision", "24h"),
        ("enquiry.red", "4h"),
        ("enquiry.amber", "24h"),
        ("enquiry.green", "72h"),
        ("feedback", "48h"),
    ],
)
def test_due_times_are_those_the_protocol_prints(havering: Partnership, key: str, target: str) -> None:
    assert havering.due_rules[key].target == target


def test_only_a_red_runs_in_elapsed_hours_among_ratings(havering: Partnership) -> None:
    clocks = {key: havering.due_rules[rating.due].clock for key, rating in havering.ratings.items()}
    assert clocks == {"red": "elapsed", "amber": "working", "green": "working"}


@pytest.mark.requirement("ENQ-02")
@pytest.mark.parametrize(
    ("key", "received", "expected"),
    [
        ("screening.decision", "2026-11-06T16:00", "2026-11-09T16:00"),
        ("screening.decision", "2026-11-06T20:00", "2026-11-10T09:00"),
        ("screening.decision", "2026-12-24T16:00", "2026-12-29T16:00"),
        ("enquiry.red", "2026-11-06T16:00", "2026-11-06T20:00"),
        ("enquiry.amber", "2026-11-06T16:00", "2026-11-09T16:00"),
        ("enquiry.green", "2026-11-06T16:00", "2026-11-11T16:00"),
        ("feedback", "2026-11-06T16:00", "2026-11-10T16:00"),
        ("written_form", "2026-11-06T16:00", "2026-11-09T16:00"),
    ],
)
def test_a_friday_afternoon_is_due_as_the_reading_says(
    havering: Partnership, key: str, received: str, expected: str
) -> None:
    received_at, _ = read_time(received)
    assert (
        in_london(due(received_at, havering.due_rules[key], havering.hours).due_at)
        .isoformat()
        .startswith(expected)
    )


@pytest.mark.requirement("INT-08")
def test_hours_and_the_way_out_of_hours_are_known(havering: Partnership) -> None:
    assert list(havering.hours.days) == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert set(havering.hours.days.values()) == {(("09:00", "17:00"),)}
    assert havering.out_of_hours.telephone == "01708 433999"
    assert havering.out_of_hours.telephone in havering.out_of_hours.told
    assert "daily MASH meeting" in havering.out_of_hours.route


@pytest.mark.requirement("INT-21")
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("police", "6"),
        ("court", "7"),
        ("probation", "7"),
        ("housing", "4"),
        ("ambulance", "3F"),
        ("anonymous", "9"),
    ],
)
def test_the_kind_of_referrer_gives_the_national_code(havering: Partnership, kind: str, code: str) -> None:
    assert havering.source_codes[kind].code == code


@pytest.mark.requirement("INT-21")
def test_every_national_code_can_be_given(havering: Partnership) -> None:
    national = "1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 6 7 8 9 10"
    assert {source.code for source in havering.source_codes.values()} == set(national.split())
    assert havering.source_codes["ambulance"].assumption


@pytest.mark.requirement("SCR-07")
def test_the_nineteen_criteria_have_ids_of_their_own(havering: Partnership) -> None:
    assert [c.id for c in havering.criteria] == [f"hav.criterion.{number:02d}" for number in range(1, 20)]


@pytest.mark.requirement("SCR-07")
@pytest.mark.parametrize(
    ("number", "facts"),
    [
        (1, Facts(concerns=frozenset({"domestic_abuse"}), values={"source_code": "2A"})),
        (2, Facts(concerns=frozenset({"mental_health", "substance_misuse", "domestic_abuse"}))),
        (3, Facts(indicators=frozenset({"hav.mental_health.4.05"}))),
        (4, Facts(concerns=frozenset({"gangs"}))),
        (5, Facts(values={"repeat_contacts_6_months": 3})),
        (6, Facts(values={"repeat_neglect_contacts_6_months": 3})),
        (7, Facts(concerns=frozenset({"exploitation"}))),
        (8, Facts(concerns=frozenset({"fabricated_illness"}))),
        (9, Facts(concerns=frozenset({"radicalisation"}))),
        (10, Facts(concerns=frozenset({"modern_slavery"}))),
        (11, Facts(concerns=frozenset({"organised_crime"}))),
        (12, Facts(values={"parental_class_a_use": True})),
        (13, Facts(values={"repeat_minor_contacts": 3})),
        (14, Facts(concerns=frozenset({"begging"}))),
        (15, Facts(concerns=frozenset({"fgm"}))),
        (16, Facts(values={"missing_episodes_6_months": 2})),
        (17, Facts(values={"pregnant": True, "age_years": 15})),
        (18, Facts(values={"referrer_kind": "nspcc"})),
    ],
)
def test_each_criterion_is_met_by_its_own_circumstance(
    havering: Partnership, number: int, facts: Facts
) -> None:
    met = {c.id for c in havering.criteria if c.rule is not None and holds(c.rule, facts)}
    assert f"hav.criterion.{number:02d}" in met


@pytest.mark.requirement("SCR-07")
@pytest.mark.parametrize(
    ("number", "facts"),
    [
        (1, Facts(concerns=frozenset({"domestic_abuse"}), values={"source_code": "6"})),
        (1, Facts(concerns=frozenset({"domestic_abuse"}))),
        (2, Facts(concerns=frozenset({"mental_health", "domestic_abuse"}))),
        (5, Facts(values={"repeat_contacts_6_months": 2})),
        (6, Facts(values={"repeat_neglect_contacts_6_months": 2})),
        (13, Facts(values={"repeat_minor_contacts": 2})),
        (16, Facts(values={"missing_episodes_6_months": 1})),
        (17, Facts(values={"pregnant": True, "age_years": 16})),
    ],
)
def test_a_criterion_is_not_met_just_short_of_it(havering: Partnership, number: int, facts: Facts) -> None:
    rule = havering.criteria[number - 1].rule
    assert rule is not None
    assert not holds(rule, facts)


@pytest.mark.requirement("SCR-07")
def test_any_other_reason_is_the_managers_to_write(havering: Partnership) -> None:
    assert [c.id for c in havering.criteria if c.needs_rationale] == ["hav.criterion.19"]
    assert havering.criteria[18].rule is None


@pytest.mark.requirement("ENQ-12")
def test_questions_depend_on_the_concern(havering: Partnership) -> None:
    asked = [question.id for question in havering.questions("police", ["missing"])]
    assert asked == ["police.known", "police.danger", "police.missing_episodes", "police.missing_checks"]
    assert [q.id for q in havering.questions("police", [])] == asked[:2]


def test_no_question_is_asked_twice(havering: Partnership) -> None:
    for agency in havering.agencies:
        asked = [question.id for question in havering.questions(agency, list(havering.question_sets))]
        assert len(asked) == len(set(asked)) > 2


def test_escalation_goes_from_the_hub_to_the_partnership(havering: Partnership) -> None:
    assert list(havering.escalation) == ["team", "head_of_service", "senior_staff", "partnership"]


def test_a_family_that_was_not_told_needs_a_rationale(havering: Partnership) -> None:
    told = [option.family_informed for option in havering.consent_options.values()]
    assert told == [True, True, False, False, False]
    assert all(o.rationale_needed is not o.family_informed for o in havering.consent_options.values())


def test_agreement_weighs_less_as_the_level_rises(havering: Partnership) -> None:
    order = ["needed", "good_practice", "not_needed"]
    weights = [order.index(rule.agreement) for _, rule in sorted(havering.consent_rules.items())]
    assert all(lower <= higher for lower, higher in pairwise(weights))
    assert havering.consent_rules[2].agreement == "needed"
    assert havering.consent_rules[4].agreement == "not_needed"
