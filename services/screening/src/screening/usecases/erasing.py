"""The time to keep a case is over."""

from __future__ import annotations

from mash.contracts.intake import ContactErased
from mash.hub import Transaction
from mash.retention import erase_case

from screening.store.tables import metadata


async def erase(tx: Transaction, event: ContactErased) -> None:
    """Delete all that this service holds of the case."""
    await erase_case(tx, metadata, event)
