"""Which agencies hold something of a case that the hub has sent them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Transaction

from enquiry.store.tables import enquiry, product, request


async def list_told(tx: Transaction, contact_id: UUID) -> Sequence[sa.Row[Any]]:
    """Return each enquiry of a contact with each agency that was asked in it, or was sent a product of it."""
    asked = sa.select(request.c.enquiry_id, request.c.agency).join(enquiry)
    sent = sa.select(product.c.enquiry_id, product.c.receiver_agency).where(product.c.sent_at.is_not(None))
    told = sa.union(
        asked.where(enquiry.c.contact_id == contact_id),
        sent.where(product.c.contact_id == contact_id, product.c.receiver_agency.is_not(None)),
    )
    return (await tx.execute(told)).all()
