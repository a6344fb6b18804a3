"""What stands out in the figures, in sentences. They say what was counted, and judge nobody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from reporting.domain.report import Timeliness

HOURS_A_DAY = 24


def late_decisions(figures: Mapping[str, Timeliness], what: str) -> Iterator[str]:
    """Say, for each title such as a rating, how many were late: "3 of 41 Red enquiries were late"."""
    for title, one in figures.items():
        due = one.in_time + one.late + one.open_late
        late = one.late + one.open_late
        if late:
            waiting = (
                f", and {one.open_late:,} of them {_is_are(one.open_late)} still open"
                if one.open_late
                else ""
            )
            yield f"{late:,} of {due:,} {title} {what} {_was_were(late)} late{waiting}."


def slowest_agency(figures: Mapping[str, Timeliness]) -> Iterator[str]:
    """Name the agency with the smallest share of answers in time, if any was late."""
    shares = {title: one.share_in_target for title, one in figures.items() if one.share_in_target is not None}
    if not shares:
        return
    title = min(shares, key=lambda one: (shares[one], one))
    one = figures[title]
    if shares[title] < 1:
        due = one.in_time + one.late + one.open_late
        yield f"{title} answered {one.in_time:,} of {due:,} requests in time, the smallest share."


def oldest_open(figures: Timeliness | None, what: str) -> Iterator[str]:
    """Say how long the one that has waited longest has been open, if it is late."""
    if figures is None or not figures.open_late or figures.oldest_open_hours is None:
        return
    yield f"The {what} that has been open longest has waited {_lasting(figures.oldest_open_hours)}."


def _lasting(hours: float) -> str:
    if hours < 2 * HOURS_A_DAY:
        return f"{round(hours)} {'hour' if round(hours) == 1 else 'hours'}"
    return f"{int(hours // HOURS_A_DAY)} days"


def _was_were(count: int) -> str:
    return "was" if count == 1 else "were"


def _is_are(count: int) -> str:
    return "is" if count == 1 else "are"
