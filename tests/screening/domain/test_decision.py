"""What a manager must give with a rating or a decision."""

from __future__ import annotations

from typing import Any

import pytest
from factories.screening import LEVEL_2, LEVEL_3, RECEIVED_AT, create_findings, create_known, create_screening
from mash import partnerships
from mash.errors import Refusal
from screening.domain.decision import (
    AgenciesNeeded,
    Choice,
    NotForThisPathway,
    RatingNeeded,
    RationaleNeeded,
    UnknownToPartnership,
    WorkerNeeded,
    check_choice,
    check_rating,
    choice_differs,
)
from screening.domain.findings import Findings
from screening.domain.recommendation import Recommendation, recommend
from screening.domain.screening import Shown

HAVERING = partnerships.get("havering")
SHOWN = Shown(1, None, "close_with_advice", 1, RECEIVED_AT, "manager")


def recommendation_for(*indicators: str, **changes: Any) -> Recommendation:
    findings = create_findings(*indicators, **changes)
    return recommend(findings, create_known(8), HAVERING, HAVERING.thresholds())


def check(
    choice: Choice,
    recommended: Recommendation | None = None,
    *,
    rating: str | None = "amber",
    shown: Shown | None = SHOWN,
    findings: Findings | None = None,
) -> None:
    screening = create_screening(rating=rating, shown=shown, findings=findings or Findings())
    check_choice(choice, screening, recommended, HAVERING)


@pytest.mark.requirement("SCR-01")
def test_a_rating_as_recommended_needs_no_reason() -> None:
    check_rating("amber", None, recommendation_for(LEVEL_3), HAVERING)


@pytest.mark.requirement("SCR-01")
def test_a_rating_that_differs_needs_its_reason() -> None:
    check_rating("red", "The history weighs more.", recommendation_for(LEVEL_3), HAVERING)
    with pytest.raises(RationaleNeeded):
        check_rating("red", None, recommendation_for(LEVEL_3), HAVERING)


def test_a_rating_differs_from_nothing_where_there_is_no_recommendation() -> None:
    check_rating("red", None, None, HAVERING)


@pytest.mark.requirement("SCR-01")
@pytest.mark.parametrize(
    ("pathway", "level", "differs"),
    [("early_help", 2, False), ("early_help", 3, True), ("close_with_advice", 2, True)],
)
def test_another_pathway_or_level_differs(pathway: str, level: int, differs: bool) -> None:
    assert choice_differs(Choice(pathway, level), recommendation_for(LEVEL_2)) is differs


@pytest.mark.requirement("SCR-08")
def test_an_enquiry_beside_the_fast_track_does_not_differ_from_the_fast_track() -> None:
    recommended = recommendation_for("hav.health.4.01", concerns=frozenset({"gangs"}))

    assert not choice_differs(Choice("enquiry", 4, fast_track_alongside=True), recommended)
    assert not choice_differs(Choice("fast_track", 4), recommended)
    assert choice_differs(Choice("enquiry", 4), recommended)


@pytest.mark.requirement("SCR-09")
def test_closing_below_level_two_needs_no_reason_once_the_recommendation_was_seen() -> None:
    check(Choice("close_with_advice", 1), recommendation_for())


@pytest.mark.requirement("SCR-09")
def test_closing_unseen_needs_a_reason() -> None:
    check(Choice("close_with_advice", 1, rationale="A question about school places."), shown=None)
    with pytest.raises(RationaleNeeded):
        check(Choice("close_with_advice", 1), shown=None)


def test_closing_at_a_rated_level_needs_a_reason() -> None:
    with pytest.raises(RationaleNeeded, match="level 2"):
        check(Choice("close_with_advice", 2))


@pytest.mark.requirement("SCR-07")
def test_an_enquiry_on_any_other_ground_needs_a_reason() -> None:
    any_other = create_findings(LEVEL_3, criteria=frozenset({"hav.criterion.19"}))
    recommended = recommendation_for(LEVEL_3, criteria=frozenset({"hav.criterion.19"}))
    choice = Choice("enquiry", 3, agencies=("police",))

    assert not choice_differs(choice, recommended)
    with pytest.raises(RationaleNeeded, match="only a manager can judge"):
        check(choice, recommended, findings=any_other)


@pytest.mark.parametrize(
    ("choice", "refusal"),
    [
        (Choice("enquiry", 3), AgenciesNeeded),
        (Choice("enquiry", 3, agencies=("navy",)), UnknownToPartnership),
        (Choice("early_help", 9), UnknownToPartnership),
        (Choice("prayer", 2), UnknownToPartnership),
        (Choice("early_help", 2, agencies=("police",)), NotForThisPathway),
        (Choice("early_help", 2, fast_track_alongside=True), NotForThisPathway),
        (Choice("early_help", 2, worker="worker"), NotForThisPathway),
        (Choice("social_worker_screening", 3), WorkerNeeded),
    ],
)
def test_a_choice_lacking_what_its_pathway_needs_is_refused(choice: Choice, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        check(choice)


def test_an_enquiry_needs_a_rating() -> None:
    check(Choice("enquiry", 3, agencies=("police",)), rating="amber")
    with pytest.raises(RatingNeeded):
        check(Choice("enquiry", 3, agencies=("police",)), rating=None)


def test_a_rating_that_the_partnership_does_not_have_is_refused() -> None:
    with pytest.raises(UnknownToPartnership):
        check_rating("blue", "Because.", None, HAVERING)
