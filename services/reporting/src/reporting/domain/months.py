"""Calendar months in London, and spans of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Literal
from zoneinfo import ZoneInfo

from mash.errors import Invalid

LONDON = ZoneInfo("Europe/London")
LONGEST_MONTHS = 24
QUARTER_MONTHS = 3

By = Literal["month", "quarter"]


class SpanTooLong(Invalid):
    """A report is of so many months at most, the last of them not before the first."""


@dataclass(frozen=True, order=True)
class Month:
    """A month: from its first moment in London up to, and without, the first of the next."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime | date) -> Month:
        """Return the month in which a moment, or a day, falls in London."""
        day = moment.astimezone(LONDON) if isinstance(moment, datetime) else moment
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Return the month written as 2026-03."""
        year, month = text.split("-")
        return cls(int(year), int(month))

    @property
    def starts_at(self) -> datetime:
        """Return its first moment, in UTC."""
        return datetime(self.year, self.month, 1, tzinfo=LONDON).astimezone(UTC)

    @property
    def ends_at(self) -> datetime:
        """Return the first moment after it, in UTC."""
        return (self + 1).starts_at

    @property
    def words(self) -> str:
        """Return it as people say it: March 2026."""
        return f"{date(self.year, self.month, 1):%B %Y}"

    def __add__(self, months: int) -> Month:
        later = self.year * 12 + self.month - 1 + months
        return Month(later // 12, later % 12 + 1)

    def __sub__(self, months: int) -> Month:
        return self + -months

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"


@dataclass(frozen=True)
class Span:
    """Months on end, both ends within. Raises :class:`SpanTooLong`."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise SpanTooLong("The last month must not be before the first.", field="last")
        if self.last > self.first + (LONGEST_MONTHS - 1):
            raise SpanTooLong(f"Choose {LONGEST_MONTHS} months at most.", field="last")

    @classmethod
    def quarter_of(cls, month: Month) -> Span:
        """Return the quarter that a month is in: January to March, and so on."""
        first = Month(month.year, (month.month - 1) // QUARTER_MONTHS * QUARTER_MONTHS + 1)
        return cls(first, first + (QUARTER_MONTHS - 1))

    @property
    def starts_at(self) -> datetime:
        """Return its first moment, in UTC."""
        return self.first.starts_at

    @property
    def ends_at(self) -> datetime:
        """Return the first moment after it, in UTC."""
        return self.last.ends_at

    @property
    def months(self) -> Iterator[Month]:
        """Give its months, the oldest first."""
        month = self.first
        while month <= self.last:
            yield month
            month += 1

    @property
    def words(self) -> str:
        """Return it as people say it: January to March 2026."""
        if self.first == self.last:
            return self.first.words
        opens = self.first.words
        if self.first.year == self.last.year:
            opens = opens.removesuffix(f" {self.first.year}")
        return f"{opens} to {self.last.words}"

    def periods(self, by: By) -> dict[date, str]:
        """Return the first day of each month or quarter of it, with its words, the oldest first.

        At either end a quarter may be there in part: its words say which of its months are.
        """
        if by == "month":
            return {date(month.year, month.month, 1): month.words for month in self.months}
        quarters = {self.quarter_of(month) for month in self.months}
        within = (
            (one, Span(max(one.first, self.first), min(one.last, self.last)))
            for one in sorted(quarters, key=lambda one: one.first)
        )
        return {date(one.first.year, one.first.month, 1): part.words for one, part in within}

    def __str__(self) -> str:
        return f"{self.first} to {self.last}"
