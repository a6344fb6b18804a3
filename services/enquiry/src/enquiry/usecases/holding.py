"""What this service holds of a case, told to intake when somebody asks what is held about them."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from mash.access import Caller
from mash.contracts.queries import HeldRecords
from mash.hub import Transaction
from mash.retention import list_held

from enquiry.store.tables import metadata

WHOSE: Final = {
    "request.questions": "the hub's staff",
    "notice": "the hub",
    # An agency that is to do something did not write that it is.
    "meeting_action.content": "the hub's staff",
}


async def tell_held(tx: Transaction, caller: Caller, contact_id: UUID) -> HeldRecords:
    """Tell all of it, and whose words each part is."""
    tx.audit(action="case.held_viewed", case=contact_id)
    return await list_held(tx, caller, metadata, contact_id, WHOSE)
