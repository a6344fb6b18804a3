"""A contact officer writes down a telephone or walk-in contact."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from mash.access import Caller
from mash.calendar import in_london
from mash.errors import Invalid
from mash.hub import Transaction
from mash.partnerships import Partnership, get

from intake.domain.derived import derive
from intake.domain.tidying import Document
from intake.store.contacts import get_contact_by_id
from intake.usecases.chase_form import form_due, start_chase
from intake.usecases.receipts import receipt
from intake.usecases.receive import Arrival, Draft, receive, refuse_impossible_dates, refuse_unknown_request

KINDS = {"telephone": "call", "walk_in": "walk-in"}
LOGGED_WITHIN = timedelta(days=7)


class ImpossibleTimeOfCall(Invalid):
    """A call that has not happened yet, or is too old to be logged as one."""


async def log_call(
    tx: Transaction,
    caller: Caller,
    partnership: Partnership,
    document: Document,
    *,
    channel: Literal["telephone", "walk_in"],
    received_at: datetime | None,
    immediate_child_protection: bool,
) -> dict[str, Any]:
    """Take a call in, and chase the written form where one must follow. Returns the receipt."""
    refuse_impossible_dates(document, in_london(tx.now).date())
    refuse_unknown_request(document, partnership)
    received_at = _time_of_call(received_at, tx.now)
    calls_for_form = immediate_child_protection and channel == "telephone"
    is_professional = derive(document, partnership)["is_professional"]
    due_at = form_due(received_at, partnership) if calls_for_form and is_professional else None
    arrival = Arrival(channel, received_at, caller.subject, written_form_due_at=due_at)
    (row,) = await receive(tx, partnership, arrival, [Draft(KINDS[channel], document)])
    if due_at is not None:
        start_chase(tx, row)
    return receipt(row, partnership) | {"written_form_due_at": due_at.isoformat() if due_at else None}


async def tell_caller(tx: Transaction, caller: Caller, contact_id: UUID) -> dict[str, Any]:
    """Return the receipt of a call again, with times as such, for whoever has it to read out."""
    row = await get_contact_by_id(tx, caller, contact_id)
    tx.audit(action="contact.receipt_viewed", case=row.id)
    found = receipt(row, get(row.partnership))
    acknowledged = found["acknowledgement"]["due_at"]
    due_at = datetime.fromisoformat(acknowledged) if acknowledged else None
    return found | {
        "written_form_due_at": row.written_form_due_at,
        "acknowledgement": found["acknowledgement"] | {"due_at": due_at},
    }


def _time_of_call(said: datetime | None, now: datetime) -> datetime:
    if said is None:
        return now
    if said > now:
        raise ImpossibleTimeOfCall("A call cannot be logged before it happens.", field="received_at")
    if now - said > LOGGED_WITHIN:
        raise ImpossibleTimeOfCall("A call is logged within seven days.", field="received_at")
    return said
