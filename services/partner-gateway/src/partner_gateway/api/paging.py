"""Where a page of a list ended: a time and an id."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from mash.errors import Invalid
from mash.web import decode_cursor, encode_cursor

Limit = Annotated[int, Query(ge=1, le=200)]
Place = tuple[datetime, UUID]


def place(cursor: str | None) -> Place | None:
    """The time and id of the last row of the page before. Raises :class:`mash.errors.Invalid`."""
    values = decode_cursor(cursor, 2)
    if values is None:
        return None
    try:
        at, id = datetime.fromisoformat(values[0]), UUID(values[1])
    except (TypeError, ValueError, AttributeError):
        at, id = None, None
    if at is None or id is None or at.tzinfo is None or not 1900 <= at.year <= 2900:
        raise Invalid("The cursor is not one that this list gave.", field="cursor")
    return at, id


def next_cursor(count: int, limit: int, at: datetime, id: UUID) -> str | None:
    """The cursor of the page after a last row; none where the page was not full."""
    return encode_cursor(at.isoformat(), id) if count == limit else None
