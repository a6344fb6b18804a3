"""A calendar month in London."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class Month:
    """A month: from its first moment in London up to, and without, the first of the next."""

    year: int
    month: int

    @property
    def starts_at(self) -> datetime:
        """Return its first moment, in UTC."""
        return datetime(self.year, self.month, 1, tzinfo=LONDON).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """Return the first moment after it, in UTC."""
        later = self.year * 12 + self.month
        return datetime(later // 12, later % 12 + 1, 1, tzinfo=LONDON).astimezone(UTC)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"
