"""Redbridge's files say what its interim guidance says, and what it leaves open."""

import pytest
from mash.calendar import due, in_london, read_time
from mash.partnerships import Facts, Partnership, get, holds
from mash.partnerships.rules import Indicator as IndicatorRule
from mash.partnerships.rules import leaves
from screening.domain.roads import choose_road

LEVELS = (1, 2, 3, 4)
ABUSE = ("domestic_abuse",)
TRIO = ("mental_health", "substance_misuse", "domestic_abuse")


def shown(*indicators: str, concerns: tuple[str, ...] = (), **values: int | bool | str) -> Facts:
    return Facts(frozenset(concerns), frozenset(f"red.{indicator}" for indicator in indicators), values)


# A criterion by its number, what falls just short of it, and what meets it.
CRITERIA = [
    (3, shown(concerns=TRIO[1:]), shown(concerns=TRIO)),
    (4, shown(concerns=ABUSE, dash_score=13), shown(concerns=ABUSE, dash_score=14)),
    (4, shown(dash_score=14), shown(concerns=ABUSE, dash_score=14)),
    (4, shown("domestic_abuse.3.03", concerns=ABUSE), shown("domestic_abuse.4.05", concerns=ABUSE)),
    (5, shown("police.2.03"), shown("police.3.06")),
    (5, shown(concerns=("exploitation",)), shown(concerns=("modern_slavery",))),
    (6, shown("extremism.2.03", concerns=("radicalisation",)), shown("extremism.3.01")),
    (7, shown("harmful_practices.2.02", concerns=("fgm",)), shown("harmful_practices.3.03")),
    (8, shown("sexual.3.01"), shown("sexual.4.03")),
    (9, shown("sexual.3.05"), shown("sexual.4.06")),
    (10, shown(concerns=("physical_health",)), shown(concerns=("fabricated_illness",))),
    (11, shown("abuse_neglect.3.04", suspicious_injury=False), shown(suspicious_injury=True)),
    (12, shown(pregnant=True, age_years=13), shown(pregnant=True, age_years=12)),
    (13, shown(missing_episodes_6_months=2), shown(missing_episodes_6_months=3)),
    (14, shown(repeat_contacts_6_months=2), shown(repeat_contacts_6_months=3)),
    (15, shown(repeat_neglect_contacts_6_months=2), shown(repeat_neglect_contacts_6_months=3)),
]


@pytest.fixture(scope="module")
def redbridge() -> Partnership:
    return get("redbridge")


@pytest.mark.requirement("SCR-02")
def test_four_levels_map_to_the_ratings(redbridge: Partnership) -> None:
    assert {n: (level.rating, level.pathway) for n, level in redbridge.levels.items()} == {
        1: (None, "close_with_advice"),
        2: ("green", None),
        3: ("amber", None),
        4: ("red", None),
    }
    assert [key for key, rating in redbridge.ratings.items() if rating.strategy_discussion] == ["red"]


@pytest.mark.requirement("INT-08")
def test_the_front_door_is_open_on_weekdays_from_nine_to_five(redbridge: Partnership) -> None:
    assert list(redbridge.hours.days) == ["monday", "tuesday", "wednesday", "thursday", "friday"]
    assert set(redbridge.hours.days.values()) == {(("09:00", "17:00"),)}
    assert redbridge.hours.closed_on_bank_holidays


@pytest.mark.requirement("INT-08")
def test_the_numbers_to_ring_are_told(redbridge: Partnership) -> None:
    assert redbridge.front_door.telephone == "020 8708 3885"
    assert redbridge.front_door.telephone in redbridge.front_door.immediate_danger
    assert redbridge.out_of_hours.telephone == "020 8708 5897"
    assert redbridge.out_of_hours.telephone in redbridge.out_of_hours.told
    assert redbridge.out_of_hours.telephone in redbridge.feedback.ends


