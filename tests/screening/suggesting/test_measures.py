"""Figures in a text become facts."""

from __future__ import annotations

import pytest
from screening.suggesting.measures import measure


@pytest.mark.requirement("SCR-13")
@pytest.mark.parametrize(
    ("text", "ages"),
    [
        ("a 7 year old boy", [7]),
        ("two sisters, 4yo and 11 yo", [4, 11]),
        ("Ellie (13) said", [13]),
        ("he is in Year 4", [9]),
        ("she's nine", [9]),
        ("aged fourteen", [14]),
        ("a girl of twelve years of age", [12]),
        ("an 8 month old", [0]),
        ("M 15", [15]),
        ("his mother, 31 years old", []),
        ("since she was five years old", []),
    ],
)
def test_ages_of_children(text: str, ages: list[int]) -> None:
    assert measure(text).ages == ages


@pytest.mark.parametrize(
    ("text", "months"), [("5/12 baby", 5), ("an 11 week old", 2), ("newborn", 0), ("6 months old", 6)]
)
def test_ages_of_babies_in_months(text: str, months: int) -> None:
    assert measure(text).age_months == [months]


@pytest.mark.requirement("SCR-13")
@pytest.mark.parametrize(
    ("text", "fact", "value"),
    [
        ("attendance has dropped from 91% to 74%", "attendance_percent", 91),
        ("attendance is 62.5 per cent", "attendance_percent", 62),
        ("88% attendance", "attendance_percent", 88),
        ("DASH score 17", "dash_score", 17),
        ("26/40", "gestation_weeks", 26),
        ("she is 30 weeks pregnant", "gestation_weeks", 30),
        ("five months pregnant", "gestation_weeks", 21),
        ("missing for six days", "missing_days", 6),
        ("missing for two weeks", "missing_days", 14),
        ("four missing episodes since June", "missing_episodes_6_months", 4),
        ("stole trainers worth \u00a31,250", "theft_pounds", 1250),
        ("he is a looked after child", "in_care", True),
        ("unaccompanied", "unaccompanied_asylum_seeker", True),
    ],
)
def test_facts_in_figures(text: str, fact: str, value: object) -> None:
    found = measure(text)
    assert found.values[fact] == value
    assert text[found.evidence[fact].start : found.evidence[fact].end] == found.evidence[fact].text


def test_nothing_is_measured_of_words_alone() -> None:
    assert measure("He is always hungry.") == measure("")
