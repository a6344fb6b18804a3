"""Lists, a page at a time, by a cursor that names where the last page ended."""

from __future__ import annotations

import base64
import binascii
import json
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query
from pydantic import BaseModel

from mash.errors import Invalid

T = TypeVar("T")

Cursor = Annotated[str | None, Query(max_length=400, description="The `next` of the page before.")]


class Page(BaseModel, Generic[T]):
    """One page of a list. ``next`` is absent on the last."""

    items: list[T]
    next: str | None = None


def encode_cursor(*values: Any) -> str:
    """Return a cursor that holds the sort key of a page's last row: ids and times, never a name."""
    return base64.urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def decode_cursor(cursor: str | None, length: int) -> list[Any] | None:
    """Return the values of a cursor, or None without one. Raises :class:`mash.errors.Invalid`."""
    if cursor is None:
        return None
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        values = None
    if not isinstance(values, list) or len(values) != length:
        raise Invalid("The cursor is not one that this list gave.", field="cursor")
    return values
