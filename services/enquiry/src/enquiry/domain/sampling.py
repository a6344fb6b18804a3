"""An audit of cases, drawn so that anybody can check that nobody picked them, and what agencies found."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal, get_args
from uuid import UUID

Grade = Literal["outstanding", "good", "requires_improvement", "inadequate"]
GRADES: Final[tuple[Grade, ...]] = get_args(Grade)


@dataclass(frozen=True)
class CaseAudit:
    """A draw of cases. Whoever has the seed and the same pool draws the same cases again.

    ``pool_count`` is from how many was drawn, and ``digest`` shows which they were.
    """

    id: UUID
    partnership: str
    made_at: datetime
    made_by: str
    from_on: date
    to_on: date
    outcome: str | None
    final_rating: str | None
    wanted_count: int
    seed: int
    pool_count: int
    digest: str


@dataclass(frozen=True)
class AuditedCase:
    """A case that was drawn, with what was decided in it."""

    id: UUID
    case_audit_id: UUID
    partnership: str
    contact_id: UUID
    enquiry_id: UUID
    place: int
    reference: str
    first_rating: str
    final_rating: str | None
    outcome: str
    decided_at: datetime


@dataclass(frozen=True)
class Finding:
    """What one agency found in a case. ``content`` holds ``went_well`` and ``to_learn``."""

    id: UUID
    audited_case_id: UUID
    partnership: str
    contact_id: UUID
    agency: str
    grade: Grade
    made_at: datetime
    made_by: str
    version: int
    content: Mapping[str, Any] = field(default_factory=dict)


def draw(pool: Iterable[UUID], seed: int, wanted: int) -> list[UUID]:
    """Draw cases: each is put in the place that the seed and its id give it, and the first are taken.

    The same seed and pool always draw the same, whatever made them and in whichever order they came.
    """
    return sorted(pool, key=lambda id: (_digest(f"{seed}:{id}"), id))[:wanted]


def digest_of(pool: Sequence[UUID]) -> str:
    """A digest that shows from which cases was drawn: of their ids in order, a line each."""
    return _digest("\n".join(str(id) for id in sorted(pool)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
