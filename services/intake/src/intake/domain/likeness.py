"""How likely two people that two contacts name are one and the same, and why, in words.

Each reason weighs so many points, for or against; together they are the score, from 0 to 100. The score says
what a person has to look at. It never joins two people by itself: that takes one of the few ways in which
everything agrees and nothing speaks against it (``is_sure``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from mash.spelling import likeness as spelt_alike
from mash.spelling import sound_alike

from intake.domain.nicknames import are_variants
from intake.domain.persons import Name, Person

WORTH_ASKING: Final = 40
LIKELIHOODS: Final = ((80, "very likely"), (60, "likely"), (WORTH_ASKING, "possible"), (0, "unlikely"))
ALIKE: Final = 0.93
# A baby may come sixteen weeks early, and three late.
BORN_BEFORE_DUE, BORN_AFTER_DUE = timedelta(weeks=16), timedelta(weeks=3)
ONE_PREGNANCY: Final = timedelta(weeks=3)

Part = Literal["given", "family"]


@dataclass(frozen=True)
class Weight:
    """What a reason weighs, and how it reads: ``{a}`` and ``{b}`` are what the two contacts say."""

    points: int
    words: str
    shows: str = ""


REASONS: Final[dict[str, Weight]] = {
    "nhs_same": Weight(70, "The same NHS number."),
    "nhs_differs": Weight(-70, "Different NHS numbers: {a} and {b}.", "nhs"),
    "dob_same": Weight(30, "The same date of birth."),
    "dob_swapped": Weight(24, "Dates of birth with day and month exchanged: {a} and {b}.", "dob"),
    "dob_one_digit": Weight(20, "Dates of birth that differ by one digit: {a} and {b}.", "dob"),
    "dob_differs": Weight(-30, "Different dates of birth: {a} and {b}.", "dob"),
    "given_same": Weight(18, "The same given name."),
    "given_variant": Weight(14, "Given names that stand for each other: {a} and {b}.", "given"),
    "given_sounds": Weight(12, "Given names that sound alike: {a} and {b}.", "given"),
    "given_alike": Weight(10, "Given names that are spelt alike: {a} and {b}.", "given"),
    "given_initial": Weight(4, "One given name is the other's initial: {a} and {b}.", "given"),
    "given_differs": Weight(-25, "Different given names: {a} and {b}.", "given"),
    "family_same": Weight(17, "The same family name."),
    "family_part": Weight(12, "Family names that share a part: {a} and {b}.", "family"),
    "family_sounds": Weight(12, "Family names that sound alike: {a} and {b}.", "family"),
    "family_alike": Weight(10, "Family names that are spelt alike: {a} and {b}.", "family"),
    "family_differs": Weight(-8, "Different family names: {a} and {b}.", "family"),
    "names_swapped": Weight(28, "Given and family name exchanged: {a} and {b}.", "whole"),
    "home_same": Weight(12, "The same home."),
    "postcode_same": Weight(5, "The same postcode."),
    "telephone_same": Weight(12, "The same telephone number."),
    "sex_differs": Weight(-15, "Recorded as {a} and as {b}.", "sex"),
    "relation_same": Weight(3, "The same relation to the child: {a}.", "relation"),
    "child_shared": Weight(20, "Both are named beside the same child."),
    "mother_same": Weight(45, "The same mother."),
    "due_same": Weight(20, "Both are due at the same time: {a} and {b}.", "edd"),
    "due_differs": Weight(-40, "Due at different times: {a} and {b}.", "edd"),
    "born_when_due": Weight(20, "Born about when the unborn child was due: {a} and {b}.", "birth"),
    "born_otherwise": Weight(-40, "Not born about when the unborn child was due: {a} and {b}.", "birth"),
}
_AGREE: Final = {
    "given": {"given_same", "given_variant", "given_sounds", "given_alike"},
    "family": {"family_same", "family_part", "family_sounds", "family_alike"},
}


@dataclass(frozen=True)
class Likeness:
    """How alike two people are: the score, the reasons by their codes, and whether it is beyond doubt."""

    score: int
    reasons: tuple[str, ...]
    sure: bool

    @property
    def worth_asking(self) -> bool:
        """Whether somebody has to look at it: one NHS number for two people always is."""
        return self.score >= WORTH_ASKING or "nhs_same" in self.reasons


def compare(one: Person, other: Person, *, shared_child: bool = False) -> Likeness:
    """Compare two people. ``shared_child`` says that both are named beside one and the same child."""
    found = [*_numbers(one, other), *_births(one, other), *_names(one, other), *_places(one, other)]
    found += _relations(one, other, shared_child=shared_child)
    score = sum(REASONS[code].points for code in found)
    return Likeness(max(0, min(100, score)), tuple(found), is_sure(found))


def is_sure(found: Iterable[str]) -> bool:
    """Whether these reasons leave no doubt, so that the two are linked without anybody's saying so.

    Nothing speaks against it, and one of these holds: the NHS number, the date of birth and the names agree;
    the whole name and the date of birth are the same, at the same home or telephone; the whole name and the
    relation are the same beside the same child; or it is one pregnancy of the same mother.
    """
    codes = set(found)
    if any(REASONS[code].points < 0 for code in codes):
        return False
    named = bool(codes & _AGREE["given"] and codes & _AGREE["family"])
    same_name = {"given_same", "family_same"} <= codes
    by_number = {"nhs_same", "dob_same"} <= codes and named
    by_home = same_name and "dob_same" in codes and bool(codes & {"home_same", "telephone_same"})
    by_child = same_name and {"child_shared", "relation_same"} <= codes
    return by_number or by_home or by_child or {"mother_same", "due_same"} <= codes


def how_likely(score: int) -> str:
    """Say a score in words."""
    return next(words for least, words in LIKELIHOODS if score >= least)


def in_words(codes: Iterable[str], one: Person, other: Person) -> list[str]:
    """Say reasons as they are read, those that weigh most first."""
    ordered = sorted(codes, key=lambda code: -abs(REASONS[code].points))
    return [
        REASONS[code].words.format(a=_shown(one, REASONS[code].shows), b=_shown(other, REASONS[code].shows))
        for code in ordered
    ]


def _numbers(one: Person, other: Person) -> Iterator[str]:
    if one.nhs and other.nhs:
        yield "nhs_same" if one.nhs == other.nhs else "nhs_differs"


def _births(one: Person, other: Person) -> Iterator[str]:
    if one.dob and other.dob:
        yield compare_dates(one.dob, other.dob)
    elif one.is_unborn and other.is_unborn and one.edd and other.edd:
        yield "due_same" if abs(one.edd - other.edd) <= ONE_PREGNANCY else "due_differs"
    else:
        for due, born in ((one, other), (other, one)):
            if due.is_unborn and due.edd and born.dob:
                is_when = due.edd - BORN_BEFORE_DUE <= born.dob <= due.edd + BORN_AFTER_DUE
                yield "born_when_due" if is_when else "born_otherwise"
    if one.mother and other.mother and (one.is_baby or other.is_baby):
        mothers = compare(one.mother, other.mother)
        if mothers.sure or "nhs_same" in mothers.reasons:
            yield "mother_same"


def compare_dates(one: date, other: date) -> str:
    """Say how two dates of birth compare: people exchange day and month, and slip by one digit."""
    if one == other:
        return "dob_same"
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return "dob_swapped"
    digits = zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True)
    return "dob_one_digit" if sum(a != b for a, b in digits) == 1 else "dob_differs"


def _names(one: Person, other: Person) -> Iterator[str]:
    """The best that any name of the one makes with any of the other's, as people go by several."""
    pairs = [list(_name(a, b)) for a in one.names for b in other.names]
    if pairs:
        yield from max(pairs, key=lambda codes: sum(REASONS[code].points for code in codes))


