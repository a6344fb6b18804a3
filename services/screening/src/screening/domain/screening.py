"""A screening: one contact on its way to a manager's decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from mash.errors import Conflict

from screening.domain.findings import Findings, KnownFacts
from screening.domain.tool_results import ToolResult

State = Literal["awaiting_decision", "with_social_worker", "decided"]
EnquiryState = Literal["asked_for", "open", "decided", "withdrawn"]


class ContactAlreadyDecided(Conflict):
    """A manager has decided the contact, and it has not been reopened."""


class NotDecided(Conflict):
    """The contact awaits its decision, so there is none to reopen or to confirm."""


class EnquiryStillOpen(Conflict):
    """Agencies are being asked about the contact, and would go on while it is decided otherwise."""


@dataclass(frozen=True)
class Shown:
    """Who last looked at the recommendation, when, and what it was. A change of the findings undoes it."""

    level: int
    rating: str | None
    pathway: str
    contact_version: int
    shown_at: datetime
    shown_to: str


@dataclass(frozen=True)
class Screening:
    """What is kept of a screening, but for its decisions, notes and pauses, which are lists beside it.

    ``contact_version`` is the newest version of the contact that intake told of, ``considered_version`` the
    one that the screeners' own last change was made on. ``known`` is what intake answered when last asked.
    ``tools`` are the uses of special tools that count, and ``outcomes`` what was decided beside the pathway.
    """

    contact_id: UUID
    partnership: str
    reference: str
    channel: str
    kind: str
    source_code: str
    referrer_kind: str
    received_at: datetime
    child_count: int
    unborn: bool
    repeat_count: int
    immediate_danger: bool
    needs_person: bool
    out_of_hours: bool
    may_write: bool
    missing: tuple[str, ...]
    threshold_version: str
    opened_at: datetime
    due_at: datetime
    due_soon_at: datetime
    raised_due_soon_at: datetime | None = None
    raised_overdue_at: datetime | None = None
    paused_at: datetime | None = None
    contact_version: int = 1
    considered_version: int = 1
    contact_changed_at: datetime | None = None
    state: State = "awaiting_decision"
    worker: str | None = None
    rating: str | None = None
    level: int | None = None
    pathway: str | None = None
    fast_track_alongside: bool = False
    outcomes: tuple[str, ...] = ()
    decided_at: datetime | None = None
    enquiry_id: UUID | None = None
    enquiry_state: EnquiryState | None = None
    enquiry_outcome: str | None = None
    findings: Findings = field(default_factory=Findings)
    findings_at: datetime | None = None
    tools: tuple[ToolResult, ...] = ()
    known: KnownFacts | None = None
    shown: Shown | None = None
    analysis: Mapping[str, Any] | None = None
    version: int = 1

    @property
    def is_decided(self) -> bool:
        """Whether a manager has decided it."""
        return self.state == "decided"

    @property
    def has_new_information(self) -> bool:
        """Whether the contact was added to since the screeners last changed anything here."""
        return self.contact_version > self.considered_version

    @property
    def facts(self) -> KnownFacts:
        """What intake answered, or told at receipt where it has not been asked or did not answer."""
        return self.known or KnownFacts(
            values={
                "referrer_kind": self.referrer_kind,
                "source_code": self.source_code,
                "repeat_contacts_6_months": self.repeat_count + 1,
                "unborn": self.unborn,
            },
            immediate_danger=self.immediate_danger,
            from_receipt_only=True,
        )

    @property
    def has_enquiry_under_way(self) -> bool:
        """Whether agencies are being asked, or are about to be."""
        return self.enquiry_state in ("asked_for", "open")


def require_open(screening: Screening) -> None:
    """Raise :class:`ContactAlreadyDecided` where there is a decision."""
    if screening.is_decided:
        raise ContactAlreadyDecided(
            f"Contact {screening.reference} has been decided. Reopen it to decide it again.",
            contact_id=str(screening.contact_id),
        )


def require_decided(screening: Screening) -> None:
    """Raise :class:`NotDecided` where there is no decision yet."""
    if not screening.is_decided:
        raise NotDecided(f"Contact {screening.reference} has not been decided yet.")


def require_no_enquiry(screening: Screening) -> None:
    """Raise :class:`EnquiryStillOpen` while agencies are being asked."""
    if screening.has_enquiry_under_way:
        raise EnquiryStillOpen(
            f"An enquiry is open on contact {screening.reference}. Withdraw or decide the enquiry first."
        )
