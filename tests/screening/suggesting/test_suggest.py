"""What a text suggests, in everyday words, and what is set aside and why."""

from __future__ import annotations

import pytest
from mash.partnerships import get, load
from mash.partnerships.signs import signs
from screening.domain.findings import KnownFacts
from screening.suggesting import Suggested, suggest
from screening.suggesting.book import book_of
from screening.suggesting.findings import read_signs

HAVERING = get("havering")


def read(text: str) -> Suggested:
    return suggest(text, HAVERING, HAVERING.thresholds())


def signs_in(text: str) -> set[str]:
    found = read_signs(text, book_of(HAVERING.thresholds())).signs
    return {id for id, words in found.items() if words}


def asides_in(text: str) -> dict[str, str]:
    return {one.sign: one.why for one in read(text).set_aside}


@pytest.mark.requirement("SCR-13")
@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("He told his teacher that daddy hits him with a belt.", "harm.hit_with_object"),
        ("she said her stepdad punched her", "harm.beaten"),
        ("Bruising noted behind both ears.", "injury.unusual_place"),
        ("The flat is filthy, dog mess all over the floor.", "home.squalor"),
        ("He is always hungry and takes food from other children.", "neglect.often_hungry"),
        ("There was no food in the house.", "neglect.no_food_at_home"),
        ("Her partner strangled her in front of the kids.", "domestic.serious_violence"),
        ("Mum was passed out on the sofa.", "parent_drink.incapable"),
        ("She took an overdose of paracetamol last night.", "self_harm.overdose"),
        ("He hears voices telling him to jump.", "mind.psychosis"),
        ("He has been selling drugs for the olders and has two phones.", "exploitation.county_lines"),
        ("She is being forced to marry her cousin in Pakistan.", "practices.forced_marriage_evidence"),
        ("Mum says the baby is possessed.", "practices.witchcraft_harm"),
        ("She went missing again last night, the fifth time.", "missing.persistent"),
    ],
)
def test_everyday_words_show_a_sign(text: str, sign: str) -> None:
    assert sign in signs_in(text)


@pytest.mark.requirement("SCR-13")
@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("No bruising seen.", "injury.bruise_seen"),
        ("Mum denied hitting him or using a belt.", "harm.hit_with_object"),
        ("There were no cuts, burns or bruises on her arms.", "injury.bruise_seen"),
        ("He has never been hit by his dad.", "harm.hit_no_mark"),
        ("Self-harm: none.", "self_harm.superficial"),
        ("Non-accidental injury was ruled out.", "injury.suspected_inflicted"),
        ("She has no thoughts of suicide.", "self_harm.suicidal_thoughts"),
    ],
)
def test_what_is_denied_is_no_sign(text: str, sign: str) -> None:
    assert sign not in signs_in(text)


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("She has not been fed properly.", "neglect.often_hungry"),
        ("He did not deny that dad hits him.", "harm.hit_no_mark"),
        ("It is not the first time that dad hit him.", "harm.hit_no_mark"),
        ("Not only was he hit by his dad, he was locked out.", "harm.hit_no_mark"),
    ],
)
def test_a_word_of_negation_may_tell_the_contrary(text: str, sign: str) -> None:
    assert sign in signs_in(text)


class TestSetAside:
    def test_says_which_word_denied_it(self) -> None:
        assert "denied" in asides_in("Mum denied that she was drunk.")["parent_drink.affects_care"].lower()

    @pytest.mark.requirement("SCR-13")
    def test_keeps_a_parent_s_own_childhood_apart(self) -> None:
        text = "As a child the mother took an overdose of paracetamol."
        assert "self_harm.overdose" not in signs_in(text)
        assert any("past" in why.lower() for why in asides_in(text).values())

    @pytest.mark.requirement("SCR-13")
    def test_keeps_a_parent_s_injury_apart_from_the_child_s(self) -> None:
        assert "injury.bruise_seen" not in signs_in("Mum had a bruise on her arm.")
        assert "injury.bruise_seen" in signs_in("He had a bruise on his arm.")

    @pytest.mark.requirement("SCR-13")
    def test_an_overdose_is_a_parent_s_or_the_child_s(self) -> None:
        assert "parent_mind.suicide_attempt" in signs_in("Mother took an overdose of paracetamol.")
        assert "self_harm.overdose" in signs_in("The girl took an overdose of paracetamol.")

    def test_training_and_stories_are_about_nobody(self) -> None:
        assert not signs_in("We are booking training on county lines and would like a leaflet.")

    def test_what_a_child_says_after_a_lesson_counts(self) -> None:
        text = "After the lesson on county lines he said he is selling drugs for the olders."
        assert "exploitation.county_lines" in signs_in(text)


class TestSuggestion:
    @pytest.mark.requirement("SCR-13")
    def test_quotes_exact_words_with_their_places(self) -> None:
        text = "Yesterday \u201cdad hit him with a belt\u201d, she said."
        evidence = [words for one in read(text).suggestions for words in one.evidence]
        assert evidence
        assert all(text[words.start : words.end] == words.text for words in evidence)

    def test_puts_evidence_that_overlaps_together(self) -> None:
        found = read("Dad hit him with a belt. Later mum locked him in the shed.")
        for one in found.suggestions:
            ends = [words.end for words in one.evidence]
            starts = [words.start for words in one.evidence]
            assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))

    def test_says_why(self) -> None:
        assert all(one.why for one in read("Dad hit him with a belt.").suggestions)

    def test_ordinary_life_suggests_no_need(self) -> None:
        found = read("Lovely visit. She is eating well, sleeping through and meeting her milestones.")
        assert found.recommendation.level == 1

    def test_nothing_is_suggested_of_nothing(self) -> None:
        found = read("")
        assert (found.suggestions, found.recommendation.level) == ((), 1)

    def test_recommends_what_all_suggestions_together_would(self) -> None:
        found = read("Dad beats him with a belt and locks him in the shed.")
        assert found.recommendation.level == max(one.level for one in found.suggestions) == 4
        assert found.recommendation.rating == "red"


class TestFacts:
    @pytest.mark.requirement("SCR-13")
    def test_figures_of_the_text_bring_their_indicators(self) -> None:
        found = read("Pregnant, 24 weeks, still smoking heroin every day.")
        assert found.facts["gestation_weeks"] == 24
        assert found.facts["substance_misuse_in_pregnancy"] is True

    def test_a_bruise_on_a_small_baby_is_a_sign_of_its_own(self) -> None:
        assert "injury.non_mobile" not in signs_in("There is a bruise on his cheek. He is nine.")
        found = read("There is a bruise on his cheek. He is 7 weeks old.")
        assert found.facts["not_mobile"] is True
        assert found.recommendation.level == 4

    def test_what_is_known_stands_over_what_the_text_says(self) -> None:
        known = KnownFacts(ages=(15,), values={"gestation_weeks": 12})
        found = suggest("She is 24 weeks pregnant.", HAVERING, HAVERING.thresholds(), known)
        assert found.facts["gestation_weeks"] == 24
        assert "below 21" not in str(found.recommendation.reasons)


@pytest.mark.parametrize("name", sorted(load()))
def test_every_partnership_reads_a_beating_as_the_gravest(name: str) -> None:
    partnership = load()[name]
    found = suggest("Dad beats him with a belt.", partnership, partnership.thresholds())
    assert found.recommendation.rating == "red"


def test_every_sign_has_words_or_is_made_of_others() -> None:
    assert not [id for id, sign in signs().items() if not sign.phrases and not sign.made_of]