def _name(one: Name, other: Name) -> Iterator[str]:
    if _is_swapped(one, other):
        yield "names_swapped"
        return
    if one.given and other.given:
        yield f"given_{_given(one.given, other.given)}"
    if one.family and other.family:
        yield f"family_{_family(one.family, other.family)}"


def _is_swapped(one: Name, other: Name) -> bool:
    crossed = one.given and one.family and one.given == other.family and one.family == other.given
    return bool(crossed) and one.given != one.family


def _given(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if one == other or "".join(one) == "".join(other):
        return "same"
    # A second given name is often left out.
    if one[0] == other[0] and len(one[0]) > 1:
        return "same" if len(one) == 1 or len(other) == 1 else "alike"
    if len(one[0]) == 1 or len(other[0]) == 1:
        return "initial" if one[0][0] == other[0][0] else "differs"
    return _spelling(one[0], other[0], variants=True)


def _family(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if "".join(one) == "".join(other):
        return "same"
    if set(one) & set(other):
        return "part"
    return _spelling("".join(one), "".join(other), variants=False)


def _spelling(one: str, other: str, *, variants: bool) -> str:
    if variants and are_variants(one, other):
        return "variant"
    if sound_alike(one, other):
        return "sounds"
    return "alike" if spelt_alike(one, other) >= ALIKE else "differs"


def _places(one: Person, other: Person) -> Iterator[str]:
    if one.home and one.home == other.home:
        yield "home_same"
    elif one.postcode and one.postcode == other.postcode:
        yield "postcode_same"
    if one.telephone and one.telephone == other.telephone:
        yield "telephone_same"


def _relations(one: Person, other: Person, *, shared_child: bool) -> Iterator[str]:
    if one.sex and other.sex and one.sex != other.sex:
        yield "sex_differs"
    if one.relation and one.relation == other.relation:
        yield "relation_same"
    if shared_child and one.role != "child" and other.role != "child":
        yield "child_shared"


def _shown(person: Person, what: str) -> str:
    shown = {
        "": "",
        "nhs": person.nhs or "",
        "dob": _day(person.dob),
        "edd": _day(person.edd),
        "birth": _day(person.dob or person.edd),
        "given": person.given_as_written,
        "family": person.family_as_written,
        "whole": person.called,
        "sex": person.sex or "",
        "relation": person.relation,
    }
    return shown[what]


def _day(day: date | None) -> str:
    return f"{day.day} {day:%B %Y}" if day else "not known"
