"""What a message was understood to say, with the sender's own words as evidence for every fact."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class Child:
    """A child as the message names it; an unborn child has an expected date and no name."""

    given: str | None = None
    family: str | None = None
    dob: date | None = None
    edd: date | None = None
    sex: str | None = None
    nhs_number: str | None = None
    unborn: bool = False


@dataclass(frozen=True)
class Referrer:
    """Who raised the concern: never merely who forwarded it."""

    name: str | None = None
    role: str | None = None
    organisation: str | None = None
    telephone: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Court:
    """What a court asks for. `kind` is s7, s37, information-request, join-proceedings or order."""

    kind: str | None = None
    case_number: str | None = None
    court: str | None = None
    hearing_on: date | None = None


@dataclass(frozen=True)
class Reference:
    """A number another agency gave the matter, such as a CAD or a crime report."""

    kind: str
    value: str


@dataclass(frozen=True)
class Attachment:
    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True)
class UnreadPart:
    """A part of the message that a person must open, and why."""

    name: str
    reason: str


@dataclass(frozen=True)
class Sender:
    kind: str = "unknown"
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True)
class Case:
    """One family's matter. A message holds one, but for a summary of several."""

    kind: str
    is_referral: bool
    children: tuple[Child, ...] = ()
    address: str | None = None
    police_reference: str | None = None
    source_code: str = "10"
    concerns: tuple[str, ...] = ()
    consent: str = "not_stated"
    risk_grade: str | None = None
    referrer: Referrer = Referrer()
    court: Court | None = None
    references: tuple[Reference, ...] = ()
    needs_person: bool = True
    reasons: tuple[str, ...] = ()
    evidence: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ReadMessage:
    """A whole message. The fields of its single case, or of all its cases together, stand at the top too."""

    summary: Case
    cases: tuple[Case, ...]
    subject: str | None = None
    message_id: str | None = None
    received_at: datetime | None = None
    sender: Sender = Sender()
    attachments: tuple[Attachment, ...] = ()
    unread_parts: tuple[UnreadPart, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """The message as plain values that JSON can hold; dates are ISO 8601."""
        message = asdict(self)
        sender, summary = message.pop("sender"), message.pop("summary")
        plain: dict[str, Any] = _plain({**summary, "from": sender, **message})
        return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date | datetime) else value
