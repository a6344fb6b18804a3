"""What the services answer each other over HTTP, where an event's thin facts are not enough.

Each answer holds what its asker needs and no more: screening gets no names, notifications no child.
"""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mash.contracts.base import Slug
from mash.contracts.boundary import Name, Person, Text
from mash.contracts.intake import Channel

Agreed = Literal["yes", "no", "not_asked"]


class Answer(BaseModel):
    """An answer about one contact as it stands at ``version``."""

    # Unknown members are let through, so that the owner may add one before its askers know of it.
    model_config = ConfigDict(frozen=True, extra="ignore")

    contact_id: UUID
    reference: str = Field(max_length=20)
    partnership: Slug
    version: int = Field(ge=1)
    received_at: AwareDatetime


class ContactFacts(Answer):
    """What screening is done by. Intake answers it at ``/v1/contacts/by-id/{contact_id}/facts``.

    Ages are in whole years on the day of receipt; an unborn child has none. The counts are of earlier
    contacts on these children, their siblings or their addresses.
    """

    kind: Slug
    channel: Channel
    source_code: str = Field(max_length=3)
    referrer_kind: Slug
    is_professional: bool
    child_count: int = Field(ge=0)
    unborn: bool
    youngest_age_years: int | None = None
    oldest_age_years: int | None = None
    ages: list[int] = []
    repeat_count_6_months: int = Field(ge=0)
    repeat_count_ever: int = Field(ge=0)
    immediate_danger: bool
    concern_tags: list[Slug] = []
    request: Slug = Field(default="safeguarding", description="What the referrer asks for.")
    family_told: Slug | None = Field(default=None, description="One of the partnership's consent options.")
    family_informed: bool | None = Field(default=None, description="Absent where it was not recorded.")
    family_agreed: Agreed | None = None
    has_lawful_basis: bool = Field(description="Whether a lawful basis for sharing is recorded.")
    out_of_hours: bool
    needs_person: bool
    missing: list[Slug] = []
    follows_contact_id: UUID | None = Field(
        default=None, description="The telephone contact that this is the written form of."
    )


class ContactWords(Answer):
    """What was told of the concern. Intake answers it at ``/v1/contacts/by-id/{contact_id}/words``.

    ``text`` is everything in the teller's own words, one part after another; it is read and never kept.
    """

    text: str


class ContactPeople(Answer):
    """Whom an enquiry is about. Intake answers it at ``/v1/contacts/by-id/{contact_id}/people``.

    The three sentences are made from what is recorded, each from its own fact, so that a request to a
    partner cannot misstate them. Where nothing is recorded they say so.
    """

    people: list[Person]
    concerns: list[Slug] = []
    lawful_basis: Text
    family_told: Text
    family_agreed: Text


class ContactSender(Answer):
    """Who sent a contact in. Intake answers it at ``/v1/contacts/by-id/{contact_id}/sender``."""

    sent_by: str = Field(description="The sender's subject id at the sign-in, never a name.", max_length=200)


class ContactReferrer(Answer):
    """Whom to write to. Intake answers it at ``/v1/contacts/by-id/{contact_id}/referrer``."""

    name: Name | None = None
    email: Name | None = None
    telephone: Name | None = None
    organisation: Name | None = None
    kind: Slug
    is_professional: bool
    may_write: bool = Field(description="False where no letter or message may ever be sent.")
    out_of_hours: bool
    immediate_danger: bool
    missing: list[str] = Field(default=[], description="What is still wanted, in words for the referrer.")


class ContactsAsked(BaseModel):
    """The cases of a list, whose headers somebody of the hub wants to see."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    contact_ids: list[UUID] = Field(max_length=500)


class ChildNamed(BaseModel):
    """A child in a heading: a name where one is known, and the age on the day of receipt."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str | None = Field(default=None, max_length=500)
    age_years: int | None = None
    unborn: bool = False

    @property
    def words(self) -> str:
        """``Zoe Testcase, 7``, ``unborn child``, ``name not known, 3``."""
        if self.unborn:
            return "unborn child"
        name = self.name or "name not known"
        return name if self.age_years is None else f"{name}, {self.age_years or 'under 1'}"


class ContactHeader(Answer):
    """What a case is called on a page. Intake answers a list of them at ``POST /v1/contacts/headers``.

    Only those that the asker may know of are in it.
    """

    kind: Slug
    channel: Channel
    source_code: str = Field(max_length=3)
    referrer_kind: Slug
    children: list[ChildNamed] = []
    repeat_count_6_months: int = Field(ge=0)
    immediate_danger: bool
    needs_person: bool
    out_of_hours: bool
    restricted: bool

    @property
    def title(self) -> str:
        """The first child, and how many more there are."""
        if not self.children:
            return "Child not named"
        more = len(self.children) - 1
        return self.children[0].words + (f" and {more} more" if more else "")


class Held(BaseModel):
    """One thing that a service holds of a case. ``facts`` are its thin columns, ``words`` what is sealed."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str = Field(description="The same each time, for as long as it is held.", max_length=200)
    part: str = Field(description="What it is, in words.")
    whose: str = Field(description="Whose words it is.")
    facts: dict[str, Any] = {}
    words: dict[str, Any] = {}


class HeldRecords(BaseModel):
    """All that a service holds of a case, for the answer to who asks what is held about them.

    Every service that keeps words answers it at ``/v1/held/{contact_id}``, to intake alone.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    items: list[Held]
