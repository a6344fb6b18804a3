"""Which partnership and which months a caller asks for."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query
from mash.errors import Invalid, NotFound
from mash.ids import Clock

from reporting.domain.months import Month, Span

USUAL_MONTHS = 12

MonthSaid = Annotated[str | None, Query(pattern=r"^20\d\d-(0[1-9]|1[0-2])$", description="Such as 2026-03.")]


class PartnershipNotFound(NotFound):
    """The partnership is not one that this caller may see figures of."""


async def _months(first: MonthSaid = None, last: MonthSaid = None) -> tuple[str | None, str | None]:
    return first, last


MonthsSaid = Annotated[tuple[str | None, str | None], Depends(_months)]


def choose_partnership(wanted: str | None, allowed: frozenset[str]) -> str:
    """Return the partnership asked for, or the only one that the caller has."""
    if wanted is None and len(allowed) == 1:
        return next(iter(allowed))
    if wanted is None:
        raise Invalid("Say which partnership's figures you want.", field="partnership")
    if wanted not in allowed:
        raise PartnershipNotFound("There is no such partnership, or none whose figures you may see.")
    return wanted


def choose_span(said: tuple[str | None, str | None], clock: Clock) -> Span:
    """Return the months asked for; without, the last twelve. Raises ``SpanTooLong``."""
    first, last = said
    ends = Month.parse(last) if last else Month.of(clock())
    return Span(Month.parse(first) if first else ends - (USUAL_MONTHS - 1), ends)
