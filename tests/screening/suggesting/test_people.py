"""Of whom a sentence speaks."""

from __future__ import annotations

import pytest
from screening.suggesting.people import kinds_in, mark_people
from screening.suggesting.phrases import compile_phrases
from screening.suggesting.words import sentences

COMPOUNDS = compile_phrases({}).compounds


def kinds(text: str, sentence: int = 0) -> set[str]:
    cut = sentences(text, COMPOUNDS)
    return set(kinds_in(cut[sentence], mark_people(text, cut)))


@pytest.mark.requirement("SCR-13")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The boy cried.", {"child"}),
        ("Mum\u2019s boyfriend shouted.", {"parent"}),
        ("The paramedic arrived.", set()),
        ("Ellie (13) was upset.", {"child"}),
        ("Dawn (41) was upset.", {"adult"}),
        ("Mr Example was there.", set()),
        ("His friend was there.", {"peer", "unknown"}),
    ],
)
def test_a_noun_or_name_tells_the_kind(text: str, expected: set[str]) -> None:
    assert kinds(text) == expected


@pytest.mark.requirement("SCR-13")
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Mum came in. She was drunk.", {"parent"}),
        ("The girl came in. She was crying.", {"child"}),
        ("The boy and his mother came in. She was crying.", {"parent"}),
        ("Partner Dean left. Dean was angry.", {"partner"}),
    ],
)
def test_a_pronoun_or_name_stands_for_whom_the_sentence_before_told_of(text: str, expected: set[str]) -> None:
    assert kinds(text, 1) == expected


def test_a_young_writer_is_the_child() -> None:
    assert kinds("My mum hits me.") == {"parent", "child"}


def test_a_professional_who_writes_is_nobody_s_matter() -> None:
    assert kinds("I visited my patient, a girl.") == {"adult", "child"}
