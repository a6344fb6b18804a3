"""By what it is noticed that a contact is about the family, home or name of one of the hub's own staff.

What both are compared by are digests, made with a secret of the service's, so that neither table names
anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from mash.spelling import plain_name

from intake.domain.dates import PEOPLE
from intake.domain.identity import DIGEST_BYTES, normalise_address

Value = tuple[str, str]
Person = Mapping[str, Any]


def contact_keys(partnership: str, document: Mapping[str, Any], digest: Callable[[str], bytes]) -> set[bytes]:
    """Return the keys of everybody in a contact and of every home: any may be somebody's own."""
    people = [person for section in PEOPLE for person in document.get(section, ())]
    found = [value for person in people for value in (*_born(person), *_called(person), *_home(person))]
    found += _home(document)
    found += [value for other in document.get("other_addresses", ()) for value in _home(other)]
    return _digests(partnership, found, digest)


def staff_keys(
    partnership: str, own: Person | None, family: Iterable[Person], digest: Callable[[str], bytes]
) -> set[bytes]:
    """Return the keys of a member of staff and their family.

    A name without a birth date counts for the member of staff alone: too many people share one.
    """
    people = [*([own] if own else []), *family]
    found = [value for person in people for value in (*_born(person), *_home(person))]
    found += _called(own) if own else []
    return _digests(partnership, found, digest)


def _born(person: Person) -> Iterator[Value]:
    if person.get("dob"):
        yield from (("born", f"{name}|{person['dob']}") for _, name in _called(person))


def _called(person: Person) -> Iterator[Value]:
    whole = f"{person.get('given') or ''} {person.get('family') or ''}"
    for name in (whole, person.get("also_known_as") or ""):
        if len(name.split()) > 1 and (plain := plain_name(name)):
            yield "called", plain


def _home(place: Mapping[str, Any]) -> Iterator[Value]:
    if home := normalise_address(place.get("address") or ""):
        yield "home", home


def _digests(partnership: str, values: Iterable[Value], digest: Callable[[str], bytes]) -> set[bytes]:
    return {digest(f"own|{partnership}|{kind}|{value}")[:DIGEST_BYTES] for kind, value in set(values)}
