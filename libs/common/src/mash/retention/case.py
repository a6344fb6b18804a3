"""What every service but the one that tells of it does when a case is erased."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import sqlalchemy as sa

from mash.contracts.intake import ContactErased
from mash.retention.erased import erase_shared
from mash.retention.rows import erase_rows

if TYPE_CHECKING:
    from mash.hub import Transaction


async def erase_case(tx: Transaction, metadata: sa.MetaData, event: ContactErased) -> set[UUID]:
    """Delete all that this service holds of a case; return the ids of its other records that went too.

    Its data key is destroyed once that has committed.
    """
    gone = await erase_rows(tx, metadata, event.contact_id)
    await erase_shared(tx, event.contact_id, ids=gone)
    tx.audit(action="case.erased", case=event.contact_id, detail={"rule": event.rule})
    return gone
