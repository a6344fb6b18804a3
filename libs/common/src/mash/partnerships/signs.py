"""Everyday signs: what people write when they see something, shared by all partnerships.

A sign is one observation in the words of those who make it. A partnership's indicators name the signs that
show them, so that the same sentence reaches the level that each document gives it.

A phrase is matched by stem, its words in order and in one clause, with at most two other words between
neighbours. In a phrase::

    hit|slapped         either word; passed_out is two words that stand together
    the?                a word that may be missing
    {relative}          any word of that class in words.yaml; it may be one of several: {relative}|boyfriend
    =drunk              the word exactly so, not by its stem
    +food               right after the word before it, nothing between
    mum .. hit          up to eight words between
    belt & {hits}       parts in any order within one sentence, close together

Words of negation in a phrase belong to it ("no food in the house"); any other negation undoes it.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from mash.partnerships.data import Data, Identifier, Listed, Words
from mash.partnerships.documents import nodes
from mash.partnerships.faults import PartnershipFault, Step, fault, line_of
from mash.partnerships.thresholds import SignId
from mash.partnerships.vocabulary import CONCERNS, FACTS

FOLDER = Path(__file__).parent / "shared"

# A part of a combination: another sign, or a fact that is true, written as `fact:not_mobile`.
Part = Annotated[str, StringConstraints(pattern=r"^([a-z_]+\.[a-z0-9_]+|fact:[a-z0-9_]+)$")]


class Sign(Data):
    """One observation.

    ``usual_level`` is what documents with four levels mostly give it; each document's own indicators decide.
    ``facts`` are shown by it. ``when_adult``, ``when_child`` and ``when_past`` name the sign that the same
    words show when they are about a grown-up, about the child, or about time long gone; without one the words
    are set aside then. ``keeps_past`` says that it does not matter when it happened. ``made_of`` lists the
    combinations, each whole by itself, that show it without words of its own. ``unless`` are phrases that
    take the sign away where they stand in the same sentence, ``explains`` the signs that this one explains
    when it stands beside them.
    """

    text: Words
    usual_level: Annotated[int, Field(ge=1, le=4)]
    about: Literal["child", "parent", "any"]
    concerns: Listed[Identifier] = ()
    facts: Mapping[str, bool] = {}
    phrases: Listed[Words] = ()
    unless: Listed[Words] = ()
    made_of: Listed[Listed[Part]] = ()
    explains: Listed[SignId] = ()
    when_adult: SignId | None = None
    when_child: SignId | None = None
    when_past: SignId | None = None
    keeps_past: bool = False

    @model_validator(mode="after")
    def _known(self) -> Self:
        if unknown := [concern for concern in self.concerns if concern not in CONCERNS]:
            raise ValueError(f"there is no concern called {unknown[0]}")
        if unknown := [fact for fact in self.facts if fact not in FACTS or FACTS[fact][0] is not bool]:
            raise ValueError(f"there is no fact called {unknown[0]} that is true or false")
        return self


class PhraseFile(Data):
    """A file in the folder shared/phrases: more wordings for the signs of the theme it is named after."""

    phrases: Mapping[Identifier, Listed[Words]]
    unless: Mapping[Identifier, Listed[Words]] = {}


class SignFile(Data):
    """A file in the folder shared/signs: the signs of one theme."""

    title: Words
    signs: Mapping[Identifier, Sign]


@cache
def signs() -> Mapping[str, Sign]:
    """Every sign by its id, which is <theme>.<name>. Raises `PartnershipFault`."""
    return MappingProxyType(read_signs(FOLDER))


def read_signs(folder: Path) -> dict[str, Sign]:
    """The signs of a folder with all their wordings. Raises `PartnershipFault`."""
    # The loader reads thresholds, which name signs; it is imported here so that neither waits for the other.
    from mash.partnerships.loader import read_file

    files = {path: read_file(path, SignFile) for path in sorted(folder.glob("signs/*.yaml"))}
    more = {path: read_file(path, PhraseFile) for path in sorted(folder.glob("phrases/*.yaml"))}
    found = {f"{path.stem}.{name}": sign for path, file in files.items() for name, sign in file.signs.items()}
    faults = [
        fault(path, line_of(nodes(path.read_text(encoding="utf-8")), steps), f"there is no sign called {id}")
        for path, steps, id in (*_named(files), *_worded(more))
        if id not in found
    ]
    if faults:
        raise PartnershipFault(faults)
    for path, file in more.items():
        for name in {*file.phrases, *file.unless}:
            sign = found[f"{path.stem}.{name}"]
            found[f"{path.stem}.{name}"] = sign.model_copy(
                update={
                    "phrases": (*sign.phrases, *file.phrases.get(name, ())),
                    "unless": (*sign.unless, *file.unless.get(name, ())),
                }
            )
    return found


def _named(files: Mapping[Path, SignFile]) -> Iterator[tuple[Path, tuple[Step, ...], str]]:
    """Every sign that another names, with its place."""
    for path, file in files.items():
        for name, sign in file.signs.items():
            for key in ("when_adult", "when_child", "when_past"):
                if id := getattr(sign, key):
                    yield path, ("signs", name, key), id
            for id in sign.explains:
                yield path, ("signs", name, "explains"), id
            for part in (part for whole in sign.made_of for part in whole if not part.startswith("fact:")):
                yield path, ("signs", name, "made_of"), part


def _worded(files: Mapping[Path, PhraseFile]) -> Iterator[tuple[Path, tuple[Step, ...], str]]:
    """Every sign that a file of further wordings names, with its place."""
    for path, file in files.items():
        for section in ("phrases", "unless"):
            for name in getattr(file, section):
                yield path, (section, name), f"{path.stem}.{name}"
