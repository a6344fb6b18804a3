"""What is read of FHIR R4 resources: whom they are about, what they say, since when, and how confidential.

Whatever else they hold is not read. A resource that lacks what is needed here is refused by its model.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from mash.calendar.london import in_london
from mash.spelling import read_nhs_number
from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from partner_gateway.domain.identity import Identity, match_keys

Kind = Literal["Condition", "Encounter", "Flag"]

NHS_NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
RESTRICTED = frozenset({"R", "V"})
MOST_ENTRIES = 500
MOST_LETTERS = 20_000


class Fhir(BaseModel):
    """A part of a resource, under FHIR's own names."""

    model_config = ConfigDict(alias_generator=to_camel)


class Coding(Fhir):
    system: str = ""
    code: str = ""
    display: str = ""


class Concept(Fhir):
    text: str = ""
    coding: list[Coding] = []

    def words(self) -> str:
        """What a person would read, in the words of whoever recorded it where there are any."""
        return self.text or next((one.display for one in self.coding if one.display), "")

    def code(self) -> str:
        return next((one.code for one in self.coding if one.code), "")


class Period(Fhir):
    start: str = ""


class Reference(Fhir):
    reference: str


class Meta(Fhir):
    security: list[Coding] = []


class Resource(Fhir):
    id: str = Field(pattern=r"^[A-Za-z0-9\-.]{1,64}$")
    meta: Meta = Meta()

    @property
    def sensitive(self) -> bool:
        """Whether it is marked restricted or very restricted."""
        return any(
            one.code in RESTRICTED and (not one.system or one.system.endswith("Confidentiality"))
            for one in self.meta.security
        )


class HumanName(Fhir):
    family: str = ""
    given: list[str] = []


class Address(Fhir):
    text: str = ""
    line: list[str] = []
    city: str = ""
    postal_code: str = ""

    def words(self) -> str:
        parts = ", ".join(part for part in (*self.line, self.city, self.postal_code) if part)
        return parts or self.text


class Identifier(Fhir):
    system: str = ""
    value: str = ""


class Patient(Resource):
    """Somebody the system knows, under every name and at every home that it has."""

    resource_type: Literal["Patient"]
    name: list[HumanName] = Field(default=[], max_length=20)
    identifier: list[Identifier] = []
    birth_date: str = ""
    address: list[Address] = Field(default=[], max_length=20)

    def identities(self) -> list[Identity]:
        numbers = (read_nhs_number(one.value) for one in self.identifier if one.system == NHS_NUMBER)
        number = next(filter(None, numbers), None)
        return [
            Identity(
                family=name.family or None,
                given=" ".join(name.given) or None,
                dob=day(self.birth_date),
                nhs_number=number,
                address=home.words() or None,
            )
            for name in self.name or [HumanName()]
            for home in self.address or [Address()]
        ]

    def keys(self) -> set[str]:
        """By what the patient is found, as the gateway's own records are."""
        return {key for identity in self.identities() for key in match_keys(identity)}


class Entry(Resource):
    """A condition, an encounter or a flag: each has some of these, under the same names."""

    resource_type: Kind
    subject: Reference
    code: Concept = Concept()
    type: list[Concept] = []
    reason_code: list[Concept] = []
    clinical_status: Concept = Concept()
    verification_status: Concept = Concept()
    status: str = ""
    recorded_date: str = ""
    onset_date_time: str = ""
    period: Period = Period()

    def is_about(self, patient: Patient) -> bool:
        return self.subject.reference.rpartition("Patient/")[2] == patient.id

    @property
    def in_error(self) -> bool:
        """Whether whoever recorded it took it back as a mistake."""
        return "entered-in-error" in self._states()

    @property
    def recorded_on(self) -> date | None:
        return day(self.recorded_date or self.onset_date_time or self.period.start)

    def words(self) -> str:
        """What it says, with its state: that something is over, or doubted, changes what it means."""
        concepts = (self.code, *self.type, *self.reason_code)
        said = "; ".join(dict.fromkeys(words for one in concepts if (words := one.words())))
        states = ", ".join(filter(None, self._states()))
        return (f"{said} ({states})" if said and states else said)[:MOST_LETTERS]

    def _states(self) -> list[str]:
        return [self.clinical_status.code(), self.verification_status.code(), self.status]


class Link(Fhir):
    relation: str
    url: str


class BundleEntry(Fhir):
    resource: dict[str, Any] = {}

    @property
    def is_outcome(self) -> bool:
        """Whether it is the server's remark on the search and no record at all."""
        return self.resource.get("resourceType") == "OperationOutcome"


class Bundle(Fhir):
    """One page of what a search found."""

    resource_type: Literal["Bundle"]
    entry: list[BundleEntry] = Field(default=[], max_length=MOST_ENTRIES)
    link: list[Link] = []

    def resources(self) -> list[dict[str, Any]]:
        return [one.resource for one in self.entry if not one.is_outcome]

    def next(self) -> str | None:
        return next((one.url for one in self.link if one.relation == "next"), None)


def day(value: str) -> date | None:
    """The day of a FHIR date or time as in London; a year or a month alone is none."""
    try:
        return (
            date.fromisoformat(value) if len(value) == 10 else in_london(datetime.fromisoformat(value)).date()
        )
    except ValueError:
        return None
