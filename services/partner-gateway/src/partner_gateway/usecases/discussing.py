"""The hub asks the agency to attend a strategy discussion, calls it off, or tells what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from mash.access import Caller
from mash.contracts.boundary import Discussion, DiscussionReceipt
from mash.hub import Transaction
from mash.ids import new_id

from partner_gateway.store import discussions
from partner_gateway.usecases.outward import Outward


async def take_discussion(tx: Transaction, message: Discussion, out: Outward) -> None:
    """Keep what the hub tells of a discussion, and send the receipt that proves it is here."""
    await discussions.put_discussion(tx, message)
    detail = {"discussion_id": str(message.discussion_id), "version": message.version}
    tx.audit(action=f"discussion.{message.state}", case=message.enquiry_id, detail=detail)
    receipt = DiscussionReceipt(
        message_id=new_id(),
        partnership=message.partnership,
        enquiry_id=message.enquiry_id,
        discussion_id=message.discussion_id,
        receipt_of=message.message_id,
        sent_at=tx.now,
    )
    out.post(tx, receipt)


async def look_at_discussions(
    tx: Transaction, caller: Caller, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Mapping[str, Any]]:
    """One page of the discussions that the agency must, or had to, attend."""
    found = await discussions.list_discussions(tx, caller, after, limit)
    for enquiry_id in sorted({UUID(one["enquiry_id"]) for one in found}):
        tx.audit(action="discussion.listed", case=enquiry_id, caller=caller)
    return found
