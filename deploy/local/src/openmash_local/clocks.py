"""A clock that this process moves for all the parts that it forks: for playing days that are over."""

from __future__ import annotations

import mmap
import struct
from datetime import datetime, timedelta

from mash.ids import utc_now


class MovableClock:
    """The time now, less what it is behind; forked children see each move at once."""

    def __init__(self) -> None:
        self._behind = mmap.mmap(-1, 8)

    def __call__(self) -> datetime:
        """The time that all of the hub goes by."""
        (seconds,) = struct.unpack("d", self._behind[:])
        return utc_now() - timedelta(seconds=seconds)

    def set(self, to: datetime) -> None:
        """Make it this time, from which it runs on."""
        self._behind[:] = struct.pack("d", (utc_now() - to).total_seconds())

    def catch_up(self) -> None:
        """Make it the real time."""
        self._behind[:] = struct.pack("d", 0.0)
