"""Whom Havering's protocol has told, where it sends families, and what it does with an open case."""

import pytest
from mash.partnerships import Facts, Partnership, get, holds


@pytest.fixture(scope="module")
def havering() -> Partnership:
    return get("havering")


@pytest.mark.parametrize(
    ("alert", "told"),
    [
        ("adolescent_safeguarding", "adolescent safeguarding team"),
        ("exploitation_coordinator", "exploitation and missing co-ordinator"),
        ("prevent_coordinator", "prevent co-ordinator"),
        ("lado", "local authority designated officer"),
        ("court_proceedings_coordinator", "court proceedings co-ordinator"),
        ("heads_of_service", "strategic heads of service"),
    ],
)
def test_each_alert_names_the_role_that_is_told(havering: Partnership, alert: str, told: str) -> None:
    assert told in havering.alerts[alert].told.lower()


def test_no_alert_goes_to_a_mailbox_of_a_person(havering: Partnership) -> None:
    assert [alert.title for alert in havering.alerts.values() if "@" in alert.told] == []


@pytest.mark.requirement("INT-09")
@pytest.mark.parametrize(
    ("values", "to_the_worker"), [({"open_case": True}, True), ({"open_case": False}, False), ({}, False)]
)
def test_only_an_open_case_goes_to_the_allocated_worker(
    havering: Partnership, values: dict[str, bool], to_the_worker: bool
) -> None:
    (rule,) = havering.open_case_rules
    assert rule.pathway == "allocated_worker"
    assert holds(rule.rule, Facts(values=dict(values))) is to_the_worker
    assert "87B" in havering.pathways["allocated_worker"].meaning


@pytest.mark.requirement("ENQ-13")
@pytest.mark.parametrize(
    "outcome",
    [
        "early_help",
        "section_17_assessment",
        "strategy_discussion_section_47",
        "signposting",
        "marac",
        "lado",
        "channel",
    ],
)
def test_the_directory_has_a_service_for_the_outcome(havering: Partnership, outcome: str) -> None:
    assert any(outcome in service.outcomes for service in havering.services.values())


@pytest.mark.requirement("ESC-01")
def test_every_stage_has_a_time_that_the_protocol_leaves_open(havering: Partnership) -> None:
    rules = [havering.due_rules[stage.due] for stage in havering.escalation.values()]
    assert {rule.source.split()[0] for rule in rules} == {"PRACTICE"}
    assert len(rules) == 4
