"""What the ledger has lines for, and which of them somebody asks for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

LineKind = Literal["item", "nil", "not_covered", "refused", "withheld", "released", "release_refused"]


@dataclass(frozen=True)
class Filters:
    """Which lines of the ledger are wanted."""

    enquiry_id: UUID | None = None
    request_id: UUID | None = None
    kind: LineKind | None = None
    by: str | None = None
    since: datetime | None = None
    until: datetime | None = None
