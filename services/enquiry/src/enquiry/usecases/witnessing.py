"""Gives each agency the signed heads of the audits of the cases it was asked in.

So the hub cannot cut off what was looked at and by whom without it showing outside the hub. The heads of some
minutes go together, and hold ids and hashes alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from mash.audit.witnesses import keep_signed
from mash.contracts.boundary import AuditHeads, SignedHead
from mash.contracts.shared import AuditSigned
from mash.hub import Transaction
from mash.ids import new_id
from mash.timers import Timer

from enquiry.store import witnesses
from enquiry.usecases.telling import Postbox

HEADS_DUE = "audit_heads"
PASS_ON_EVERY = timedelta(minutes=5)
# What one sealed message holds with room to spare.
HEADS_IN_A_MESSAGE = 80
HEADS_AT_ONCE = 2000


async def hear_signed(tx: Transaction, event: AuditSigned) -> None:
    """Keep a head, and see that it is passed on with the others of its time."""
    await keep_signed(tx, event)
    tx.schedule(HEADS_DUE, event.partnership, _next_round(tx.now))


async def pass_on(tx: Transaction, timer: Timer, postbox: Postbox) -> None:
    """Send each agency of a partnership the heads of its cases that it has not had."""
    partnership = timer.key
    rows = await witnesses.take_waiting(tx, partnership, limit=HEADS_AT_ONCE)
    if len(rows) == HEADS_AT_ONCE:
        tx.schedule(HEADS_DUE, partnership, _next_round(tx.now))
    asked = await witnesses.list_asked(tx, {row["chain"] for row in rows})
    heads: dict[str, list[SignedHead]] = defaultdict(list)
    for row in rows:
        for agency in asked.get(row["chain"], ()):
            heads[agency].append(_head(row))
    for agency in sorted(heads):
        _post(tx, postbox, partnership, agency, heads[agency])


def _post(
    tx: Transaction, postbox: Postbox, partnership: str, agency: str, heads: Sequence[SignedHead]
) -> None:
    for first in range(0, len(heads), HEADS_IN_A_MESSAGE):
        some = list(heads[first : first + HEADS_IN_A_MESSAGE])
        message = AuditHeads(
            message_id=new_id(), partnership=partnership, agency=agency, heads=some, sent_at=tx.now
        )
        postbox.post(tx, message)


def _head(row: Mapping[str, Any]) -> SignedHead:
    return SignedHead(
        contact_id=row["chain"],
        service=row["service"],
        seq=row["seq"],
        hash=row["hash"].hex(),
        jws=row["jws"],
        signed_at=row["signed_at"],
    )


def _next_round(now: datetime) -> datetime:
    """Return a time that is the same for all that is heard in the same few minutes."""
    start = datetime(2000, 1, 1, tzinfo=UTC)
    return start + ((now - start) // PASS_ON_EVERY + 1) * PASS_ON_EVERY
