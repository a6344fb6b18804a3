"""Where a page of contacts or messages ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from mash.errors import Invalid
from mash.web import decode_cursor, encode_cursor

Limit = Annotated[int, Query(ge=1, le=100)]
Place = tuple[datetime, UUID]


def place(cursor: str | None) -> Place | None:
    """Return the time and id of the last row of the page before. Raises :class:`mash.errors.Invalid`."""
    values = decode_cursor(cursor, 2)
    if values is None:
        return None
    try:
        moment, id = datetime.fromisoformat(values[0]), UUID(values[1])
    except (TypeError, ValueError, AttributeError):
        moment, id = None, None
    if moment is None or id is None or moment.tzinfo is None or not 2000 <= moment.year <= 2100:
        raise Invalid("The cursor is not one that this list gave.", field="cursor")
    return moment, id


def next_cursor(rows: Sequence[Any], limit: int) -> str | None:
    """Return the cursor of the page after these rows; none where they are the last."""
    if len(rows) < limit:
        return None
    return encode_cursor(rows[-1]["received_at"].isoformat(), rows[-1]["id"])
