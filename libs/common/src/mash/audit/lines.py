"""One line of the audit: who did what, with which case, when, what for and from where.

The lines of a case are a chain, each bound to the one before by its hash, which is

    sha256(hash of the line before || place in the chain, 8 bytes, big end first || digest of the line)

with nothing in the place of the hash before the first. A line about no case is on a chain of its caller's.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID, uuid5

_CALLERS: Final = UUID("8f0c6b1e-3f52-5a3c-9a51-2f6d6c1f7a10")


@dataclass(frozen=True)
class Line:
    """A line as it is written. ``detail`` holds ids and names of fields, never what was in them."""

    id: UUID
    at: datetime
    subject: str
    action: str
    case_id: UUID | None
    purpose: str | None
    origin: str
    detail: Mapping[str, Any]

    def as_row(self, place: int) -> dict[str, Any]:
        """Return what ``append_audit`` takes of the line, with its place among those given together."""
        return {
            "place": place,
            "id": str(self.id),
            "at": _text(self.at),
            "subject": self.subject,
            "action": self.action,
            "case_id": str(self.case_id) if self.case_id else None,
            "chain": str(chain_of(self)),
            "purpose": self.purpose,
            "origin": self.origin,
            "detail": dict(self.detail),
            "digest": digest_of(self).hex(),
        }


def chain_of(line: Line) -> UUID:
    """Return the chain that a line belongs to: its case's, or else its caller's."""
    return line.case_id or uuid5(_CALLERS, line.subject)


def digest_of(line: Line) -> bytes:
    """Return the SHA-256 of the line in its one written form."""
    members = [
        str(line.id),
        _text(line.at),
        line.subject,
        line.action,
        str(line.case_id) if line.case_id else None,
        line.purpose,
        line.origin,
        dict(line.detail),
    ]
    written = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(written.encode("ascii")).digest()


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
