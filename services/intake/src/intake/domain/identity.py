"""By what a child is known again: the NHS number, the name with the date of birth, the home.

Two contacts share a child, a sibling or an address exactly when they share a key. A key holds a digest made
with a secret of the service's, so that the table of keys names nobody, not even to who tries every name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from mash.spelling import HOUSE_NUMBER, POSTCODE, plain_address, plain_name

from intake.domain.dates import CHILD_BELOW_YEARS, age_years

DIGEST_BYTES = 16
_CHILDS_RELATIONSHIP = re.compile(r"\b(half-?|step-?)?(brother|sister|sibling|son|daughter|child)\b", re.I)
_MOTHER = re.compile(r"\b(birth |biological )?(mother|mum)\b", re.I)


@dataclass(frozen=True, order=True)
class MatchKey:
    """One thing that a child is known by."""

    kind: str
    digest: bytes

    @property
    def lock(self) -> int:
        """The number under which contacts that share this key wait for each other."""
        return int.from_bytes(self.digest[:8], "big", signed=True)


def match_keys(
    partnership: str, document: Mapping[str, Any], today: date, digest: Callable[[str], bytes]
) -> list[MatchKey]:
    """Return the keys of the children, of their siblings at home and of their addresses, in a fixed order."""
    found = set(_values(document, today))
    return sorted(
        MatchKey(kind, digest(f"{partnership}|{kind}|{value}")[:DIGEST_BYTES]) for kind, value in found
    )


def _values(document: Mapping[str, Any], today: date) -> Iterator[tuple[str, str]]:
    for child in document.get("children", ()):
        yield from identifiers(child)
        yield from (("mother", f"{kind}:{value}") for kind, value in identifiers(mother_of(document, child)))
        yield from _home(child.get("address"))
    for person in document.get("household", ()):
        if _is_child(person, today):
            yield from identifiers(person)
    yield from _home(document.get("address"))


def identifiers(person: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield by what a person is known again, each with its kind."""
    if number := person.get("nhs_number"):
        yield "nhs", number
    names = (f"{person.get('given') or ''} {person.get('family') or ''}", person.get("also_known_as") or "")
    for name in names:
        # One name alone is shared by too many children of one day.
        if len(name.split()) > 1 and person.get("dob") and (plain := plain_name(name)):
            yield "name", f"{plain}|{person['dob']}"


def _home(address: str | None) -> Iterator[tuple[str, str]]:
    if home := normalise_address(address or ""):
        yield "address", home


def _is_child(person: Mapping[str, Any], today: date) -> bool:
    age = age_years(person, today)
    if age is not None:
        return age < CHILD_BELOW_YEARS
    return bool(_CHILDS_RELATIONSHIP.search(person.get("relationship") or ""))


def mother_of(document: Mapping[str, Any], child: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the person the child names as its mother, else the only mother in the contact; empty if none."""
    people = [*document.get("household", ()), *document.get("adults", ())]
    if named := child.get("mother"):
        return next((person for person in people if person.get("id") == named), {})
    mothers = [person for person in people if _MOTHER.fullmatch((person.get("relationship") or "").strip())]
    return mothers[0] if len(mothers) == 1 else {}


def normalise_address(address: str) -> str | None:
    """Return the house's numbers, or else its name, with the postcode; none without a postcode."""
    text = plain_address(address)
    postcode = POSTCODE.search(text)
    if postcode is None:
        return None
    before = text[: postcode.start()]
    numbers = HOUSE_NUMBER.findall(before)
    house = "/".join(numbers) or plain_name(before.split(",")[0])
    return f"{house} {postcode[1]}{postcode[2]}" if house else None
