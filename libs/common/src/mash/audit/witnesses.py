"""Keeps what other services have signed of their audits, in a store that they do not reach."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy.dialects.postgresql import insert

from mash.contracts.base import Slug
from mash.contracts.boundary import SignedHead
from mash.contracts.shared import AuditSigned
from mash.db.tables import witness

if TYPE_CHECKING:
    from mash.hub import Transaction


async def keep_signed(tx: Transaction, event: AuditSigned) -> None:
    """Keep one head that a service of the hub has told of."""
    head = SignedHead(**event.model_dump(include=set(SignedHead.model_fields)))
    await keep_heads(tx, event.partnership, [head])


async def keep_heads(tx: Transaction, partnership: Slug, heads: Iterable[SignedHead]) -> None:
    """Keep heads as they were told. What is kept already stays: the first to say a thing is believed."""
    rows = [
        {
            "service": head.service,
            "chain": head.contact_id,
            "seq": head.seq,
            "partnership": partnership,
            "hash": bytes.fromhex(head.hash),
            "jws": head.jws,
            "signed_at": head.signed_at,
            "heard_at": tx.now,
        }
        for head in heads
    ]
    if rows:
        await tx.execute(insert(witness).on_conflict_do_nothing(), rows)
