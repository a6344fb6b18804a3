"""A screening keeps the version of the thresholds that it was opened on."""

from __future__ import annotations

import pytest
from factories.screening import LEVEL_2, create_findings, create_screening
from mash import partnerships
from mash.partnerships import Partnership
from screening.usecases.recommending import recommendation_of


def create_partnership_with_a_newer_version() -> Partnership:
    """Havering as it would be had it raised an indicator from level 2 to level 4."""
    havering = partnerships.get("havering")
    old = havering.thresholds("2023-06")
    raised = old.indicators[LEVEL_2].model_copy(update={"level": 4})
    new = old.model_copy(update={"version": "2030-01", "indicators": {**old.indicators, LEVEL_2: raised}})
    versions = {**havering.versions, "2030-01": new}
    return havering.model_copy(update={"versions": versions, "current_thresholds": "2030-01"})


@pytest.mark.requirement("SCR-03", "GOV-03")
def test_a_new_version_changes_nothing_for_a_screening_under_way() -> None:
    changed = create_partnership_with_a_newer_version()
    before = create_screening(findings=create_findings(LEVEL_2), threshold_version="2023-06")
    after = create_screening(findings=create_findings(LEVEL_2), threshold_version="2030-01")

    assert (recommendation_of(before, changed).version, recommendation_of(before, changed).level) == (
        "2023-06",
        2,
    )
    assert (recommendation_of(after, changed).version, recommendation_of(after, changed).level) == (
        "2030-01",
        4,
    )
