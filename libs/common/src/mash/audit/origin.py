"""From where, and what for, the work at hand is done: set at the edge, written into the audit."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Final

# The client's address, ``message:<type>`` or ``timer:<kind>``.
origin: Final[ContextVar[str]] = ContextVar("origin", default="service")
# What somebody may look at a case for that is not on their desk.
PURPOSES: Final = frozenset(
    {
        "case_audit",
        "complaint",
        "court",
        "cover",
        "linked_case",
        "strategy_discussion",
        "subject_access",
        "supervision",
    }
)
# What the caller says the look is for, where that was asked.
purpose: Final[ContextVar[str | None]] = ContextVar("purpose", default=None)
