from __future__ import annotations

import hmac
from datetime import date
from typing import Any

import pytest
from factories.intake import NHS_NUMBERS, create_child, create_mother
from hypothesis import given
from hypothesis import strategies as st
from intake.domain.identity import (
    match_keys,
    mother_of,
    normalise_address,
)
from mash.spelling import plain_name, read_nhs_number

TODAY = date(2026, 11, 18)


def digest(value: str) -> bytes:
    return hmac.digest(b"a key of the test's own", value.encode(), "sha256")


def keys(**document: Any) -> set[tuple[str, bytes]]:
    return {(key.kind, key.digest) for key in match_keys("havering", document, TODAY, digest)}


@pytest.mark.requirement("IDN-06")
@pytest.mark.parametrize(
    ("text", "number"),
    [
        *((number, number) for number in NHS_NUMBERS),
        ("999 000 0018", "9990000018"),
        ("999-000-0018", "9990000018"),
        ("9990000019", None),
        ("9990000010", None),
        ("999000001", None),
        ("99900000181", None),
        ("\u0669990000018", None),
        ("not known", None),
        ("", None),
    ],
)
def test_an_nhs_number_has_ten_digits_and_the_right_last(text: str, number: str | None) -> None:
    assert read_nhs_number(text) == number


@pytest.mark.requirement("IDN-06")
@given(st.sampled_from(NHS_NUMBERS), st.integers(0, 9), st.integers(0, 9))
def test_one_digit_wrong_is_always_noticed(number: str, place: int, digit: int) -> None:
    wrong = number[:place] + str(digit) + number[place + 1 :]
    assert (read_nhs_number(wrong) is None) == (wrong != number)


@pytest.mark.requirement("IDN-03")
@pytest.mark.parametrize(
    ("address", "home"),
    [
        ("14 Sample Close, Romford, RM99 1AB", "14 RM991AB"),
        ("14, SAMPLE CLOSE RM991AB", "14 RM991AB"),
        ("Flat 2, 14 Sample Close, RM99 1AB", "2/14 RM991AB"),
        ("14a Sample Close RM99 1ab", "14A RM991AB"),
        ("Rose Cottage, Sample Lane, RM99 1AB", "rosecottage RM991AB"),
        ("14 Sample Close, Romford", None),
        ("RM99 1AB", None),
        ("", None),
    ],
)
def test_a_home_is_its_number_and_postcode(address: str, home: str | None) -> None:
    assert normalise_address(address) == home


@pytest.mark.requirement("IDN-03")
@pytest.mark.parametrize("name", ["Zoë O'Test", "ZOE OTEST", "zoë  o-test", "Zoe\u0308 O’Test"])
def test_a_name_is_known_without_its_marks(name: str) -> None:
    assert plain_name(name) == "zoeotest"


def test_keys_name_nobody_and_differ_between_partnerships() -> None:
    document = {"children": [create_child()]}
    here, there = (match_keys(name, document, TODAY, digest) for name in ("havering", "medway"))
    assert {key.kind for key in here} == {"nhs", "name", "address"}
    assert not {key.digest for key in here} & {key.digest for key in there}
    assert all(len(key.digest) == 16 for key in here)


@pytest.mark.requirement("IDN-03")
@pytest.mark.parametrize(
    ("person", "counts"),
    [
        ({"dob": "2010-01-01"}, True),
        ({"dob": "2008-11-19"}, True),
        ({"dob": "2008-11-18"}, False),
        ({"dob": "1991-06-14", "relationship": "Half-brother"}, False),
    ],
)
def test_those_under_eighteen_at_home_are_siblings(person: dict[str, Any], counts: bool) -> None:
    sibling = {"given": "Wren", "family": "Example", **person}
    assert bool(keys(household=[sibling])) is counts


@pytest.mark.requirement("IDN-05")
def test_an_unborn_child_is_known_by_its_mother_alone() -> None:
    mother = create_mother(id="mum", nhs_number=NHS_NUMBERS[2])
    unborn = {"edd": "2026-12-20", "mother": "mum"}
    other = {**mother, "nhs_number": NHS_NUMBERS[3], "dob": "1990-01-01"}
    assert {kind for kind, _ in keys(children=[unborn], household=[mother])} == {"mother"}
    assert keys(children=[unborn], household=[mother]) == keys(children=[unborn], adults=[mother])
    assert not keys(children=[unborn], household=[mother]) & keys(children=[unborn], household=[other])


@pytest.mark.requirement("IDN-05")
def test_the_mother_is_whom_the_child_names_or_the_only_one() -> None:
    mother, other = create_mother(id="mum"), create_mother(id="other", given="Dee")
    both = {"household": [mother, other]}
    assert mother_of(both, {"mother": "other"}) == other
    assert mother_of(both, {}) == {}
    assert mother_of({"adults": [mother]}, {}) == mother
    assert mother_of({"household": [create_mother(relationship="Grandmother")]}, {}) == {}
