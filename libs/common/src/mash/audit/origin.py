"""From where, and what for, the work at hand is done: set at each door, written into the audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

# What a caller may say in the header ``X-Purpose``. Without it the purpose is that of the route: its tag.
PURPOSES: Final = (
    "screening",
    "enquiry",
    "duty_cover",
    "linked_contact",
    "quality_audit",
    "complaint",
    "subject_access",
)
# What a service does of itself, when a message comes or a time is up.
OWN_WORK: Final = "workflow"

# The client's address, ``message:<type>`` or ``timer:<kind>``.
origin: Final[ContextVar[str]] = ContextVar("origin", default="service")
purpose: Final[ContextVar[str]] = ContextVar("purpose", default=OWN_WORK)


@contextmanager
def done_from(where: str, what_for: str = OWN_WORK) -> Iterator[None]:
    """Have the lines that are written in this block say from where and what for."""
    before = origin.set(where), purpose.set(what_for)
    try:
        yield
    finally:
        origin.reset(before[0])
        purpose.reset(before[1])
