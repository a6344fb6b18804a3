"""Events of the intake service."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from mash.contracts.base import ContactEvent, Event, Slug

Channel = Literal["portal", "email", "telephone", "walk_in"]

_CONTACT = {"partnership": "havering", "contact_id": "01980000-0000-7000-8000-000000000001"}


class _Intake:
    producer = "intake"


class ContactReceived(_Intake, ContactEvent):
    """A concern about a child has become a contact. The clock has started at ``received_at``."""

    noun, verb = "contact", "received"
    example = {
        **_CONTACT,
        "reference": "HAV-26-7K3M9QXT",
        "channel": "email",
        "kind": "merlin",
        "source_code": "6",
        "referrer_kind": "police",
        "received_at": "2026-03-03T13:01:00Z",
        "child_count": 2,
        "unborn": False,
        "repeat_count": 1,
        "immediate_danger": False,
        "needs_person": False,
        "out_of_hours": False,
        "missing": ["school"],
        "may_write": True,
    }

    reference: str = Field(description="The reference given to the referrer.", max_length=20)
    channel: Channel
    kind: Slug = Field(description="What arrived: merlin, ambulance, form, court, edt and so on.")
    source_code: str = Field(description="The national code of who is calling, 1A to 10.", max_length=3)
    referrer_kind: Slug = Field(description="Who raised it: police, school, public and so on.")
    received_at: AwareDatetime
    child_count: int = Field(ge=0)
    unborn: bool = Field(description="Whether one of the children is not yet born.")
    repeat_count: int = Field(
        ge=0, description="Earlier contacts in six months on these children or this address."
    )
    immediate_danger: bool
    needs_person: bool = Field(description="Whether a contact officer must complete it.")
    out_of_hours: bool
    missing: list[Slug] = Field(description="The ids of what a good referral holds and this one does not.")
    may_write: bool = Field(description="Whether the referrer can be written to safely.")
    restricted: bool = Field(default=False, description="Whether only people named for it may know of it.")
    follows_contact_id: UUID | None = Field(
        default=None, description="The call that this is the written form of, where it is one."
    )


class ContactSupplemented(_Intake, ContactEvent):
    """The referrer, or a worker, has added information to a contact already sent."""

    noun, verb = "contact", "supplemented"
    example = {**_CONTACT, "contact_version": 2, "added_at": "2026-03-03T15:00:00Z"}

    contact_version: int = Field(ge=1)
    added_at: AwareDatetime


class ContactCompleted(_Intake, ContactEvent):
    """A contact officer has completed or corrected what was read."""

    noun, verb = "contact", "completed"
    example = {
        **_CONTACT,
        "contact_version": 2,
        "child_count": 1,
        "unborn": False,
        "repeat_count": 0,
        "missing": [],
        "completed_at": "2026-03-03T15:00:00Z",
    }

    contact_version: int = Field(ge=1)
    child_count: int = Field(ge=0)
    unborn: bool
    repeat_count: int = Field(ge=0)
    missing: list[Slug]
    completed_at: AwareDatetime


class MessageSetAside(_Intake, Event):
    """A message that is not a referral was put where people can see it, and kept."""

    noun, verb = "message", "set-aside"
    example = {
        "partnership": "havering",
        "message_id": "01980000-0000-7000-8000-000000000002",
        "kind": "not-a-referral",
        "received_at": "2026-03-03T13:01:00Z",
    }

    message_id: UUID
    kind: Slug
    received_at: AwareDatetime


class WrittenFormOverdue(_Intake, ContactEvent):
    """A professional telephoned about immediate child protection, and the written form has not followed."""

    noun, verb = "written-form", "overdue"
    example = {
        **_CONTACT,
        "reference": "HAV-26-7K3M9QXT",
        "received_at": "2026-03-03T13:01:00Z",
        "due_at": "2026-03-04T13:01:00Z",
    }

    reference: str = Field(max_length=20)
    received_at: AwareDatetime
    due_at: AwareDatetime


class Named(BaseModel):
    """Somebody who may know of a restricted case."""

    model_config = ConfigDict(frozen=True)

    subject: str = Field(max_length=200, description="The subject id at the sign-in.")
    until: AwareDatetime | None = Field(default=None, description="Set where it was opened in an emergency.")


class AccessChanged(_Intake, ContactEvent):
    """Who may know of a case has changed, or whose looks at it are noticed. All of it, as it now is."""

    noun, verb = "access", "changed"
    example = {
        **_CONTACT,
        "restricted": True,
        "named": [{"subject": "manager-2", "until": None}],
        "own": ["worker-17"],
        "changed_at": "2026-03-03T13:10:00Z",
    }

    restricted: bool
    named: list[Named] = Field(description="Who may know of it, where it is restricted.")
    own: list[str] = Field(description="The subject ids of those whose own family or home it is about.")
    changed_at: AwareDatetime


class ContactErased(_Intake, ContactEvent):
    """The time to keep a case is over: every service destroys what it holds of it."""

    noun, verb = "contact", "erased"
    example = {**_CONTACT, "rule": "no_further_action", "erased_at": "2032-03-03T03:00:00Z"}

    rule: Slug = Field(description="The partnership's rule by which its time was over.")
    erased_at: AwareDatetime


EVENTS: tuple[type[Event], ...] = (
    ContactReceived,
    ContactSupplemented,
    ContactCompleted,
    MessageSetAside,
    WrittenFormOverdue,
    AccessChanged,
    ContactErased,
)
