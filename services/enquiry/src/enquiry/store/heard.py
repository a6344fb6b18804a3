"""What the service has heard of contacts, as far as a meeting's agenda goes by it: ids, codes and times.

Events may come out of order, so that each part is kept with its own time, and what is older changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from enquiry.store.tables import contact_heard as table


async def keep(
    tx: Transaction, partnership: str, contact_id: UUID, newest: sa.Column[datetime], **values: Any
) -> None:
    """Keep ``values``, one of which is the time in the column ``newest``, unless something newer is known."""
    new = insert(table).values(partnership=partnership, contact_id=contact_id, **values)
    newer = sa.or_(newest.is_(None), newest <= new.excluded[newest.name])
    await tx.execute(new.on_conflict_do_update(index_elements=["contact_id"], set_=values, where=newer))
