"""What is remembered of a disagreement: when it last changed, as events may overtake each other."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from notifications.domain.notification import Notification
from notifications.store.notifications import supersede_where
from notifications.store.tables import disagreement, notification


async def is_newest(tx: Transaction, id: UUID, partnership: str, contact_id: UUID, at: datetime) -> bool:
    """Remember a change of ``at``; False where a later one has come before it.

    The last stage's answer and the end that it brings are of one moment, and count whichever comes first.
    """
    new = insert(disagreement).values(
        disagreement_id=id, partnership=partnership, contact_id=contact_id, changed_at=at
    )
    noted = await tx.execute(
        new.on_conflict_do_update(
            index_elements=[disagreement.c.disagreement_id],
            set_={"changed_at": new.excluded.changed_at},
            where=disagreement.c.changed_at <= new.excluded.changed_at,
        )
    )
    return bool(noted.rowcount)


async def supersede_stages(tx: Transaction, id: UUID) -> Sequence[Notification]:
    """Take back what was not told yet of the stages of a disagreement; return it as it was."""
    return await supersede_where(
        tx,
        sa.and_(
            notification.c.purpose == "disagreement_stage",
            notification.c.cause.startswith(f"{id}:", autoescape=True),
        ),
    )
