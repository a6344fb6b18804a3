"""The public's form page by page: begun without an account, found by the id in a cookie, sent once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from mash.access import Caller
from mash.hub import Transaction
from mash.partnerships import Partnership, get
from mash.web.idempotency import once

from intake.domain.tidying import Document
from intake.store import drafts as store
from intake.usecases.drafts import Keeping, end, once_key, start
from intake.usecases.submit_public import Limits, count_begun, submit_public


async def start_public(
    tx: Transaction,
    caller: Caller,
    keeping: Keeping,
    partnership: Partnership,
    document: Document,
    *,
    sender: str,
    limits: Limits,
) -> UUID:
    """Keep what somebody has begun; return the draft's id. Raises ``TooManyConcerns``."""
    await count_begun(tx, partnership, sender, limits)
    return await start(tx, caller, keeping, partnership, document)


async def send_public(
    tx: Transaction,
    caller: Caller,
    draft_id: UUID,
    whole: Callable[[str, Document], Document],
    *,
    sender: str,
    limits: Limits,
) -> dict[str, Any]:
    """Make a draft a contact, once however often it is sent, and return the receipt.

    Raises ``NoSuchDraft``, or ``TooManyConcerns``, which leaves the draft as it is. ``whole`` gives what the
    public's form would have sent to a partnership.
    """

    async def work() -> dict[str, Any]:
        row = await store.get(tx, caller, draft_id, public=True, for_change=True)
        partnership = get(row.partnership)
        document = whole(row.partnership, row.document)
        receipt = await submit_public(tx, partnership, document, sender=sender, limits=limits)
        await end(tx, draft_id)
        tx.audit(action="draft.sent", detail={"draft": str(draft_id)})
        return receipt | {"partnership": row.partnership}

    receipt, _ = await once(tx, caller, *once_key(draft_id), work)
    return receipt
