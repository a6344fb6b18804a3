"""Where a page of a list ended: a time and an id."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import Query
from mash.web import encode_cursor

Limit = Annotated[int, Query(ge=1, le=200)]


def next_cursor(count: int, limit: int, at: datetime, id: UUID) -> str | None:
    """The cursor of the page after a last row; none where the page was not full."""
    return encode_cursor(at, id) if count == limit else None
