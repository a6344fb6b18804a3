from __future__ import annotations

from typing import Any

import pytest
from factories.intake import create_child, create_form
from intake.domain.completeness import labels, what_is_missing
from mash.partnerships import get

pytestmark = pytest.mark.requirement("INT-06")

HAVERING = get("havering")
NEEDS_RATIONALE = frozenset({"not_informed_further_risk"})


def missing(document: dict[str, Any]) -> list[str]:
    return [item.id for item in what_is_missing(document, HAVERING.completeness, NEEDS_RATIONALE)]


def test_a_full_form_lacks_nothing() -> None:
    assert missing(create_form()) == []


def test_an_empty_one_lacks_everything_in_the_order_of_the_list() -> None:
    assert missing({}) == list(HAVERING.completeness)


@pytest.mark.parametrize("blank", [None, "", [], {}])
def test_a_blank_answer_is_no_answer(blank: Any) -> None:
    assert missing(create_form(professionals=blank)) == ["professionals"]


def test_something_is_asked_of_every_child() -> None:
    children = [create_child(), create_child(school=None)]
    assert missing(create_form(children=children)) == ["school"]


def test_any_one_of_several_answers_will_do_for_each_child() -> None:
    children = [create_child(), create_child(dob=None, estimated_age_years=0), create_child(dob=None)]
    assert missing(create_form(children=children[:2])) == []
    assert missing(create_form(children=children)) == ["child_age"]


@pytest.mark.requirement("IDN-05")
def test_an_unborn_child_is_asked_for_no_name_or_school() -> None:
    assert (
        missing(create_form(children=[{"edd": "2026-12-20", "gp": "x", "address": "y"}], language="English"))
        == []
    )


@pytest.mark.requirement("CON-01")
@pytest.mark.parametrize(
    ("consent", "wanted"),
    [
        ({}, ["consent_rationale", "consent_decided_by"]),
        ({"rationale": "Why."}, ["consent_decided_by"]),
        ({"rationale": "Why.", "decided_by": "Who"}, []),
    ],
)
def test_not_telling_the_family_wants_a_reason_and_a_name(consent: dict[str, str], wanted: list[str]) -> None:
    told = {"told": "not_informed_further_risk", "agreed": "not_asked"}
    assert missing(create_form(consent=told | consent)) == wanted


def test_each_item_has_words_for_people() -> None:
    named = labels(["address", "consent_rationale", "gone_from_the_list"], HAVERING.completeness)
    assert [item.label for item in named] == [
        "where each child lives",
        "why the family was not told",
        "gone from the list",
    ]
