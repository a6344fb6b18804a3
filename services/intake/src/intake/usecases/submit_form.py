"""A professional sends the multi-agency referral form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.calendar import in_london
from mash.hub import Transaction
from mash.partnerships import Partnership

from intake.domain.tidying import Document
from intake.store.tables import contact
from intake.usecases.chase_form import end_chase
from intake.usecases.receipts import receipt
from intake.usecases.receive import Arrival, Draft, receive, refuse_impossible_dates, refuse_unknown_request

NO_SUCH_CALL = "No call of that reference is known. What you sent was taken in all the same."


async def submit_form(
    tx: Transaction, caller: Caller, partnership: Partnership, document: Document, follows_call: str | None
) -> dict[str, Any]:
    """Take a form in, and stop the chase for it where it follows a call. Returns the receipt."""
    refuse_impossible_dates(document, in_london(tx.now).date())
    refuse_unknown_request(document, partnership)
    call_id = await _find_call(tx, partnership, follows_call) if follows_call else None
    if call_id is not None:
        end_chase(tx, call_id)
    arrival = Arrival(channel="portal", received_at=tx.now, sent_by=caller.subject, follows=call_id)
    (row,) = await receive(tx, partnership, arrival, [Draft(kind="form", document=document)])
    unknown_call = follows_call is not None and call_id is None
    return receipt(row, partnership, more=[NO_SUCH_CALL] if unknown_call else [])


async def _find_call(tx: Transaction, partnership: Partnership, reference: str) -> UUID | None:
    statement = sa.select(contact.c.id).where(
        contact.c.reference == reference,
        contact.c.partnership == partnership.name,
        contact.c.channel == "telephone",
    )
    call_id: UUID | None = (await tx.execute(statement)).scalar()
    return call_id
