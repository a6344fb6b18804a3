"""By what people are found: names, homes and numbers that are written differently and mean alike."""

from __future__ import annotations

from datetime import date

import pytest
from mash.spelling import plain_name, read_nhs_number
from partner_gateway.domain.identity import Identity, Match, identifiers_used, match_keys, matches
from partner_gateway.domain.spelling import house_keys, read_postcode

BORN = date(2017, 5, 14)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("O'Example", "oexample"),
        ("Smith-Testcase", "SMITH TESTCASE"),
        ("Zoë", "Zoe"),
        ("Łucja", "Lucja"),
        ("Strauß", "STRAUSS"),
        ("Björk", "Björk"),
        ("Æther", "aether"),
    ],
)
def test_names_are_alike_without_case_accents_spaces_and_marks(one: str, other: str) -> None:
    assert plain_name(one) == plain_name(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 Sample Street, Examplesford, RM1 9ZZ", "1, SAMPLE ST  RM19ZZ"),
        ("Flat 2, 14 Sample Street RM1 9ZZ", "14 Sample Street, RM1 9ZZ"),
        ("14a Sample Street RM1 9ZZ", "14A Sample Street RM1 9ZZ"),
        ("Rose Cottage, Sample Lane, RM1 9ZZ", "rose cottage, RM1 9ZZ"),
    ],
)
def test_one_home_has_a_key_in_common_however_it_is_written(one: str, other: str) -> None:
    assert house_keys(one) & house_keys(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1 Sample Street RM1 9ZZ", "11 Sample Street RM1 9ZZ"),
        ("1 Sample Street RM1 9ZZ", "1 Sample Street RM1 9ZX"),
        ("1 Sample Street", "1 Sample Street"),
    ],
)
def test_other_homes_or_homes_without_postcode_have_none(one: str, other: str) -> None:
    assert not house_keys(one) & house_keys(other)


def test_the_postcode_is_read_from_its_own_column_or_the_address() -> None:
    assert house_keys("1 Sample Street", "RM1 9ZZ") == house_keys("1 Sample Street, RM1 9ZZ")
    assert read_postcode("no postcode here") is None


@pytest.mark.parametrize("given", ["Mary-Jane", "Mary Jane", "MaryJane"])
def test_double_given_names_find_each_other(given: str) -> None:
    sought = Identity(family="Testcase", given="Mary-Jane", dob=BORN)
    held = Identity(family="Testcase", given=given, dob=BORN)
    assert matches(match_keys(held), [sought])[0].reasons[0] == "name_and_dob"


def test_the_strongest_reason_comes_first() -> None:
    robin = Identity(family="Testcase", given="Robin", dob=BORN, nhs_number="9990000018")
    assert matches(match_keys(robin), [Identity(family="X"), robin]) == [
        Match(1, ("nhs_number", "name_and_dob", "family_and_dob", "name"))
    ]


def test_a_family_name_alone_is_no_key() -> None:
    assert match_keys(Identity(family="Testcase")) == {}
    assert match_keys(Identity(dob=BORN, given="Robin")) == {}


def test_the_kinds_of_identifier_are_named_without_their_values() -> None:
    people = [Identity(family="Testcase"), Identity(nhs_number="9990000018", postcode="RM1 9ZZ")]
    assert identifiers_used(people) == ["nhs_number", "name", "address"]


@pytest.mark.parametrize(
    ("text", "digits"),
    [("999 000 0018", "9990000018"), ("9990000019", None), ("999000001", None), ("٩٩٩٠٠٠٠٠١٨", None)],
)
def test_an_nhs_number_counts_with_its_check_digit(text: str, digits: str | None) -> None:
    assert read_nhs_number(text) == digits
