"""Where a page of contacts or messages ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query
from mash.web import encode_cursor

Limit = Annotated[int, Query(ge=1, le=100)]


def next_cursor(rows: Sequence[Any], limit: int) -> str | None:
    """Return the cursor of the page after these rows; none where they are the last."""
    if len(rows) < limit:
        return None
    return encode_cursor(rows[-1]["received_at"], rows[-1]["id"])