@pytest.mark.requirement("ENQ-02")
@pytest.mark.requirement("FBK-02")
@pytest.mark.parametrize(
    ("key", "received", "expected"),
    [
        # Twenty-four opening hours: one on Friday, eight on Monday, eight on Tuesday, seven on Wednesday.
        ("feedback", "2026-11-06T16:00", "2026-11-11T16:00"),
        ("feedback", "2026-11-06T20:00", "2026-11-11T17:00"),
        ("feedback", "2026-12-24T16:00", "2026-12-31T16:00"),
        ("acknowledgement", "2026-11-06T20:00", "2026-11-06T21:00"),
        ("screening.decision", "2026-11-06T16:00", "2026-11-09T16:00"),
        ("enquiry.red", "2026-11-06T16:00", "2026-11-06T20:00"),
        ("enquiry.amber", "2026-11-06T16:00", "2026-11-09T16:00"),
        ("enquiry.green", "2026-11-06T16:00", "2026-11-11T16:00"),
    ],
)
def test_a_friday_afternoon_is_due_as_the_reading_says(
    redbridge: Partnership, key: str, received: str, expected: str
) -> None:
    received_at, _ = read_time(received)
    found = due(received_at, redbridge.due_rules[key], redbridge.hours).due_at
    assert in_london(found).isoformat().startswith(expected)


@pytest.mark.requirement("FBK-02")
def test_feedback_is_the_only_time_the_guidance_prints(redbridge: Partnership) -> None:
    printed = [key for key, rule in redbridge.due_rules.items() if rule.source.startswith("RED")]
    assert printed == ["acknowledgement", "feedback"]
    feedback = redbridge.due_rules["feedback"]
    assert (feedback.target, feedback.clock, feedback.runs_past_closing) == ("24h", "working", False)


@pytest.mark.parametrize("key", ["screening.decision", "enquiry.red", "enquiry.amber", "enquiry.green"])
def test_what_the_guidance_leaves_open_is_said(redbridge: Partnership, key: str) -> None:
    assert redbridge.due_rules[key].why.startswith("The guidance gives no time")


@pytest.mark.requirement("INT-19")
def test_the_portals_two_requests_go_down_their_own_paths(redbridge: Partnership) -> None:
    roads = {key: request.pathway for key, request in redbridge.requests.items()}
    assert roads == {"safeguarding": None, "early_help": "early_help", "service": "service_request"}
    assert redbridge.pathways["service_request"].title == "Family Resource Service"


@pytest.mark.requirement("INT-18")
@pytest.mark.requirement("INT-19")
@pytest.mark.parametrize(
    ("request_made", "agreement", "rating", "pathway"),
    [
        ("service", "yes", None, "service_request"),
        ("service", "yes", "green", "service_request"),
        ("service", "no", None, "returned_to_referrer"),
        ("service", "not_asked", "green", "returned_to_referrer"),
        ("early_help", "yes", "green", "early_help"),
        ("early_help", "no", "green", "returned_to_referrer"),
        ("safeguarding", "no", "green", "early_help"),
        ("service", "no", "amber", "social_worker_screening"),
        ("service", "yes", "red", "fast_track"),
    ],
)
def test_a_request_is_followed_where_a_child_is_safe(
    redbridge: Partnership, request_made: str, agreement: str, rating: str | None, pathway: str
) -> None:
    child = shown(request=request_made, agreement=agreement)
    level = 1 if rating is None else redbridge.ratings[rating].level
    assert choose_road([child], rating, level, False, redbridge).pathway == pathway


@pytest.mark.requirement("CON-03")
def test_consent_weighs_less_as_the_level_rises(redbridge: Partnership) -> None:
    rules = redbridge.consent_rules
    assert [rules[n].agreement for n in LEVELS] == ["needed", "needed", "good_practice", "not_needed"]
    assert all("member of the public need not" in rules[n].meaning for n in (3, 4))
    assert redbridge.early_help.agreement_needed


def test_an_open_case_goes_to_its_worker(redbridge: Partnership) -> None:
    (rule,) = redbridge.open_case_rules
    assert holds(rule.rule, shown(open_case=True))
    assert not holds(rule.rule, shown(open_case=False))
    assert not holds(rule.rule, shown())


