"""Forms of a word come together, and words that only look alike stay apart."""

from __future__ import annotations

import pytest
from screening.suggesting.stems import stem


@pytest.mark.parametrize(
    "forms",
    [
        ("hit", "hits", "hitting"),
        ("bruise", "bruises", "bruised", "bruising"),
        ("slap", "slaps", "slapped", "slapping"),
        ("bite", "bites", "biting", "bitten"),
        ("smoke", "smokes", "smoked", "smoking"),
        ("rape", "raped", "raping"),
        ("baby", "babies"),
        ("child", "children"),
        ("cry", "cries", "cried", "crying"),
        ("physical", "physically"),
        ("punch", "punches", "punched"),
    ],
)
def test_forms_of_one_word_have_one_stem(forms: tuple[str, ...]) -> None:
    assert len({stem(form) for form in forms}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("bit", "bite"), ("drunk", "drink"), ("missing", "miss"), ("rap", "rape"), ("family", "fami")],
)
def test_other_words_keep_a_stem_of_their_own(one: str, other: str) -> None:
    assert stem(one) != stem(other)
