"""A text that never stops is read in pieces: no length of it may hold up whoever waits for the answer."""

from __future__ import annotations

import pytest
from mash.partnerships import get
from screening.suggesting import suggest
from screening.suggesting.phrases import compile_phrases
from screening.suggesting.words import sentences

COMPOUNDS = compile_phrases({}).compounds
LONGEST = 1200


@pytest.mark.parametrize("unit", ["when he was a child he was hit ", "no bruise, ", "mum\t", "x", "- "])
def test_no_sentence_grows_with_its_text(unit: str) -> None:
    text = unit * (20_000 // len(unit))
    for sentence in sentences(text, COMPOUNDS):
        assert sentence.words[-1].end - sentence.words[0].start <= LONGEST


def test_a_long_sentence_is_cut_between_words_and_keeps_every_one() -> None:
    text = "the household " * 500
    words = [word for sentence in sentences(text, COMPOUNDS) for word in sentence.words]
    assert [text[word.start : word.end] for word in words] == text.split()


def test_what_stands_at_the_end_of_a_long_text_is_found() -> None:
    havering = get("havering")
    text = "we went to the park and then to the shops and " * 400 + "dad punched her in the face"
    found = suggest(text, havering, havering.thresholds())
    assert any("punched" in words.text for one in found.suggestions for words in one.evidence)
