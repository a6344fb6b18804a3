"""By what a person is found in the agency's own records, and how strong each finding is.

A record and a person match where they share a key. The same function makes the keys of both, so that what
is stored and what is sought are spelt alike.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from mash.spelling import plain_name

from partner_gateway.domain.spelling import house_keys

Reason = Literal["nhs_number", "name_and_dob", "family_and_dob", "name", "address"]

# The strongest first. A family name with the date of birth finds a child whose given name is spelt otherwise.
STRENGTH: dict[Reason, int] = {
    "nhs_number": 1,
    "name_and_dob": 2,
    "family_and_dob": 3,
    "name": 4,
    "address": 5,
}


@dataclass(frozen=True)
class Identity:
    """What is known of a person that records can be found by."""

    family: str | None = None
    given: str | None = None
    also_known_as: str | None = None
    dob: date | None = None
    nhs_number: str | None = None
    address: str | None = None
    postcode: str | None = None


@dataclass(frozen=True)
class Match:
    """Which of the people sought a record matches, by their place in the list, and why."""

    person: int
    reasons: tuple[Reason, ...]


def match_keys(identity: Identity) -> dict[str, Reason]:
    """The keys of an identity, each with the reason that it stands for."""
    return {f"{reason}:{value}": reason for reason, value in _values(identity)}


def _values(identity: Identity) -> Iterator[tuple[Reason, str]]:
    if identity.nhs_number:
        yield "nhs_number", identity.nhs_number
    for family, given in _names(identity):
        if family and identity.dob:
            yield "family_and_dob", f"{family}|{identity.dob}"
        for name in _spellings(given) if family else ():
            yield "name", f"{family}|{name}"
            if identity.dob:
                yield "name_and_dob", f"{family}|{name}|{identity.dob}"
    for house in house_keys(identity.address or "", identity.postcode):
        yield "address", house


def _names(identity: Identity) -> Iterator[tuple[str, str]]:
    """The family name, compact, and the given names, as registered and as also known."""
    family = plain_name(identity.family or "")
    yield family, identity.given or ""
    known = (identity.also_known_as or "").split()
    if len(known) > 1:
        yield plain_name(known[-1]), " ".join(known[:-1])
    elif known:
        yield family, known[0]


def _spellings(given: str) -> set[str]:
    """The given names together and the first alone: `Mary-Jane`, `Mary Jane` and `Mary` find each other."""
    first = given.replace("-", " ").split()[:1]
    return {name for name in (plain_name(given), *map(plain_name, first)) if name}


def sought_keys(people: Iterable[Identity]) -> dict[str, int]:
    """Every key of the people sought, with its strength."""
    return {key: STRENGTH[reason] for person in people for key, reason in match_keys(person).items()}


def matches(record_keys: Iterable[str], people: Iterable[Identity]) -> list[Match]:
    """Which of the people a record with these keys matches, the strongest reason first."""
    held = set(record_keys)
    found = ((number, _shared(held, match_keys(person))) for number, person in enumerate(people))
    return [Match(number, reasons) for number, reasons in found if reasons]


def _shared(held: set[str], keys: Mapping[str, Reason]) -> tuple[Reason, ...]:
    shared = {reason for key, reason in keys.items() if key in held}
    return tuple(sorted(shared, key=STRENGTH.__getitem__))


def identifiers_used(people: Iterable[Identity]) -> list[str]:
    """The kinds of identifier that a search went by; never what they were."""
    kinds = {
        "nhs_number": ("nhs_number",),
        "name": ("family", "given", "also_known_as"),
        "date_of_birth": ("dob",),
        "address": ("address", "postcode"),
    }
    sought = list(people)
    return [
        kind
        for kind, names in kinds.items()
        if any(getattr(person, name) for person in sought for name in names)
    ]
