"""The monthly report: the six summaries of Havering's protocol, with rating movement and the agencies."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from mash.spreadsheets import safe_cell


@dataclass(frozen=True)
class Timeliness:
    """How long something took, with what is still open counted in every figure.

    ``group`` is ``all``, or the rating or agency that the row is for. ``share_in_target`` is of all that were
    due by now, and null where none were. What was ``late_but_used`` came after it was due and before the
    decision that it was for; null for what no decision waits on. Hours are real hours, up to now for what is
    still open.
    """

    group: str
    total: int
    in_time: int
    late: int
    late_but_used: int | None
    open_in_time: int
    open_late: int
    share_in_target: float | None
    median_hours: float | None
    percentile_90_hours: float | None
    oldest_open_hours: float | None


@dataclass(frozen=True)
class Count:
    """How many there are of one kind."""

    group: str
    title: str
    count: int


@dataclass(frozen=True)
class Movement:
    """How many enquiries began with one rating and ended with another."""

    first: str
    final: str
    count: int


@dataclass(frozen=True)
class Heading:
    """Whose figures, of which month, as they stood when."""

    partnership: str
    month: str
    starts_at: datetime
    ends_at: datetime
    as_at: datetime


@dataclass(frozen=True)
class ContactFigures:
    """The contacts received in a month."""

    contacts: int
    contact_source: list[Count]
    contact_channel: list[Count]
    contact_timeliness: list[Timeliness]
    contact_pathways: list[Count]
    contacts_to_statutory_assessment: int


@dataclass(frozen=True)
class EnquiryFigures:
    """The enquiries opened in a month."""

    enquiries: int
    enquiries_withdrawn: int
    enquiries_to_early_help: int
    enquiries_signposted_or_no_further_action: int
    enquiry_timeliness: list[Timeliness]
    enquiry_outcomes: list[Count]
    rating_movement: list[Movement]
    meeting_movement: list[Movement]


@dataclass(frozen=True)
class PartnerFigures:
    """The agencies' answers to requests made in a month, the feedback due and the disagreements raised in it.

    Disagreements are counted by stage, in the month in which each stage began.
    """

    agency_timeliness: list[Timeliness]
    agency_answers: list[Count]
    feedback_timeliness: list[Timeliness]
    disagreement_timeliness: list[Timeliness]
    disagreement_results: list[Count]


@dataclass(frozen=True)
class MonthlyReport(PartnerFigures, EnquiryFigures, ContactFigures, Heading):
    """What the steering group looks at each month. Its members come in the order of the last base first."""


def as_csv(report: MonthlyReport) -> str:
    """Return the report as rows of summary, group, measure and value, each with its partnership and month."""
    sheet = io.StringIO()
    writer = csv.writer(sheet)
    writer.writerow(("partnership", "month", "summary", "group", "measure", "value"))
    whose = (report.partnership, report.month)
    writer.writerows([safe_cell(cell) for cell in (*whose, *row)] for row in _rows(asdict(report)))
    return sheet.getvalue()


def _rows(report: dict[str, Any]) -> Iterator[tuple[str, str, str, Any]]:
    for name, value in report.items():
        if name in ("partnership", "month"):
            continue
        if not isinstance(value, list):
            yield name, "", "", value.isoformat() if isinstance(value, datetime) else value
            continue
        for item in value:
            group = item.pop("group", None) or f"{item.pop('first')} to {item.pop('final')}"
            for measure, number in item.items():
                yield name, group, measure, "" if number is None else number
