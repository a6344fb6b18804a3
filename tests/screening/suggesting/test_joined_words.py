"""Words that one phrase takes for one are still found by another phrase that asks for them singly."""

import pytest
from screening.suggesting.phrases import compile_phrases
from screening.suggesting.words import sentences


def owners_found(text: str, **phrases: str) -> set[str]:
    book = compile_phrases({owner: [phrase] for owner, phrase in phrases.items()})
    return {
        match.phrase.owner for sentence in sentences(text, book.compounds) for match in book.find(sentence)
    }


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("He was found out of borough.", "found|seen out borough|county"),
        ("He went out of borough again.", "out borough|county again"),
        ("He is often out of borough.", "often out of|from borough|county"),
    ],
)
def test_parts_of_a_joined_word_are_found_in_order(text: str, phrase: str) -> None:
    assert owners_found(text, joined="out_of_borough", single=phrase) == {"joined", "single"}


def test_parts_of_a_joined_word_are_not_found_backwards() -> None:
    assert owners_found("He went out of borough.", joined="out_of_borough", single="borough|county out") == {
        "joined"
    }


def test_one_part_of_a_joined_word_is_not_two() -> None:
    assert owners_found("A trap house.", joined="trap_house", single="house|flat house|home") == {"joined"}
