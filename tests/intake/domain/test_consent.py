from __future__ import annotations

from itertools import product
from typing import Any, get_args

import pytest
from intake.api.form_parts import Told
from intake.domain.consent import (
    LAWFUL_BASES,
    family_was_informed,
    words_of_agreement,
    words_of_lawful_basis,
    words_of_telling,
)
from mash.partnerships import get

pytestmark = pytest.mark.requirement("CON-05")

TOLD = [None, *get_args(Told)]
AGREED = [None, "yes", "no", "not_asked"]
BASES: list[list[str]] = [[], ["child_protection"], list(LAWFUL_BASES)]
EVERY = [
    {"told": told, "agreed": agreed, "lawful_basis": bases}
    for told, agreed, bases in product(TOLD, AGREED, BASES)
]


@pytest.mark.parametrize("consent", EVERY)
def test_each_sentence_depends_on_its_own_fact_alone(consent: dict[str, Any]) -> None:
    assert words_of_telling(consent) == words_of_telling({"told": consent["told"]})
    assert words_of_agreement(consent) == words_of_agreement({"agreed": consent["agreed"]})
    assert words_of_lawful_basis(consent) == words_of_lawful_basis({"lawful_basis": consent["lawful_basis"]})


@pytest.mark.parametrize("consent", EVERY)
def test_only_a_recorded_yes_is_said_to_be_agreement(consent: dict[str, Any]) -> None:
    said = words_of_agreement(consent).startswith("The family agreed")
    assert said is (consent["agreed"] == "yes")


@pytest.mark.requirement("CON-01")
@pytest.mark.parametrize("told", TOLD)
def test_a_family_not_told_is_never_said_to_be(told: str | None) -> None:
    options = get("havering").consent_options
    informed = options[told].family_informed if told else None
    assert family_was_informed({"told": told}) is informed
    warned = "not been told" in words_of_telling({"told": told}) or "Do not tell" in words_of_telling(
        {"told": told}
    )
    assert warned is not bool(informed)


@pytest.mark.requirement("CON-01")
def test_the_form_offers_what_the_agreement_lists() -> None:
    assert set(get_args(Told)) == set(get("havering").consent_options)
