"""What all events share: thin, flat, in the past tense, wrapped in a CloudEvents envelope.

An event carries ids, classifications, ratings, counts and times. It never carries a name, an address, a
date of birth or a narrative: whoever needs the words asks the service that owns them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", max_length=64)]
Rating = Literal["red", "amber", "green"]
# The services of the hub that keep cases, and so an audit of them; together they are the producer `hub`.
CASE_SERVICES = ("intake", "screening", "enquiry", "notifications")


class Event(BaseModel):
    """Something that happened. Subclasses name it in ``noun`` and ``verb`` and give an ``example``."""

    # Unknown members are let through, so that a producer may add one before its consumers know of it.
    model_config = ConfigDict(frozen=True, extra="ignore")

    noun: ClassVar[str]
    verb: ClassVar[str]
    version: ClassVar[int] = 1
    producer: ClassVar[str]
    example: ClassVar[dict[str, Any]]

    partnership: Slug = Field(description="The safeguarding partnership, such as `havering`.")

    @classmethod
    def event_type(cls) -> str:
        """Return the CloudEvents type, such as ``uk.openmash.contact.received.v1``."""
        return f"uk.openmash.{cls.noun}.{cls.verb}.v{cls.version}"

    @classmethod
    def subject_filter(cls) -> str:
        """Return the subject on which every partnership's events of this kind are found."""
        return f"mash.*.{cls.noun}.{cls.verb}.v{cls.version}"

    @classmethod
    def is_told_by(cls, service: str) -> bool:
        """Return whether ``service`` may publish events of this kind."""
        return cls.producer == service or (cls.producer == "hub" and service in CASE_SERVICES)

    def subject(self) -> str:
        """Return the subject this event is published on."""
        return f"mash.{self.partnership}.{self.noun}.{self.verb}.v{self.version}"

    def key(self) -> str:
        """Return the id of the contact this event is about, for the envelope's ``subject``."""
        return str(getattr(self, "contact_id", ""))


class ContactEvent(Event):
    """An event about one contact."""

    contact_id: UUID = Field(description="The contact.")


class Envelope(BaseModel):
    """A CloudEvents 1.0 envelope in structured JSON."""

    model_config = ConfigDict(extra="ignore")

    specversion: Literal["1.0"] = "1.0"
    id: UUID
    source: str
    type: str
    subject: str = ""
    time: AwareDatetime
    datacontenttype: Literal["application/json"] = "application/json"
    data: dict[str, Any]

    @classmethod
    def wrap(cls, event: Event, *, id: UUID, at: datetime) -> Self:
        """Put ``event`` in an envelope of its own."""
        return cls(
            id=id,
            source=f"openmash/{event.producer}",
            type=event.event_type(),
            subject=event.key(),
            time=at,
            data=event.model_dump(mode="json"),
        )
