"""Tells a server that is away from a fault of our own."""

from __future__ import annotations

import sqlalchemy as sa

# By SQLSTATE: the connection failed (08), the server is full (53), or it stops, recovers or starts (57P).
_AWAY = ("08", "53", "57P")


def is_outage(error: BaseException) -> bool:
    """Return whether the database is away or overloaded, so that the same may succeed later.

    True as well of a connection to anything else that was refused, lost or timed out.
    """
    if isinstance(error, sa.exc.DBAPIError):
        return error.connection_invalidated or _is_away(error.orig)
    if isinstance(error, OSError):
        # One that names a file is about that file.
        return error.filename is None
    return isinstance(error, sa.exc.TimeoutError) or _is_away(error)


def _is_away(error: BaseException | None) -> bool:
    state = getattr(error, "sqlstate", None)
    return isinstance(state, str) and state.startswith(_AWAY)
