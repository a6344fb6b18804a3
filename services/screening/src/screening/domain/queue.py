"""What a manager's list may be narrowed to, and the figures above it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Listed = Literal[
    "open",
    "in_danger",
    "awaiting_decision",
    "with_social_worker",
    "paused",
    "late",
    "decided",
    "new_information",
]
Allocated = Literal["yes", "no", "me"]


@dataclass(frozen=True)
class Filters:
    """What is to be listed; an absent filter lists all. ``unrated`` stands for having no rating."""

    state: Listed = "open"
    rating: str | None = None
    allocated: Allocated | None = None
    partnership: str | None = None


@dataclass(frozen=True)
class Counts:
    """Open screenings by what they wait for, and contacts of any state that were added to since.

    ``in_danger`` are those that say a child is in immediate danger, and that no manager has rated yet.
    """

    open: int
    in_danger: int
    awaiting_decision: int
    with_social_worker: int
    paused: int
    due_soon: int
    late: int
    red: int
    amber: int
    green: int
    unrated: int
    new_information: int
    new_information_after_decision: int
