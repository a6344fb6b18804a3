"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

# A Wednesday morning in winter, when London keeps UTC.
START = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)


class FakeClock:
    """Call it for the time, as the services call theirs."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, delta: timedelta | None = None, /, **units: float) -> datetime:
        """Move on by a ``timedelta``, or by its units: ``clock.advance(hours=4)``."""
        self.now += delta if delta is not None else timedelta(**units)
        return self.now

    def set(self, now: datetime) -> datetime:
        self.now = now
        return self.now
