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
from intake.usecases.drafts import Keeping, NoSuchDraft, discard, end, once_key, start, view
from intake.usecases.submit_public import Limits, count_begun, submit_public


async def start_public(
    tx: Transaction,
    caller: Caller,
    keeping: Keeping,
    partnership: Partnership,
    document: Document,
    *,
    instead_of: UUID | None,
    sender: str,
    limits: Limits,
) -> UUID:
    """Keep what somebody has begun; return the draft's id. Raises ``TooManyConcerns``.

    What they wrote ``instead_of`` it, for another area, goes along, and is not kept twice.
    """
    await count_begun(tx, partnership, sender, limits)
    written = await _taken_out(tx, caller, keeping, instead_of) if instead_of else {}
    return await start(tx, caller, keeping, partnership, written | document)


async def _taken_out(tx: Transaction, caller: Caller, keeping: Keeping, draft_id: UUID) -> Document:
    try:
        document: Document = (await view(tx, caller, keeping, draft_id))["document"]
        await discard(tx, caller, keeping, draft_id)
    except NoSuchDraft:
        return {}
    return document


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
