"""Families whom contacts are about, as many and as mixed as those of a borough. None of them exists."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random
from typing import Any, Final

CHANCE: Final = Random()
_STARTS: Final = "bcdfghjklmnprstvw"
_VOWELS: Final = "aeiou"
_MIDDLES: Final = "bdglmnprstv"
_GIVEN_ENDS: Final = ("a", "ah", "el", "en", "ia", "ie", "in", "o", "on", "y")
_FAMILY_ENDS: Final = ("bury", "combe", "ford", "holme", "ley", "sample", "test", "thorpe", "ton", "wick")
_STREETS: Final = ("Sample Street", "Fictional Gardens", "Pretend Lane", "Invented Road", "Madeup Court")
# How many names there are to choose from, as many people share the usual ones.
_GIVEN_NAMES: Final = 400
_FAMILY_NAMES: Final = 3000


@dataclass(frozen=True)
class Family:
    """A mother with her children at one address."""

    name: str
    mother: str
    children: tuple[tuple[str, str], ...]
    address: str


def create_family(chance: Random) -> Family:
    """Make a family up."""
    born = [
        f"{chance.randint(2009, 2025)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
        for _ in range(chance.choice((1, 1, 2, 3)))
    ]
    number, area = chance.randint(1, 200), chance.randint(1, 20)
    end = chance.randint(1, 9), "".join(chance.choices("ABDEFGHJLNPQRSTUWXYZ", k=2))
    return Family(
        name=_name(chance.randrange(_FAMILY_NAMES), _FAMILY_ENDS),
        mother=_given(chance),
        children=tuple((_given(chance), day) for day in born),
        address=f"{number} {chance.choice(_STREETS)}, Examplesford, RM{area} {end[0]}{end[1]}",
    )


def create_form(family: Family, chance: Random) -> dict[str, Any]:
    """Return a school's referral form about one of a family's children."""
    given, born = chance.choice(family.children)
    return {
        "partnership": "havering",
        "referrer": {
            "name": "Ash Sample",
            "role": "Designated safeguarding lead",
            "kind": "school",
            "email": "dsl@sample-primary.example",
        },
        "children": [{"given": given, "family": family.name, "dob": born}],
        "household": [{"given": family.mother, "family": family.name, "relationship": "mother"}],
        "address": family.address,
        "concern": {"narrative": "Came to school hungry three days running. " * 12, "types": ["neglect"]},
        "consent": {"told": "informed", "agreed": "yes", "lawful_basis": []},
    }


def _given(chance: Random) -> str:
    return _name(int(_GIVEN_NAMES * chance.random() ** 2), _GIVEN_ENDS)


def _name(number: int, ends: tuple[str, ...]) -> str:
    """Return the name of this number, the same each time."""
    own = Random(f"{ends}{number}")
    return (own.choice(_STARTS) + own.choice(_VOWELS) + own.choice(_MIDDLES) + own.choice(ends)).title()
