"""A text is likened to sentences of our own, and what cannot be read is said."""

from __future__ import annotations

import pytest
from mash.partnerships import get
from mash.partnerships.signs import signs
from screening.suggesting import Suggested, suggest
from screening.suggesting.likeness import MODEL, model

from benchmarks.likeness.corpus import examples, fingerprint

FEW = "Few of these words were understood. A person has to read them."
NOTHING = "Nothing was found in these words. That is no finding that there is no need."
FIVE = ["havering", "haringey", "redbridge", "bracknell_forest", "medway"]


def read(text: str, partnership: str = "havering") -> Suggested:
    known = get(partnership)
    return suggest(text, known, known.thresholds())


def test_the_model_is_made_from_the_sentences_that_are_there() -> None:
    assert f'"made_from":"{fingerprint()}"' in MODEL.read_text(), "run `make likeness`"


def test_nearly_every_sign_has_examples_and_ordinary_life_has_the_most() -> None:
    known = examples()
    shown = {one.sign for one in known if one.sign}
    assert len(shown) > 0.95 * len(signs())
    assert sum(one.sign is None for one in known) > 2_000


def test_the_model_holds_words_and_no_sentences() -> None:
    assert max(len(name.split()) for name in model().levels) <= 4


@pytest.mark.requirement("SCR-13")
@pytest.mark.parametrize("partnership", FIVE)
def test_what_no_phrase_holds_is_read_by_its_likeness(partnership: str) -> None:
    found = read(
        "He told me the lodger gets into his bed when mum is on nights. He said it hurts after. He has "
        "started wetting himself in class and he begged me not to ring home.",
        partnership,
    )
    assert found.recommendation.rating == "red"
    assert all(one.evidence for one in found.suggestions)
    assert all(one.why for one in found.suggestions)


def test_another_language_is_not_taken_for_no_need() -> None:
    found = read("Mama bije dziecko codziennie wieczorem i sasiedzi slysza krzyki przez sciany.")
    assert FEW in found.cautions


def test_an_empty_text_says_that_nothing_was_found() -> None:
    assert NOTHING in read("").cautions


def test_an_ordinary_text_is_understood() -> None:
    found = read("Robin came in happy with his sister and ate all his lunch. Mum rang to say thank you.")
    assert FEW not in found.cautions


@pytest.mark.requirement("SCR-13", "TOO-09")
def test_a_figure_in_the_text_is_suggested_with_its_words() -> None:
    found = read("Her attendance is 84% this term and the parents are working with us.", "haringey")
    shown = {one.id: [words.text for words in one.evidence] for one in found.suggestions}
    assert any("84" in " ".join(words) for words in shown.values())
