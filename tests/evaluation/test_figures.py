"""The figures of the evaluation, worked out by hand beforehand on a few readings."""

import pytest

from benchmarks.evaluation.figures import Figures, Reading, good_enough
from benchmarks.evaluation.narratives import Narrative, step
from benchmarks.evaluation.table import lines

TEXT = "Words that nobody who tunes may read."


def create_reading(
    right: int,
    found: int,
    *,
    id: str = "hav-001",
    half: str = "tuning",
    expected: tuple[str, ...] = (),
    flags: tuple[str, ...] = (),
) -> Reading:
    """A reading of a narrative whose right level is ``right`` and which was read as ``found``."""
    narrative = Narrative.model_validate(
        {
            "id": id,
            "partnership": "havering",
            "half": half,
            "writer": "teacher",
            "text": TEXT,
            "level": right,
            "domains": ["health"],
            "flags": expected,
            "why": "Made up for the test",
        }
    )
    return Reading(narrative, found, None, frozenset(flags), milliseconds=2.0)


def test_puts_a_red_third_level_at_the_top() -> None:
    assert (step(3, "red"), step(3, "amber"), step(4, "red"), step(2, "green")) == (4, 3, 4, 2)


def test_counts_what_is_right_and_what_is_near() -> None:
    figures = Figures(
        [create_reading(4, 4), create_reading(3, 4), create_reading(4, 1), create_reading(1, 1)]
    )
    assert figures.right == 0.5
    assert figures.within_one == 0.75


def test_counts_the_top_needs_found_and_names_the_missed() -> None:
    figures = Figures([create_reading(4, 4), create_reading(4, 3, id="hav-002"), create_reading(2, 4)])
    assert figures.top == 0.5
    assert [one.narrative.id for one in figures.missed] == ["hav-002"]


def test_counts_false_alarms_at_the_two_low_levels_only() -> None:
    figures = Figures(
        [
            create_reading(1, 4),
            create_reading(1, 2),
            create_reading(2, 2),
            create_reading(2, 1),
            create_reading(3, 4),
        ]
    )
    assert figures.false_alarm == 0.25
    assert figures.raised == 0.5


def test_counts_flags_that_were_expected() -> None:
    figures = Figures(
        [
            create_reading(
                4,
                4,
                expected=(
                    "marac",
                    "missing",
                ),
                flags=(
                    "marac",
                    "prevent",
                ),
            ),
            create_reading(1, 1, flags=("fgm",)),
        ]
    )
    assert figures.flags == 0.5


def test_has_no_share_of_nothing() -> None:
    figures = Figures([create_reading(3, 3)])
    assert (figures.top, figures.false_alarm, figures.flags) == (None, None, None)


@pytest.mark.parametrize(("found", "missed", "enough"), [(49, 1, True), (48, 2, False), (0, 0, False)])
def test_asks_for_ninety_eight_of_a_hundred_top_needs(found: int, missed: int, enough: bool) -> None:
    readings = [create_reading(4, 4)] * found + [create_reading(4, 2)] * missed + [create_reading(1, 1)]
    assert good_enough(Figures(readings)) is enough


def test_prints_of_the_held_back_half_the_ids_alone() -> None:
    readings = [
        create_reading(4, 2, id="hav-031", half="held_back", expected=("marac",)),
        create_reading(2, 3, id="hav-032", half="held_back"),
    ]
    printed = "\n".join(lines("held_back", readings))
    assert "top needs missed: hav-031" in printed
    assert "hav-032" not in printed
    assert TEXT not in printed


@pytest.mark.parametrize("half", ["tuning", "practice"])
def test_prints_of_what_may_be_read_what_was_read_wrongly(half: str) -> None:
    readings = [create_reading(2, 3, id="hav-002", half=half, expected=("fgm",))]
    printed = "\n".join(lines(half, readings))
    assert "hav-002: right 2, read 3" in printed
    assert "hav-002: not flagged ['fgm']" in printed
