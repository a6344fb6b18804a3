"""The evaluation set is what it is said to be; otherwise its figures say nothing."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest
from mash.partnerships.loader import national
from screening.domain.recommendation import STRATEGY_DISCUSSION

from benchmarks.evaluation.narratives import FOLDER, HALVES, SETS, Narrative, read

PARTNERSHIPS = ("bracknell_forest", "haringey", "havering", "medway", "redbridge")
# Figures of people and lines that nobody has: NHS numbers beginning 999, telephone numbers kept for drama.
MADE_UP = re.compile(r"999|07700900|02079460|01632960")
RUN_OF_WORDS = 8


@pytest.fixture(scope="module")
def narratives() -> list[Narrative]:
    return read()


def of(narratives: list[Narrative], half: str) -> list[Narrative]:
    return [one for one in narratives if one.half == half]


def test_are_at_least_one_hundred_and_fifty(narratives: list[Narrative]) -> None:
    assert len(narratives) >= 150


def test_stand_in_the_two_halves_and_practice_alone(narratives: list[Narrative]) -> None:
    assert {path.parent.name for path in FOLDER.rglob("*.yaml")} == set(SETS)
    assert {one.half for one in narratives} == set(SETS)


def test_are_split_evenly_by_partnership_and_level(narratives: list[Narrative]) -> None:
    tuning, held_back = (
        Counter((one.partnership, one.step) for one in of(narratives, half)) for half in HALVES
    )
    assert tuning == held_back


@pytest.mark.parametrize("half", SETS)
def test_reach_every_level_of_every_partnership(narratives: list[Narrative], half: str) -> None:
    reached = {(one.partnership, one.step) for one in of(narratives, half)}
    assert reached == {(name, step) for name in PARTNERSHIPS for step in (1, 2, 3, 4)}


def test_are_weighted_towards_the_top(narratives: list[Narrative]) -> None:
    # Practice may lean elsewhere: it is where mild words are practised.
    measured = [one for one in narratives if one.half in HALVES]
    steps = Counter(one.step for one in measured)
    assert steps[4] >= len(measured) * 0.33
    assert min(steps.values()) >= len(measured) * 0.12


def test_have_an_id_each(narratives: list[Narrative]) -> None:
    assert [id for id, times in Counter(one.id for one in narratives).items() if times > 1] == []


def test_carry_the_letters_of_their_partnership(narratives: list[Narrative]) -> None:
    assert [one.id for one in narratives if one.id[:3] != one.partnership[:3]] == []


def test_expect_only_flags_that_the_hub_has(narratives: list[Narrative]) -> None:
    known = {*national().flags, STRATEGY_DISCUSSION}
    expected = {flag for one in narratives for flag in one.flags}
    assert expected <= known
    assert len(expected) >= 8


def test_say_red_or_amber_where_one_level_holds_both(narratives: list[Narrative]) -> None:
    rated = {one.id for one in narratives if one.rating is not None}
    assert rated == {one.id for one in narratives if (one.partnership, one.level) == ("medway", 3)}


def test_are_of_the_length_that_people_write(narratives: list[Narrative]) -> None:
    words = {one.id: len(one.text.split()) for one in narratives}
    assert {id: count for id, count in words.items() if not 10 <= count <= 500} == {}
    assert sum(count >= 300 for count in words.values()) >= 6


def test_share_no_run_of_words_with_another(narratives: list[Narrative]) -> None:
    owners: dict[str, str] = {}
    shared = [
        (owners.setdefault(run, one.id), one.id, run)
        for one in narratives
        for run in set(runs(one.text))
        if owners.setdefault(run, one.id) != one.id
    ]
    assert shared == []


def test_hold_no_number_that_could_be_somebodys(narratives: list[Narrative]) -> None:
    numbers = [number for one in narratives for number in long_numbers(one.text)]
    assert [number for number in numbers if not MADE_UP.match(number)] == []
    assert long_numbers("NHS 943 476 5919, ring 07700 900123") == ["9434765919", "07700900123"]


def runs(text: str) -> Iterator[str]:
    words = re.findall(r"[a-z0-9']+", text.lower())
    return (" ".join(words[at : at + RUN_OF_WORDS]) for at in range(len(words) - RUN_OF_WORDS + 1))


def long_numbers(text: str) -> list[str]:
    """Every run of ten digits and more, as people space them."""
    found = (re.sub(r"\D", "", one) for one in re.findall(r"\d[\d -]{8,}\d", text))
    return [one for one in found if len(one) >= 10]
