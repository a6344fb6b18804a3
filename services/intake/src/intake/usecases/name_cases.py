"""Names cases by their references, for the data protection officer, who may open none of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from mash.access import Caller
from mash.hub import Transaction

from intake.store.access import list_references


async def references_of(tx: Transaction, caller: Caller, ids: Sequence[UUID]) -> dict[UUID, str]:
    """The references of those that are of the caller's partnerships; an erased one has none any more."""
    return await list_references(tx, caller.partnerships, ids)
