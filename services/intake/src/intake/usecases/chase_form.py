"""The written form that must follow a professional's call about immediate child protection."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from mash.calendar import due
from mash.contracts.intake import WrittenFormOverdue
from mash.hub import Transaction
from mash.partnerships import Partnership

WRITTEN_FORM = "written_form"


def form_due(received_at: datetime, partnership: Partnership) -> datetime:
    """Return when the form must have followed a call."""
    return due(received_at, partnership.due_rules["written_form"], partnership.hours).due_at


def start_chase(tx: Transaction, call: Mapping[str, Any]) -> None:
    """Set the timer for a call's form; ``call`` is its row."""
    due_at: datetime = call["written_form_due_at"]
    facts = {
        "partnership": call["partnership"],
        "reference": call["reference"],
        "received_at": call["received_at"].isoformat(),
        "due_at": due_at.isoformat(),
    }
    tx.schedule(WRITTEN_FORM, str(call["id"]), due_at, facts)


def end_chase(tx: Transaction, call_id: UUID) -> None:
    """The form has followed."""
    tx.cancel_timer(WRITTEN_FORM, str(call_id))


def tell_overdue(tx: Transaction, call_id: UUID, facts: Mapping[str, Any]) -> None:
    """Tell the hub that the form has not followed."""
    tx.emit(WrittenFormOverdue(contact_id=call_id, **facts))
    tx.audit(action="contact.written_form_overdue", case=call_id)