@pytest.mark.parametrize(("number", "short_of_it", "facts"), CRITERIA)
def test_a_criterion_is_met_by_its_own_circumstance(
    redbridge: Partnership, number: int, short_of_it: Facts, facts: Facts
) -> None:
    rule = redbridge.criteria[number - 1].rule
    assert rule is not None
    assert holds(rule, facts)
    assert not holds(rule, short_of_it)


def test_what_no_rule_can_see_needs_a_rationale(redbridge: Partnership) -> None:
    tested = {f"red.criterion.{number:02d}" for number, *_ in CRITERIA}
    assert {c.id for c in redbridge.criteria if c.needs_rationale} == {
        c.id for c in redbridge.criteria
    } - tested


def test_no_criterion_names_an_indicator_below_level_three(redbridge: Partnership) -> None:
    named = {
        leaf.indicator
        for criterion in redbridge.criteria
        for leaf in leaves(criterion.rule)
        if isinstance(leaf, IndicatorRule)
    }
    assert len(named) > 50
    assert {redbridge.thresholds().indicators[indicator].level for indicator in named} == {3, 4}


@pytest.mark.requirement("SCR-17")
def test_the_analysis_asks_for_critical_thinking_and_safe_and_together(redbridge: Partnership) -> None:
    framework = redbridge.practice_framework
    assert framework is not None
    assert "Safe & Together" in framework.title
    asked = {question.id for question in framework.questions}
    assert {"lived_experience", "missing_information", "whole_picture", "with_the_perpetrator"} <= asked


@pytest.mark.requirement("ENQ-13")
@pytest.mark.parametrize(
    "name",
    [
        "no_recourse_to_public_funds",
        "housing_prevention",
        "benefit_and_debt",
        "parenting_team",
        "family_group_conferencing",
        "freedom_programme_women",
        "freedom_programme_children",
    ],
)
def test_every_service_of_the_family_resource_service_is_held(redbridge: Partnership, name: str) -> None:
    service = redbridge.services[name]
    assert "service_request" in service.outcomes
    assert "Request for Service" in service.reached
    assert service.agreement == "needed"


@pytest.mark.requirement("ENQ-13")
@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("marac", "020 8708 5082"),
        ("prevent", "020 8708 5971"),
        ("camhs", "0300 555 1182"),
        ("lado", "020 8708 5350"),
        ("reach_out", "0800 145 6410"),
        ("universal_health", "0300 300 1579"),
        ("domestic_abuse_helpline", "0808 2000 247"),
        ("emergency_duty_team", "020 8708 5897"),
    ],
)
def test_the_directory_has_the_number_that_is_printed(redbridge: Partnership, name: str, number: str) -> None:
    assert number in redbridge.services[name].reached


@pytest.mark.requirement("ENQ-13")
@pytest.mark.parametrize(
    "name",
    [
        "find_directory",
        "childrens_centres",
        "family_help_assessment",
        "mappa",
        "channel",
        "send",
        "free_your_mind",
    ],
)
def test_the_directory_says_how_a_service_is_reached(redbridge: Partnership, name: str) -> None:
    assert redbridge.services[name].source.startswith("RED")
    assert redbridge.services[name].reached


def test_escalation_goes_up_to_the_partnership(redbridge: Partnership) -> None:
    assert list(redbridge.escalation) == ["team", "head_of_service", "senior_staff", "partnership"]
    assert {redbridge.due_rules[stage.due].target for stage in redbridge.escalation.values()} == {"5wd"}


@pytest.mark.requirement("GOV-02")
def test_the_interim_guidance_is_due_for_approval_in_april(redbridge: Partnership) -> None:
    assert redbridge.review.due_on.isoformat() == "2026-04-30"
    assert "interim" in redbridge.review.updated


def test_every_agency_is_asked_something(redbridge: Partnership) -> None:
    assert list(redbridge.agencies) == ["police", "health", "housing", "probation"]
    for agency in redbridge.agencies:
        assert redbridge.questions(agency, [])
