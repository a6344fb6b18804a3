"""The words that a text is read by: forms, abbreviations, classes, people, and what undoes a finding."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, StringConstraints

from mash.partnerships.data import Data

PATH = Path(__file__).parent / "shared" / "words.yaml"


def _split(listed: object) -> object:
    """The members of a list that the file holds as one text with commas."""
    return tuple(word.strip() for word in listed.split(",")) if isinstance(listed, str) else listed


def _split_set(listed: object) -> object:
    return frozenset(word.strip() for word in listed.split(",")) if isinstance(listed, str) else listed


WordList = Annotated[tuple[str, ...], BeforeValidator(_split)]
WordSet = Annotated[frozenset[str], BeforeValidator(_split_set)]
ClassName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]*$")]
PersonKind = Literal["child", "parent", "partner", "relative", "adult", "sibling", "peer", "professional"]


class PeopleWords(Data):
    """Words for one kind of person. ``sex`` is left out where the words do not tell it."""

    kind: PersonKind
    sex: Literal["f", "m"] | None = None
    words: WordList


class Lexicon(Data):
    """The file shared/words.yaml.

    ``forms`` are words with their irregular forms, ``unchanged`` words that no ending is taken
    from. ``short`` are abbreviations in any case, ``capitals`` those that must be in capitals, both with what
    they stand for; ``spelt`` are frequent slips. ``classes`` are words that a phrase may ask for by a name
    in braces; a member in braces is another class. The lists after them are phrases that undo a finding,
    the sets after those serve to tell names from words and "her" from "hers".
    """

    forms: Mapping[str, WordList]
    unchanged: WordSet
    short: Mapping[str, str]
    capitals: Mapping[str, str]
    spelt: Mapping[str, str]
    classes: Mapping[ClassName, WordList]
    people: Mapping[ClassName, PeopleWords]
    negators: WordSet
    not_negators: WordList
    denials: WordList
    denied_after: WordList
    supposed: WordList
    general: WordList
    not_general: WordList
    long_ago: WordList
    in_the_past: WordList
    nowadays: WordList
    breaks: WordSet
    frequent: WordSet
    not_names: WordSet
    after_object: WordSet


@cache
def forms() -> Mapping[str, str]:
    """The word that each irregular form belongs to."""
    return {form: word for word, listed in lexicon().forms.items() for form in listed}


@cache
def lexicon() -> Lexicon:
    """The words, read once a process. Raises `PartnershipFault`."""
    from mash.partnerships.loader import read_file

    return read_file(PATH, Lexicon)
