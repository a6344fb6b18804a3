"""The parts of the multi-agency referral form.

Nearly everything may be left out: what is missing is named in the answer. Only what cannot be is refused,
such as a date that does not exist. An NHS number that fails its check is taken as not known, with a warning.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from mash.contracts.queries import Agreed
from mash.partnerships.vocabulary import CONCERNS
from mash.web import Strict
from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, WithJsonSchema

from intake.domain.consent import LAWFUL_BASES


def _only_iso(value: Any) -> Any:
    # Pydantic would read a number as seconds since 1970.
    is_text = isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value.strip())
    if not (is_text or isinstance(value, date)):
        raise ValueError("must be a real date, as YYYY-MM-DD")
    return value


def _one_of(known: dict[str, str], rule: str) -> AfterValidator:
    def check(value: str) -> str:
        if value not in known:
            raise ValueError(rule)
        return value

    return AfterValidator(check)


Day = Annotated[date, BeforeValidator(_only_iso), WithJsonSchema({"type": "string", "format": "date"})]
Name = Annotated[str, StringConstraints(max_length=200)]
Line = Annotated[str, StringConstraints(max_length=500)]
Words = Annotated[str, StringConstraints(max_length=20_000)]
Label = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,40}$")]
Concern = Annotated[
    str,
    _one_of(CONCERNS, "must be one of the hub's words for a concern"),
    WithJsonSchema({"type": "string", "enum": sorted(CONCERNS)}),
]
Basis = Annotated[
    str,
    _one_of(LAWFUL_BASES, "must be one of the lawful bases the hub knows"),
    WithJsonSchema({"type": "string", "enum": sorted(LAWFUL_BASES)}),
]
Sex = Literal["female", "male", "other", "unknown"]
Told = Literal[
    "informed",
    "signposted",
    "not_informed_further_risk",
    "not_informed_serious_crime",
    "could_not_be_contacted",
]


class Referrer(Strict):
    """Who raises the concern. ``kind`` decides the national source code."""

    name: Name | None = None
    role: Name | None = None
    agency: Name | None = Field(default=None, description="The organisation, in its own words.")
    kind: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")] = Field(
        default="unknown", description="school, police, health, gp, public, self, anonymous and so on."
    )
    email: Name | None = None
    telephone: Name | None = None
    safe_to_write: bool = Field(default=True, description="False: never write to this person.")
    is_professional: bool | None = None


class Person(Strict):
    """A person in the child's life. ``id`` is a label, by which a child may name its mother."""

    id: Label | None = None
    given: Name | None = None
    family: Name | None = None
    also_known_as: Name | None = None
    dob: Day | None = None
    sex: Sex | None = None
    relationship: Name | None = None
    parental_responsibility: bool | None = None
    telephone: Name | None = None
    nhs_number: Name | None = None
    address: Line | None = None
    concern: Name | None = Field(default=None, description="Such as alleged perpetrator.")


class Child(Strict):
    """A child, or an unborn one: an expected date of delivery, no name, and a mother."""

    id: Label | None = None
    given: Name | None = None
    family: Name | None = None
    also_known_as: Name | None = None
    dob: Day | None = None
    edd: Day | None = Field(default=None, description="The expected date of delivery of an unborn child.")
    estimated_age_years: Annotated[int, Field(ge=0, le=25)] | None = None
    mother: Label | None = Field(default=None, description="The `id` of a person in household or adults.")
    sex: Sex | None = None
    ethnicity: Name | None = None
    language: Name | None = None
    interpreter_needed: bool | None = None
    disability: Line | None = None
    nhs_number: Name | None = None
    nhs_number_missing_reason: Line | None = None
    upn: Name | None = None
    school: Name | None = None
    gp: Name | None = None
    address: Line | None = None


class OtherAddress(Strict):
    """Another address of the family."""

    address: Line
    reason: Line | None = None


class ConcernPart(Strict):
    """What the referrer is worried about."""

    narrative: Words | None = None
    worries: Words | None = None
    working_well: Words | None = None
    needs_to_happen: Words | None = None
    types: list[Concern] = Field(default=[], max_length=40)
    when: Line | None = None
    immediate_danger: bool = False


class Consent(Strict):
    """How the family was told, whether they agreed, and the law relied on: three separate facts."""

    told: Told | None = None
    rationale: Words | None = Field(default=None, description="Why the family was not told.")
    decided_by: Name | None = Field(default=None, description="Who decided that they were not told.")
    agreed: Agreed | None = None
    agreed_by: Name | None = None
    agreed_reason: Words | None = None
    lawful_basis: list[Basis] = Field(default=[], max_length=10)
    lawful_basis_note: Line | None = None


class Views(Strict):
    """What the child and the parents say."""

    child: Words | None = None
    parents: Words | None = None


class Professional(Strict):
    """Somebody else who knows the child."""

    name: Name | None = None
    role: Name | None = None
    agency: Name | None = None
    email: Name | None = None
    telephone: Name | None = None


class History(Strict):
    """What went before."""

    previous: Words | None = None
    tried: Words | None = Field(default=None, description="What help has been tried already.")
