"""Lists, a page at a time, by a cursor that names where the last page ended."""

from __future__ import annotations

import base64
import binascii
import json
from datetime import datetime
from typing import Annotated, Generic, TypeVar
from uuid import UUID

from fastapi import Query
from pydantic import BaseModel

from mash.errors import Invalid

T = TypeVar("T")

Place = tuple[datetime, UUID]

Cursor = Annotated[str | None, Query(max_length=400, description="The `next` of the page before.")]


class NotOurCursor(Invalid):
    """A cursor that this list did not give."""

    def __init__(self) -> None:
        super().__init__("The cursor is not one that this list gave.", field="cursor")


class Page(BaseModel, Generic[T]):
    """One page of a list. ``next`` is absent on the last."""

    items: list[T]
    next: str | None = None


def encode_cursor(at: datetime, id: UUID) -> str:
    """Return a cursor that names a page's last row by its time and id."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), str(id)]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None) -> Place | None:
    """Return the time and id in a cursor, or None without one. Raises :class:`mash.errors.Invalid`."""
    if cursor is None:
        return None
    try:
        at, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        place = datetime.fromisoformat(at), UUID(id)
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError):
        raise NotOurCursor from None
    # What the database could not compare with.
    if place[0].tzinfo is None or not 1900 <= place[0].year <= 2900:
        raise NotOurCursor
    return place
