"""What a referrer is shown of a contact that they sent, beside how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.hub import Transaction
from mash.partnerships import get

from intake.store.contacts import get_sent_contact
from intake.store.endings import find_standing
from intake.store.tables import challenge
from intake.usecases.receipts import receipt

MOST_CHALLENGES = 10


async def how_far(
    tx: Transaction, contact_id: UUID, received_at: datetime, completed_at: datetime | None
) -> dict[str, Any]:
    """Return how far a contact has got and since when, without what was decided and by whom."""
    standing = await find_standing(tx, contact_id)
    if standing is not None and (standing.closed or standing.was_decided or standing.worker):
        stage = "decided" if standing.closed else "looked_into" if standing.was_decided else "with_worker"
        return {"stage": stage, "stage_since": standing.standing_at}
    if completed_at is not None:
        return {"stage": "gone_through", "stage_since": completed_at}
    return {"stage": "received", "stage_since": received_at}


async def view_receipt(tx: Transaction, caller: Caller, reference: str) -> dict[str, Any]:
    """Return again what a referrer was told when they sent a contact."""
    row = await get_sent_contact(tx, caller, reference)
    tx.audit(action="contact.receipt_viewed", case=row.id)
    return receipt(row, get(row.partnership)) | {
        "partnership": row.partnership,
        "received_at": row.received_at,
    }


async def list_challenges(tx: Transaction, caller: Caller, reference: str) -> Sequence[UUID]:
    """Return the ids of the challenges of a contact that the caller sent; screening says whose each is."""
    row = await get_sent_contact(tx, caller, reference)
    statement = sa.select(challenge.c.disagreement_id).where(challenge.c.contact_id == row.id)
    newest_first = statement.order_by(challenge.c.disagreement_id.desc()).limit(MOST_CHALLENGES)
    return (await tx.execute(newest_first)).scalars().all()
