"""Events that every service which keeps cases may tell."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from mash.contracts.base import ContactEvent, Event, Slug

_CONTACT = {"partnership": "havering", "contact_id": "01980000-0000-7000-8000-000000000001"}


class AuditSigned(ContactEvent):
    """A service has signed how far its audit of a case reaches, so that a line cut off later shows."""

    producer = "hub"
    noun, verb = "audit", "signed"
    example = {
        **_CONTACT,
        "service": "intake",
        "seq": 12,
        "hash": "5f0c9d1e2b3a4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5",
        "jws": "eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl",
        "signed_at": "2026-03-03T13:10:00Z",
    }

    service: Slug = Field(description="Whose audit it is.")
    seq: int = Field(ge=1, description="The place of the newest line of the case.")
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")] = Field(description="Its hash.")
    jws: Annotated[str, StringConstraints(max_length=2000)] = Field(
        description="Service, case, place, hash and time, signed with the key `audit-<service>`."
    )
    signed_at: AwareDatetime


class AccessRaised(ContactEvent):
    """Somebody looked at a case about their own family, or opened a restricted one in an emergency."""

    producer = "hub"
    noun, verb = "access", "raised"
    example = {
        **_CONTACT,
        "service": "intake",
        "kind": "own_case",
        "by": "worker-17",
        "at": "2026-03-03T13:10:00Z",
    }

    service: Slug
    kind: Literal["own_case", "emergency_opening"]
    by: str = Field(max_length=200, description="The subject id at the sign-in.")
    at: AwareDatetime


EVENTS: tuple[type[Event], ...] = (AuditSigned, AccessRaised)
