"""Files given to people: always as a download, never shown by the browser on the hub's own address."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import Response


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """Return a file as a download under its own name."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
