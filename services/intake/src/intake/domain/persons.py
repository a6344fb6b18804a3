"""The people of a contact, as they are compared with those of others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal

from mash.spelling import POSTCODE, plain_address, plain_name, read_nhs_number, sound

from intake.domain.dates import is_unborn, read_date
from intake.domain.identity import mother_of, normalise_address
from intake.domain.nicknames import forms

Role = Literal["child", "household", "adult"]
ROLES: Final[dict[str, Role]] = {"children": "child", "household": "household", "adults": "adult"}
# A child this young may still be on another contact as unborn.
BABY: Final = timedelta(days=400)
NHS_WEIGHT, BIRTH_WEIGHT, OTHER_WEIGHT = 4, 2, 1
_ALLEGED = re.compile(
    r"\b(perpetrator|perp|suspect(ed)?|offender|accused|abuser|alleged to have"
    r"|subject of (the|an) allegation)\b",
    re.I,
)
_BREAK = re.compile(r"[\s\-\u2010-\u2015/]+")
_DIGITS = re.compile(r"\D+")
_LANDLINE_DIGITS = 9


@dataclass(frozen=True)
class Name:
    """A name in plain letters, by its parts."""

    given: tuple[str, ...]
    family: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """What a contact says of a person that others can be compared by."""

    label: str
    role: Role
    names: tuple[Name, ...]
    given_as_written: str = ""
    family_as_written: str = ""
    also_known_as: str = ""
    dob: date | None = None
    edd: date | None = None
    sex: str | None = None
    nhs: str | None = None
    address: str = ""
    home: str | None = None
    postcode: str | None = None
    telephone: str | None = None
    relation: str = ""
    mother: Person | None = None
    alleged: bool = False
    is_baby: bool = False

    @property
    def is_unborn(self) -> bool:
        """Whether the child is expected and was not yet born."""
        return self.edd is not None and self.dob is None

    @property
    def called(self) -> str:
        """The person's name as it was written, or what stands for one."""
        name = " ".join(part for part in (self.given_as_written, self.family_as_written) if part)
        return name or self.also_known_as or ("unborn child" if self.is_unborn else "name not known")


def people_of(document: Mapping[str, Any], today: date) -> list[Person]:
    """Return everybody whom a contact's document names, in its order. ``today`` is the day of receipt."""
    return [
        _person(one, role, document, today)
        for section, role in ROLES.items()
        for one in document.get(section, ())
        if one.get("id")
    ]


def _person(one: Mapping[str, Any], role: Role, document: Mapping[str, Any], today: date) -> Person:
    home = _home_of(one, role, document)
    born = read_date(one.get("dob"))
    is_baby = role == "child" and (is_unborn(one) or (born is not None and today - born <= BABY))
    mother = mother_of(document, one) if is_baby else {}
    postcode = POSTCODE.search(plain_address(home))
    sex = one.get("sex")
    return Person(
        label=str(one["id"]),
        role=role,
        names=tuple(_names(one)),
        given_as_written=one.get("given") or "",
        family_as_written=one.get("family") or "",
        also_known_as=one.get("also_known_as") or "",
        dob=born,
        edd=read_date(one.get("edd")),
        sex=sex if sex in ("female", "male") else None,
        nhs=read_nhs_number(one.get("nhs_number") or ""),
        address=home,
        home=normalise_address(home),
        postcode="".join(postcode.groups()) if postcode else None,
        telephone=_telephone(one.get("telephone")),
        relation=" ".join((one.get("relationship") or "").lower().split()),
        mother=_person(mother, "adult", document, today) if mother.get("id") else None,
        alleged=is_alleged(one),
        is_baby=is_baby,
    )


def is_alleged(one: Mapping[str, Any]) -> bool:
    """Whether the contact says that this person did the harm."""
    return bool(_ALLEGED.search(one.get("concern") or ""))


def _home_of(one: Mapping[str, Any], role: Role, document: Mapping[str, Any]) -> str:
    """The person's own address; at home it is the contact's, or that of the children."""
    if own := one.get("address"):
        return str(own)
    if role == "adult":
        return ""
    homes = {child["address"] for child in document.get("children", ()) if child.get("address")}
    return str(document.get("address") or (homes.pop() if len(homes) == 1 else ""))


def _names(one: Mapping[str, Any]) -> Iterator[Name]:
    family = _parts(one.get("family"))
    if (given := _parts(one.get("given"))) or family:
        yield Name(given, family)
    known = _parts(one.get("also_known_as"))
    if len(known) > 1:
        yield Name(known[:-1], known[-1:])
    elif known:
        yield Name(known, family)


def _parts(name: str | None) -> tuple[str, ...]:
    return tuple(plain for part in _BREAK.split(name or "") if (plain := plain_name(part)))


def _telephone(number: str | None) -> str | None:
    digits = _DIGITS.sub("", number or "")
    return digits[-_LANDLINE_DIGITS:] if len(digits) >= _LANDLINE_DIGITS else None


def blocking(person: Person) -> dict[str, int]:
    """Return by what others have to meet this person to be compared at all, each with what it weighs.

    Two people meet by the NHS number; by a name and the date of birth, whichever way round its day and month
    are; by how both names sound; or by the given name at one home or telephone. An unborn child and a baby
    meet by the mother.
    """
    found: dict[str, int] = {}
    if person.nhs:
        found[f"nhs|{person.nhs}"] = NHS_WEIGHT
    given = {sound(form) for name in person.names if name.given for form in forms(name.given[0])}
    family = {sound(part) for name in person.names for part in name.family}
    if born := _either_way_round(person.dob):
        found |= dict.fromkeys((f"born|{born}|{name}" for name in given | family), BIRTH_WEIGHT)
    called = ("|".join(sorted((one, other))) for one in given for other in family)
    found |= dict.fromkeys((f"called|{both}" for both in called), OTHER_WEIGHT)
    for where in filter(None, (person.home, person.telephone)):
        found |= dict.fromkeys((f"at|{where}|{name}" for name in given), OTHER_WEIGHT)
    if person.is_baby and person.mother:
        found |= {f"mother|{key}": BIRTH_WEIGHT for key in blocking(person.mother)}
    return found


def _either_way_round(born: date | None) -> str | None:
    """A date as it and the one with day and month exchanged have it in common."""
    if born is None:
        return None
    return f"{born.year}|{min(born.day, born.month)}|{max(born.day, born.month)}"
