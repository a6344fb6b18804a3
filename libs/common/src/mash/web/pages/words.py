"""Times, spans and names as the pages write them."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from mash.calendar import in_london


def moment(at: datetime | None, absent: str = "") -> str:
    """``3 March 2026 at 4.55pm``, by London's clock."""
    return f"{day(at)} at {clock_time(at)}" if at else absent


def short_moment(at: datetime | None, absent: str = "") -> str:
    """``3 Mar, 4.55pm``, by London's clock."""
    if at is None:
        return absent
    there = in_london(at)
    return f"{there.day} {there:%b}, {clock_time(at)}"


def day(on: date | datetime | None, absent: str = "") -> str:
    """``3 March 2026``."""
    if on is None:
        return absent
    there = in_london(on) if isinstance(on, datetime) else on
    return f"{there.day} {there:%B %Y}"


def clock_time(at: datetime) -> str:
    """``4.55pm``, ``9am``, ``midday``, ``midnight``."""
    there = in_london(at)
    if there.minute == 0 and there.hour in (0, 12):
        return "midday" if there.hour else "midnight"
    minutes = f".{there.minute:02}" if there.minute else ""
    return f"{there.hour % 12 or 12}{minutes}{'pm' if there.hour >= 12 else 'am'}"


def span(length: timedelta | float | int) -> str:
    """``2 d 3 h``, ``3 h 5 min`` or ``12 min``; a length in seconds counts too, and its sign does not."""
    seconds = length.total_seconds() if isinstance(length, timedelta) else length
    minutes = int(abs(seconds) // 60)
    days, hours = minutes // 1440, minutes % 1440 // 60
    if days:
        return f"{days} d {hours} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"


def plain(slug: object) -> str:
    """``social_worker_screening`` as ``Social worker screening``."""
    text = str(slug).replace("_", " ").replace("-", " ")
    return text[:1].upper() + text[1:]
