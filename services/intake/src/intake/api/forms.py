"""What is sent to the service: a form, a call, an addition, a correction."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal, Self

from mash.web import Strict
from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints, model_validator

from intake.api.form_parts import (
    Child,
    Concern,
    ConcernPart,
    Consent,
    History,
    Line,
    Name,
    OtherAddress,
    Person,
    Professional,
    Referrer,
    Views,
    Words,
)

REFERENCE = r"^[A-Z]{3}-\d{2}-[0-9A-HJKMNP-TV-Z]{8}$"
Reference = Annotated[str, StringConstraints(pattern=REFERENCE)]
PartnershipName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
PEOPLE = ("children", "household", "adults")


def _plausible(moment: Any) -> Any:
    if not 2000 <= moment.year <= 2100:
        raise ValueError("must lie within the years 2000 to 2100")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_plausible)]


class Sections(Strict):
    """What a contact can say."""

    request: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{0,39}$")] | None = Field(
        default=None, description="What is asked for, one of the partnership's own; a concern if absent."
    )
    referrer: Referrer = Referrer()
    children: list[Child] = Field(default=[], max_length=20)
    household: list[Person] = Field(default=[], max_length=40)
    adults: list[Person] = Field(
        default=[], max_length=40, description="Adults who matter and do not live in the home."
    )
    address: Line | None = None
    other_addresses: list[OtherAddress] = Field(default=[], max_length=20)
    telephone: Name | None = None
    language: Name | None = None
    concern: ConcernPart = ConcernPart()
    consent: Consent = Consent()
    views: Views = Views()
    professionals: list[Professional] = Field(default=[], max_length=40)
    history: History = History()

    @model_validator(mode="after")
    def _labels_are_different(self) -> Self:
        labels = Counter(
            person.id for section in PEOPLE for person in getattr(self, section) or () if person.id
        )
        if any(count > 1 for count in labels.values()):
            raise ValueError("two people have the same id")
        return self

    def document(self) -> dict[str, Any]:
        """Return what was said, as JSON holds it; what was not said is absent."""
        sections = set(Sections.model_fields)
        return self.model_dump(mode="json", include=sections, exclude_none=True)


class _Concerning(Sections):
    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.children or self.concern.narrative or self.concern.worries):
            raise ValueError("tell us of a child or of a concern")
        return self


class ContactForm(_Concerning):
    """The multi-agency referral form."""

    partnership: PartnershipName
    follows_call: Reference | None = Field(
        default=None, description="The reference of the telephone contact that this form follows."
    )


class CallForm(_Concerning):
    """A telephone or walk-in contact, written down by a contact officer while they listen."""

    partnership: PartnershipName
    channel: Literal["telephone", "walk_in"]
    received_at: Moment | None = Field(
        default=None, description="When the call came; now if absent. Not more than seven days ago."
    )
    immediate_child_protection: bool = Field(
        default=False, description="A child needs protection now; a professional's written form must follow."
    )
    advised: Words | None = Field(default=None, description="What the caller was advised to do.")

    def document(self) -> dict[str, Any]:
        """Return what was said, and what was answered to it."""
        answered = {"call": {"advised": self.advised}} if self.advised else {}
        return super().document() | answered


class AdditionForm(Strict):
    """More about a contact already sent."""

    text: Annotated[Words, StringConstraints(min_length=1, max_length=20_000)]
    immediate_danger: bool = False
    types: list[Concern] = Field(default=[], max_length=40)


class CorrectionForm(Sections):
    """A contact officer completes or corrects a contact: each section that is sent replaces the old one.

    People keep their identity by their ``id``. ``needs_person`` stays true only where it is sent so.
    """

    needs_person: bool = False

    def replaced(self) -> dict[str, Any]:
        """Return the sections that were sent."""
        sent = self.model_fields_set & set(Sections.model_fields)
        return self.model_dump(mode="json", include=sent, exclude_none=True) | {
            name: None for name in sent if getattr(self, name) is None
        }


class ReviewForm(Strict):
    """Why a person decides otherwise about a message."""

    reason: Annotated[Words, StringConstraints(min_length=1, max_length=2_000)]
