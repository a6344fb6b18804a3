"""Which pathway is recommended by a partnership's own rules."""

from __future__ import annotations

from typing import Any

import pytest
from factories.screening import LEVEL_2, LEVEL_3, LEVEL_4, create_findings, create_known
from mash import partnerships
from screening.domain.recommendation import Recommendation, recommend

HAVERING = partnerships.get("havering")


def recommended(*indicators: str, **values: Any) -> Recommendation:
    findings = create_findings(*indicators)
    return recommend(findings, create_known(8, values=values), HAVERING, HAVERING.thresholds())


@pytest.mark.requirement("INT-18")
@pytest.mark.parametrize("agreement", ["no", "not_asked"])
def test_a_request_for_early_help_without_agreement_is_returned(agreement: str) -> None:
    found = recommended(LEVEL_2, request="early_help", agreement=agreement)
    assert found.pathway == "returned_to_referrer"
    assert HAVERING.early_help.without_agreement in found.cautions


@pytest.mark.requirement("INT-18")
def test_a_request_for_early_help_with_agreement_goes_to_early_help() -> None:
    assert recommended(request="early_help", agreement="yes").pathway == "early_help"


@pytest.mark.requirement("INT-18")
@pytest.mark.parametrize(
    ("indicator", "pathway"), [(LEVEL_3, "social_worker_screening"), (LEVEL_4, "fast_track")]
)
def test_a_safeguarding_concern_is_never_returned(indicator: str, pathway: str) -> None:
    assert recommended(indicator, request="early_help", agreement="no").pathway == pathway


@pytest.mark.requirement("INT-18")
def test_a_contact_that_is_no_request_is_never_returned() -> None:
    assert recommended(LEVEL_2, request="safeguarding", agreement="no").pathway == "early_help"


def test_an_open_case_goes_to_its_worker_and_nobody_is_asked() -> None:
    found = recommended(LEVEL_3, open_case=True)
    assert (found.pathway, found.alongside) == ("allocated_worker", ())
    assert recommended(LEVEL_3, open_case=False).pathway == "social_worker_screening"


def test_high_risk_in_an_open_case_waits_for_no_worker() -> None:
    found = recommended(LEVEL_4, open_case=True)
    assert (found.pathway, found.alongside) == ("fast_track", ("allocated_worker",))


@pytest.mark.requirement("CON-03")
@pytest.mark.parametrize("indicator", [LEVEL_2, LEVEL_4])
def test_the_consent_rule_of_the_level_is_beside_the_recommendation(indicator: str) -> None:
    found = recommended(indicator)
    rule = HAVERING.consent_rules[found.level]
    assert (found.consent.agreement, found.consent.meaning) == (rule.agreement, rule.meaning)
