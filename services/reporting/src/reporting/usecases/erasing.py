"""The time to keep a case is over: its thin facts stay, under an id that leads nowhere."""

from __future__ import annotations

from mash.contracts.intake import ContactErased
from mash.hub import Transaction
from mash.retention import forget_messages


async def forget(tx: Transaction, event: ContactErased) -> None:
    """Delete messages about the case that were set aside; the figures are made of facts that name nobody."""
    await forget_messages(tx, [event.contact_id])
    tx.audit(action="case.erased", case=event.contact_id, detail={"rule": event.rule})
