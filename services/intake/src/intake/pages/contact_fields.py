"""What a contact can say, section by section, as the hub's people see and correct it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from mash.errors import NotFound
from mash.partnerships import Partnership
from mash.partnerships.vocabulary import CONCERNS
from pydantic import BaseModel

from intake.api.form_parts import (
    Child,
    ConcernPart,
    Consent,
    History,
    OtherAddress,
    Person,
    Professional,
    Referrer,
    Views,
)
from intake.api.forms import Sections
from intake.domain.consent import LAWFUL_BASES
from intake.domain.people import full_name
from intake.pages.portal_fields import Field, Option, Step

SEXES: Final = (("female", "Female"), ("male", "Male"), ("other", "Other"), ("unknown", "Not known"))
AGREED: Final = (
    ("yes", "Yes, they agreed"),
    ("no", "No, they did not agree"),
    ("not_asked", "They were not asked"),
)


class NoSuchSection(NotFound):
    """A contact has no such section."""

    def __init__(self) -> None:
        super().__init__("A contact has no such section.")


@dataclass(frozen=True)
class Section:
    """A part of a contact with a page of its own. ``one`` names an entry where there may be several of it.

    ``at_root`` says that its fields are members of the document itself.
    """

    name: str
    title: str
    schema: type[BaseModel]
    fields: tuple[Field, ...]
    one: str = ""
    most: int = 0
    at_root: bool = False

    def step(self, number: int | None = None) -> Step:
        """What is asked, each field under the name that it has in the form: ``children-0-dob``."""
        place = [self.name] if number is None else [self.name, str(number)]
        prefix = "" if self.at_root else "-".join(place) + "-"
        fields = tuple(replace(one, name=prefix + one.name) for one in self.fields)
        return Step(self.name, self.title, "", self.schema, fields)

    def labels(self, count: int = 0) -> dict[str, str]:
        """What each field is called in an error; of several entries, ``count``, which of them it is about."""
        if not self.one:
            return {field.name: field.label for field in self.step().fields}
        return {
            field.name: f"{self.one.capitalize()} {number + 1}: {field.label}"
            for number in range(count)
            for field in self.step(number).fields
        }

    def bare(self, *fields: Field) -> Step:
        """Some of what is asked, under the names that it has in the document."""
        return Step(self.name, self.title, "", self.schema, fields)

    def prefixed(self, part: Mapping[str, Any], number: int | None = None) -> dict[str, Any]:
        """A part of the document with its members named as the form's fields."""
        names = zip(self.fields, self.step(number).fields, strict=True)
        return {field.name: part.get(own.name) for own, field in names}

    def plain(self, said: Mapping[str, Any], number: int | None = None) -> dict[str, Any]:
        """What the form says, with its fields named as the document's members."""
        names = zip(self.fields, self.step(number).fields, strict=True)
        return {own.name: said[field.name] for own, field in names if field.name in said}

    def parts(self, document: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The entries of the document, or the one part that it is."""
        if self.one:
            return [dict(entry) for entry in document.get(self.name, ())]
        return [dict(document if self.at_root else document.get(self.name, {}))]


def _adults(_: Partnership, document: Mapping[str, Any]) -> Sequence[Option]:
    known = [*document.get("household", ()), *document.get("adults", ())]
    return [
        (one["id"], full_name(one) or one.get("relationship") or "A person without a name")
        for one in known
        if one.get("id")
    ]


def kinds_of_referrer(partnership: Partnership, _: Mapping[str, Any]) -> Sequence[Option]:
    """Who may raise a concern, in the partnership's own words."""
    kinds = ((name, one.title) for name, one in partnership.source_codes.items())
    return sorted(kinds, key=lambda one: one[1].lower())


def _told(partnership: Partnership, _: Mapping[str, Any]) -> Sequence[Option]:
    return [(name, one.text) for name, one in partnership.consent_options.items()]


def _requests(partnership: Partnership, _: Mapping[str, Any]) -> Sequence[Option]:
    return [(name, one.title) for name, one in partnership.requests.items()]


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


CONCERN_OPTIONS: Final = tuple(
    sorted(((name, _capital(title)) for name, title in CONCERNS.items()), key=lambda one: one[1])
)
_NAMES: Final = (
    Field("given", "text", "First name"),
    Field("family", "text", "Last name"),
    Field("also_known_as", "text", "Also known as"),
)
_NUMBER_HINT: Final = "10 digits. A number that does not pass its check is kept as not known"
CHILD_FIELDS: Final = (
    *_NAMES,
    Field("dob", "day", "Date of birth", "For example, 27 3 2019"),
    Field("estimated_age_years", "number", "About how many years old, if the date is not known"),
    Field("edd", "day", "Due date, if not born yet", "For example, 27 3 2027"),
    Field("mother", "one_of_many", "Mother, if not born yet", options=_adults),
    Field("sex", "one_of_many", "Sex", options=SEXES),
    Field("address", "text", "Address, if it is not the family’s"),
    Field("nhs_number", "text", "NHS number", _NUMBER_HINT),
    Field("nhs_number_missing_reason", "text", "Why the NHS number is not known"),
    Field("upn", "text", "Unique pupil number"),
    Field("school", "text", "School or nursery"),
    Field("gp", "text", "GP"),
    Field("ethnicity", "text", "Ethnicity"),
    Field("language", "text", "First language"),
    Field("interpreter_needed", "yes_no", "Is an interpreter needed?"),
    Field("disability", "text", "Disability or learning need"),
)
_PERSON_FIELDS: Final = (
    *_NAMES,
    Field("relationship", "text", "Who they are to the child", "For example, mother, stepfather, lodger"),
    Field("dob", "day", "Date of birth", "For example, 27 3 1988"),
    Field("sex", "one_of_many", "Sex", options=SEXES),
    Field("parental_responsibility", "yes_no", "Do they have parental responsibility?"),
    Field("telephone", "text", "Telephone number"),
    Field("address", "text", "Address"),
    Field("nhs_number", "text", "NHS number", _NUMBER_HINT),
    Field("concern", "text", "Concern about them", "For example, alleged perpetrator"),
)
SECTIONS: Final[tuple[Section, ...]] = (
    Section("children", "Children", Child, CHILD_FIELDS, "child", 20),
    Section("household", "People in the home", Person, _PERSON_FIELDS, "person", 40),
    Section("adults", "Other adults", Person, _PERSON_FIELDS, "person", 40),
    Section(
        "home",
        "Home",
        Sections,
        (
            Field("address", "text", "The family’s address, with the postcode"),
            Field("telephone", "text", "Telephone number of the family"),
            Field("language", "text", "Language spoken at home"),
            Field("request", "one_of_many", "What is asked for", options=_requests),
        ),
        at_root=True,
    ),
    Section(
        "other_addresses",
        "Other addresses",
        OtherAddress,
        (Field("address", "text", "Address"), Field("reason", "text", "Why it matters")),
        "address",
        20,
    ),
    Section(
        "concern",
        "Concern",
        ConcernPart,
        (
            Field("immediate_danger", "yes_no", "Is a child in immediate danger?"),
            Field("narrative", "words", "What has happened"),
            Field("types", "several", "Kinds of concern", options=CONCERN_OPTIONS),
            Field("when", "text", "When it happened"),
            Field("worries", "words", "What people are worried about"),
            Field("working_well", "words", "What is working well"),
            Field("needs_to_happen", "words", "What needs to happen"),
        ),
    ),
    Section(
        "consent",
        "Consent and the law",
        Consent,
        (
            Field("told", "one", "How the family was told", options=_told),
            Field("rationale", "words", "Why they were not told"),
            Field("decided_by", "text", "Who decided that they were not told"),
            Field("agreed", "one", "Whether the family agreed to the sharing", options=AGREED),
            Field("agreed_by", "text", "Who agreed, or did not"),
            Field("agreed_reason", "words", "Why they did not agree, or were not asked"),
            Field("lawful_basis", "several", "The law relied on", options=tuple(LAWFUL_BASES.items())),
            Field("lawful_basis_note", "text", "Anything to add about the law relied on"),
        ),
    ),
    Section(
        "views",
        "What the family says",
        Views,
        (
            Field("child", "words", "What the child says or shows"),
            Field("parents", "words", "What the parents or carers say"),
        ),
    ),
    Section(
        "referrer",
        "Referrer",
        Referrer,
        (
            Field("name", "text", "Name"),
            Field("role", "text", "Job"),
            Field("agency", "text", "Where they work"),
            Field("kind", "one_of_many", "Kind of referrer", options=kinds_of_referrer),
            Field("is_professional", "yes_no", "Do they write for an agency?"),
            Field("telephone", "text", "Telephone number"),
            Field("email", "text", "E-mail address"),
            Field("safe_to_write", "yes_no", "Is it safe to write to them?"),
        ),
    ),
    Section(
        "professionals",
        "Other professionals",
        Professional,
        (
            Field("name", "text", "Name"),
            Field("role", "text", "Job"),
            Field("agency", "text", "Where they work"),
            Field("telephone", "text", "Telephone number"),
            Field("email", "text", "E-mail address"),
        ),
        "professional",
        40,
    ),
    Section(
        "history",
        "What went before",
        History,
        (
            Field("tried", "words", "What help has been tried, and what came of it"),
            Field("previous", "words", "Anything earlier"),
        ),
    ),
)


def section_named(name: str) -> Section:
    """The section of that name. Raises :class:`NoSuchSection`."""
    for one in SECTIONS:
        if one.name == name:
            return one
    raise NoSuchSection
