"""The notation of phrases, and that all phrases in the data are written in it."""

from __future__ import annotations

import re

import pytest
from mash.partnerships import load
from mash.partnerships.lexicon import lexicon
from mash.partnerships.signs import signs
from screening.suggesting.phrases import compile_phrases
from screening.suggesting.words import sentences


def is_found(phrase: str, text: str) -> bool:
    book = compile_phrases({"only": [phrase]})
    return any(True for sentence in sentences(text, book.compounds) for _ in book.find(sentence))


@pytest.mark.requirement("SCR-13")
@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("always hungry", "He is always so very hungry."),
        ("hit|slapped him", "She slapped him."),
        ("hit the? wall", "He hit a big wall."),
        ("passed_out|asleep sofa", "She passed out on the sofa."),
        ("{hits} him", "She thumped him."),
        ("no +food", "There is no food."),
        ("mum .. hit", "Mum then got up and hit out."),
        ("belt & hit", "He took the belt, and I was hit."),
        ("self-harm", "He self-harms."),
        ("mum's boyfriend", "Mum\u2019s boyfriend called."),
        ("does not eat", "He doesn't eat."),
        ("domestic violence", "History of DV."),
    ],
)
def test_a_phrase_is_found(phrase: str, text: str) -> None:
    assert is_found(phrase, text)


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("always hungry", "He is always out and never once hungry."),
        ("no +food", "There is no good food."),
        ("=drunk", "She drank."),
        ("hungry always", "He is always hungry."),
        ("dad hit", "Dad left but the ball hit us."),
        ("{mother} hit", "Mum said dad hit him."),
        ("always hungry", "He is always late. Hungry too."),
    ],
)
def test_a_phrase_is_not_found(phrase: str, text: str) -> None:
    assert not is_found(phrase, text)


def _all_phrases() -> list[str]:
    found = [text for sign in signs().values() for text in (*sign.phrases, *sign.unless)]
    for partnership in load().values():
        found += [text for one in partnership.thresholds().indicators.values() for text in one.phrases]
    return found


def test_every_class_that_a_phrase_names_is_there() -> None:
    words = lexicon()
    known = {*words.classes, *words.people}
    named = {name for text in _all_phrases() for name in re.findall(r"\{(\w+)\}", text)}
    assert named <= known


def test_no_phrase_is_without_words() -> None:
    assert not [text for text in _all_phrases() if not re.search(r"\w", text)]
