"""What is remembered of a contact: its reference, and when it was last decided and reopened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction
from sqlalchemy.dialects.postgresql import insert

from notifications.store.tables import contact


async def note_contact(
    tx: Transaction,
    contact_id: UUID,
    partnership: str,
    *,
    reference: str | None = None,
    decided_at: datetime | None = None,
    reopened_at: datetime | None = None,
) -> None:
    """Remember what is given, whichever event comes first; of two times the later counts."""
    new = insert(contact).values(
        contact_id=contact_id,
        partnership=partnership,
        reference=reference,
        decided_at=decided_at,
        reopened_at=reopened_at,
    )
    await tx.execute(
        new.on_conflict_do_update(
            index_elements=[contact.c.contact_id],
            set_={
                "reference": sa.func.coalesce(new.excluded.reference, contact.c.reference),
                # PostgreSQL's greatest() passes over what is null.
                "decided_at": sa.func.greatest(contact.c.decided_at, new.excluded.decided_at),
                "reopened_at": sa.func.greatest(contact.c.reopened_at, new.excluded.reopened_at),
            },
        )
    )


async def is_decided(tx: Transaction, contact_id: UUID) -> bool:
    """Whether a contact has been decided, and not been reopened since."""
    since = sa.or_(contact.c.reopened_at.is_(None), contact.c.reopened_at < contact.c.decided_at)
    statement = sa.select(contact.c.contact_id).where(
        contact.c.contact_id == contact_id, contact.c.decided_at.is_not(None), since
    )
    return (await tx.execute(statement)).first() is not None


async def is_overtaken(tx: Transaction, contact_id: UUID, decided_at: datetime) -> bool:
    """Whether a later decision, or a reopening, has come after a decision of ``decided_at``."""
    later = sa.or_(contact.c.decided_at > decided_at, contact.c.reopened_at > decided_at)
    statement = sa.select(contact.c.contact_id).where(contact.c.contact_id == contact_id, later)
    return (await tx.execute(statement)).first() is not None
