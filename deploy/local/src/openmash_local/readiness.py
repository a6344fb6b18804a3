"""Asks the parts whether they are ready."""

from __future__ import annotations

import http.client

from openmash_local.layout import HOST, Layout
from openmash_local.parts import Part

TIMEOUT_SECONDS = 3.0


def is_ready(part: Part, layout: Layout) -> bool:
    """Whether the part answers that it can do its work."""
    connection = http.client.HTTPConnection(HOST, layout.port(part.name), timeout=TIMEOUT_SECONDS)
    try:
        connection.request("GET", "/health/ready")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
