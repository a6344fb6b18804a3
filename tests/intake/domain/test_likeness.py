"""How alike two people are, in points and in words, and when there is no doubt left."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from factories.intake import NHS_NUMBERS, create_child, create_mother
from hypothesis import given
from hypothesis import strategies as st
from intake.domain.likeness import REASONS, Likeness, compare, compare_dates, in_words
from intake.domain.nicknames import are_variants
from intake.domain.persons import Person, blocking, is_alleged, people_of

pytestmark = pytest.mark.requirement("IDN-01")

TODAY = date(2026, 11, 18)


def child(**changes: Any) -> Person:
    return people_of({"children": [{"id": "c", **create_child(**changes)}]}, TODAY)[0]


def adult(**changes: Any) -> Person:
    return people_of({"adults": [{"id": "a", **create_mother(**changes)}]}, TODAY)[0]


def unborn(edd: str | None = "2026-12-20", dob: str | None = None, **mother: Any) -> Person:
    known = {"nhs_number": NHS_NUMBERS[2], **mother}
    document = {
        "children": [{"id": "c", "edd": edd, "dob": dob, "mother": "m"}],
        "adults": [{"id": "m", **create_mother(**known)}],
    }
    return people_of(document, TODAY)[0]


ROBIN = child()
# What a second contact says of the same child, how it reads, and whether that leaves no doubt.
SAME = [
    pytest.param({}, "The same NHS number.", True, id="all of it"),
    pytest.param({"address": None}, "The same date of birth.", True, id="no home"),
    pytest.param({"nhs_number": None}, "The same home.", True, id="no number"),
    pytest.param(
        {"given": "Robyn"}, "Given names that stand for each other: Robin and Robyn.", True, id="variant"
    ),
    pytest.param(
        {"family": "Testkase"}, "Family names that sound alike: Testcase and Testkase.", True, id="sounds"
    ),
    pytest.param(
        {"nhs_number": None, "family": "Testkase"}, "The same date of birth.", False, id="sounds, no number"
    ),
    pytest.param(
        {"nhs_number": None, "address": None}, "The same given name.", False, id="name and birth alone"
    ),
    pytest.param(
        {"dob": "2019-03-02"},
        "Dates of birth with day and month exchanged: 3 February 2019 and 2 March 2019.",
        False,
        id="day and month exchanged",
    ),
    pytest.param(
        {"dob": "2019-02-08"},
        "Dates of birth that differ by one digit: 3 February 2019 and 8 February 2019.",
        False,
        id="one digit off",
    ),
    pytest.param(
        {"nhs_number": None, "given": "Testcase", "family": "Robin"},
        "Given and family name exchanged: Robin Testcase and Testcase Robin.",
        False,
        id="names exchanged",
    ),
    pytest.param(
        {"nhs_number": None, "also_known_as": "Robin Testcase", "given": "Wren", "family": "Sample"},
        "The same home.",
        True,
        id="by another name",
    ),
    pytest.param({"nhs_number": None, "dob": None}, "The same home.", False, id="no birth"),
    pytest.param({"given": "Wren", "family": "Sample"}, "The same NHS number.", False, id="another name"),
    pytest.param({"sex": "female"}, "Recorded as male and as female.", False, id="another sex"),
]
DIFFERENT = [
    pytest.param(
        {"given": "Wren", "nhs_number": NHS_NUMBERS[1], "dob": "2017-01-01"}, id="a brother or sister"
    ),
    pytest.param({"given": "Wren", "nhs_number": NHS_NUMBERS[1]}, id="a twin"),
    pytest.param({"given": "Wren", "nhs_number": None}, id="a twin without a number"),
    pytest.param({"nhs_number": None, "dob": "2004-11-27", "address": None}, id="a namesake"),
    pytest.param({"nhs_number": NHS_NUMBERS[1], "address": None}, id="a namesake born on the same day"),
    pytest.param({"nhs_number": None, "dob": None, "address": None}, id="a name and nothing else"),
]


@pytest.mark.parametrize(("changes", "words", "sure"), SAME)
def test_a_child_is_known_again_and_why_is_said(changes: dict[str, Any], words: str, sure: bool) -> None:
    other = child(**changes)
    found = compare(ROBIN, other)
    assert found.worth_asking
    assert words in in_words(found.reasons, ROBIN, other)
    assert found.sure is sure


@pytest.mark.parametrize("changes", DIFFERENT)
def test_another_child_is_nobody_to_ask_about(changes: dict[str, Any]) -> None:
    found = compare(ROBIN, child(**changes))
    assert not found.worth_asking
    assert not found.sure


@pytest.mark.parametrize("changes", [case.values[0] for case in SAME])
def test_whoever_is_worth_asking_about_is_met(changes: dict[str, Any]) -> None:
    assert blocking(ROBIN).keys() & blocking(child(**changes)).keys()


def test_one_number_for_two_children_is_asked_about_however_else_they_differ() -> None:
    other = child(given="Wren", family="Sample", dob="2004-11-27", address=None, sex="female")
    found = compare(ROBIN, other)
    assert found.worth_asking
    assert not found.sure


def test_two_people_beside_one_child_with_one_name_and_relation_are_one() -> None:
    bare = {"dob": None, "telephone": None}
    one, other = adult(), adult(**bare)
    assert not compare(one, other).sure
    assert compare(one, other, shared_child=True).sure
    assert not compare(one, adult(**bare, relationship="Aunt"), shared_child=True).sure


class TestUnborn:
    def test_one_pregnancy_of_one_mother_is_one_child(self) -> None:
        found = compare(unborn(), unborn("2026-12-30"))
        assert found.sure
        assert found.reasons == ("due_same", "mother_same")

    def test_a_later_pregnancy_is_another(self) -> None:
        assert not compare(unborn(), unborn("2027-12-20")).worth_asking

    def test_a_baby_born_when_due_is_asked_about(self) -> None:
        found = compare(unborn(), unborn(None, "2026-11-10"))
        assert found.worth_asking
        assert not found.sure

    def test_another_mother_is_another_child(self) -> None:
        other = unborn(given="Ida", nhs_number=NHS_NUMBERS[3], dob="1999-09-09")
        assert not compare(unborn(), other).worth_asking

    def test_the_two_meet_by_the_mother(self) -> None:
        assert blocking(unborn()).keys() & blocking(unborn(None, "2026-11-10")).keys()


@given(st.dates(date(1920, 1, 1), TODAY), st.dates(date(1920, 1, 1), TODAY))
def test_dates_compare_the_same_both_ways(one: date, other: date) -> None:
    assert compare_dates(one, other) == compare_dates(other, one)
    assert (compare_dates(one, other) == "dob_same") == (one == other)


def test_people_compare_the_same_both_ways() -> None:
    for case in (*SAME, *DIFFERENT):
        changes: Any = case.values[0]
        other = child(**changes)
        one_way, back = compare(ROBIN, other), compare(other, ROBIN)
        assert one_way == Likeness(back.score, back.reasons, back.sure)


@pytest.mark.parametrize("code", REASONS)
def test_every_reason_reads_as_a_sentence(code: str) -> None:
    (words,) = in_words([code], ROBIN, child(given="Wren"))
    assert words[0].isupper()
    assert words.endswith(".")
    assert "{" not in words


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("robert", "bob", True),
        ("mohammed", "muhamad", False),
        ("mohammed", "muhammad", True),
        ("siobhan", "shivaun", True),
        ("robert", "richard", False),
        ("wren", "wren", True),
    ],
)
def test_short_forms_and_spellings_stand_for_each_other(one: str, other: str, are: bool) -> None:
    assert are_variants(one, other) is are


@pytest.mark.parametrize(
    ("concern", "said"),
    [
        ("Alleged perpetrator", True),
        ("suspect in the report", True),
        ("alleged victim", False),
        ("drinks", False),
        (None, False),
    ],
)
def test_who_is_said_to_have_done_the_harm(concern: str | None, said: bool) -> None:
    assert is_alleged({"concern": concern}) is said


def test_people_at_home_are_at_the_contacts_address_and_others_are_not() -> None:
    document = {
        "address": "14 Sample Close, RM99 1AB",
        "children": [{"id": "c", "given": "Robin"}],
        "household": [{"id": "h", "given": "Marian"}],
        "adults": [{"id": "a", "given": "Ida"}],
    }
    assert [person.home for person in people_of(document, TODAY)] == ["14 RM991AB", "14 RM991AB", None]
