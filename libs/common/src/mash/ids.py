"""Identifiers and the clock."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import uuid_utils

Clock = Callable[[], datetime]

# Crockford's alphabet: no I, L, O or U, so that a reference can be read out over the telephone.
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Return a UUIDv7: unique, and in the order of its making, which keeps indexes compact."""
    return UUID(bytes=uuid_utils.uuid7().bytes)


def new_reference(code: str, at: datetime) -> str:
    """Return a contact's reference, such as ``HAV-26-7K3M9QXT``: random, so that none can be guessed."""
    return f"{code}-{at:%y}-{''.join(secrets.choice(_ALPHABET) for _ in range(8))}"


def utc_now() -> datetime:
    """Return the time now, aware, in UTC."""
    return datetime.now(UTC)
