"""What a referrer is told at once: the reference, what is still wanted, and whom to ring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from mash.calendar import due
from mash.calendar.london import spoken
from mash.partnerships import Partnership

from intake.domain.completeness import labels
from intake.domain.tidying import warnings

EMERGENCY = "999"


def receipt(row: Mapping[str, Any], partnership: Partnership, *, more: Sequence[str] = ()) -> dict[str, Any]:
    """Return the answer to whoever sent a contact, as JSON; it holds nothing of what they sent."""
    missing = labels(row["missing"], partnership.completeness)
    return {
        "contact_id": str(row["id"]),
        "reference": row["reference"],
        "received_at": row["received_at"].isoformat(),
        "channel": row["channel"],
        "missing": [asdict(item) for item in missing],
        "warnings": [*warnings(row["document"], row["referrer_kind"]), *more],
        "out_of_hours": row["out_of_hours"],
        "put_before": partnership.out_of_hours.route if row["out_of_hours"] else None,
        "in_danger": in_danger(partnership, is_shut=row["out_of_hours"]),
        "acknowledgement": acknowledgement(row["received_at"], row["may_write"], partnership),
    }


def in_danger(partnership: Partnership, *, is_shut: bool) -> dict[str, Any]:
    """Say whom to ring when a child is in immediate danger, and who answers at this hour."""
    away = partnership.out_of_hours
    answering = away.service if is_shut else partnership.front_door.duty_line
    return {
        "words": partnership.front_door.immediate_danger + (f" {away.told}" if is_shut else ""),
        "emergency": EMERGENCY,
        "duty_line": partnership.front_door.duty_line,
        "out_of_hours": {"service": away.service, "telephone": away.telephone},
        "answering_now": answering,
    }


def acknowledgement(received_at: datetime, may_write: bool, partnership: Partnership) -> dict[str, Any]:
    """Say by when the referrer will be written to, or that nothing will be sent."""
    if not may_write:
        words = "Nothing will be sent to you. Keep the reference, and ring to ask what has been done."
        return {"will_be_sent": False, "due_at": None, "words": words}
    due_at = due(received_at, partnership.due_rules["acknowledgement"], partnership.hours).due_at
    words = f"You will be written to by {spoken(due_at.replace(second=0, microsecond=0))}."
    return {"will_be_sent": True, "due_at": due_at.isoformat(), "words": words}
