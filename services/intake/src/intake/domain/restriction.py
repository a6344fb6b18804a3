"""For whom a restricted contact is open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from mash.errors import Conflict, Invalid

Why = Literal["lado", "staff_family", "other"]
Action = Literal["restricted", "changed", "lifted", "opened"]
ALLEGATION = "allegation"
LADO = "lado"
# What is about somebody in a position of trust is restricted from its first moment.
RESTRICTED_KINDS = frozenset({ALLEGATION, LADO})


class ManagerNeeded(Invalid):
    """A restricted contact that no manager may open could be decided by nobody."""


class NotRestricted(Conflict):
    """The contact is open to the hub's people as any other."""


class AlreadyOpen(Conflict):
    """The caller may open the contact already."""


@dataclass(frozen=True)
class Wish:
    """Who shall be named for a contact, as it was asked for; ``managers`` and ``others`` are subject ids."""

    why: Why
    reason: str
    managers: Sequence[str] = ()
    others: Sequence[str] = ()


@dataclass(frozen=True)
class Opening:
    """Somebody who is not named may open a contact until a time."""

    contact_id: UUID
    reference: str
    until: datetime


def managers_named(wish: Wish, subject: str, *, is_manager: bool) -> list[str]:
    """Return the managers who are named: those asked for, or else the manager who asks.

    Raises :class:`ManagerNeeded` where that is nobody.
    """
    managers = list(dict.fromkeys(wish.managers)) or ([subject] if is_manager else [])
    if not managers:
        raise ManagerNeeded(
            "Name at least one manager: a restricted contact that no manager may open is decided by nobody.",
            field="managers",
        )
    return managers
