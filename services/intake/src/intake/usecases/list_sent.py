"""Lists what a referrer has sent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mash.access import Caller
from mash.hub import Transaction

from intake.store import contacts

MOST_LISTED = 200


async def list_sent(tx: Transaction, caller: Caller) -> Sequence[Any]:
    """List the contacts that a referrer has sent, the newest first and without words."""
    rows = await contacts.list_sent(tx, caller, MOST_LISTED)
    tx.audit(action="contacts.sent_listed", detail={"contacts": [str(row.id) for row in rows]})
    return [row._mapping for row in rows]
