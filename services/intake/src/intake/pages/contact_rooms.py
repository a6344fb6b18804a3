"""The pages of contacts that the hub's own people and the data protection officer work in."""

from __future__ import annotations

from typing import Final

from intake.pages import calls, contact, corrections, messages, restrictions, subject_access, who_looked

ROUTERS: Final = tuple(
    one.router for one in (calls, contact, corrections, messages, restrictions, subject_access, who_looked)
)
