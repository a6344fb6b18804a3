"""What may be recorded."""

from __future__ import annotations

import pytest
from factories.screening import LEVEL_3, create_findings, create_known
from mash import partnerships
from mash.errors import Invalid
from mash.partnerships.rules import Value
from screening.domain.biases import BIASES
from screening.domain.findings import Findings, UnknownToThresholds, check_findings, concerns_of, views

HAVERING = partnerships.get("havering")
CONTINUUM = HAVERING.thresholds()


@pytest.mark.parametrize(
    ("findings", "name"),
    [
        (create_findings("hav.health.4.99"), "hav.health.4.99"),
        (create_findings(criteria=frozenset({"hav.criterion.20"})), "hav.criterion.20"),
        (create_findings(concerns=frozenset({"untidiness"})), "untidiness"),
        (create_findings(values={"shoe_size": 5}), "shoe_size"),
        (create_findings(values={"agreement": "perhaps"}), "perhaps"),
        (create_findings(values={"request": "a_pony"}), "a_pony"),
    ],
)
def test_what_the_thresholds_do_not_have_is_refused_by_its_name(findings: Findings, name: str) -> None:
    with pytest.raises(UnknownToThresholds, match=name) as refused:
        check_findings(findings, HAVERING, CONTINUUM)
    assert refused.value.members["unknown"] == [name]


@pytest.mark.parametrize("value", [True, "many"])
def test_a_count_must_be_a_number(value: Value) -> None:
    check_findings(create_findings(values={"gestation_weeks": 22}), HAVERING, CONTINUUM)
    with pytest.raises(Invalid):
        check_findings(create_findings(values={"gestation_weeks": value}), HAVERING, CONTINUUM)


def test_attendance_is_at_most_whole() -> None:
    check_findings(create_findings(values={"attendance_percent": 100}), HAVERING, CONTINUUM)
    with pytest.raises(Invalid, match="no more than 100"):
        check_findings(create_findings(values={"attendance_percent": 101}), HAVERING, CONTINUUM)


def test_facts_are_looked_at_for_each_age_once() -> None:
    ages = [facts.values["age_years"] for facts in views(Findings(), create_known(8, 2, 8), CONTINUUM)]

    assert ages == [2, 8]


def test_what_the_screener_recorded_counts_before_what_intake_knows() -> None:
    (facts,) = views(create_findings(values={"unborn": True}), create_known(), CONTINUUM)

    assert facts.values["unborn"] is True


def test_concerns_come_from_the_indicators_and_from_what_was_accepted() -> None:
    findings = create_findings(LEVEL_3, concerns=frozenset({"housing"}))

    assert concerns_of(findings, frozenset({"gangs"}), CONTINUUM) == {"housing", "physical_health", "neglect"}


@pytest.mark.requirement("SCR-16")
def test_five_biases_each_come_with_a_question() -> None:
    assert {bias.id for bias in BIASES} == {
        "adultification",
        "diffusion",
        "source",
        "confirmation",
        "risk_aversion",
    }
    assert all(bias.question.endswith("?") and "\n" not in bias.warning for bias in BIASES)
