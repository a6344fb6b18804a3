"""An e-mail to the hub's mailbox: kept first, then read, then made contacts or set aside, never lost.

Three steps, each of which may be repeated: :func:`keep` commits the raw message; ``read_message`` takes as
long as it takes, outside any transaction; :func:`take_in` writes what came of it. A process that dies in
between leaves a message that has arrived, and a timer that takes it in.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from mash.access import Caller
from mash.calendar import in_london
from mash.contracts.intake import MessageSetAside
from mash.hub import Transaction
from mash.partnerships import Partnership, get
from mash.vault import OpenedRow

from intake.domain.message_cases import CaseDraft, drafts_of, kind_of
from intake.domain.restriction import RESTRICTED_KINDS
from intake.store import messages
from intake.store.contacts import list_from_message
from intake.store.messages import ARRIVED, REPEATED, SET_ASIDE, TAKEN_IN, Kept
from intake.usecases.reading_process import Read
from intake.usecases.receive import Arrival, Draft, receive
from intake.usecases.restricting import restrict_from_start

UNREAD_MESSAGE = "unread_message"
READ_WITHIN = timedelta(minutes=5)


async def keep(tx: Transaction, caller: Caller, partnership: Partnership, raw: bytes) -> Kept:
    """Store the message before anything is done with it."""
    kept = await messages.keep_message(tx, caller, partnership.name, raw)
    if kept.is_new:
        tx.schedule(UNREAD_MESSAGE, str(kept.id), tx.now + READ_WITHIN)
        tx.audit(action="message.received", detail={"message": str(kept.id)})
    if kept.set_aside is not None:
        note_set_aside(tx, partnership.name, kept.set_aside, REPEATED, tx.now)
    return kept


async def load(tx: Transaction, message_id: UUID) -> bytes:
    """Return a message that was kept, to be read again."""
    return await messages.load_raw(tx, message_id)


async def take_in(tx: Transaction, message_id: UUID, read: Read) -> dict[str, Any]:
    """Make what was read contacts, or set the message aside, once. Returns what became of it."""
    row = await messages.get_for_handling(tx, message_id)
    if row.status == ARRIVED:
        tx.cancel_timer(UNREAD_MESSAGE, str(message_id))
        await messages.keep_documents(tx, row.partnership, message_id, read.files)
        today = in_london(row.received_at).date()
        codes = get(row.partnership).source_codes
        await settle(tx, row, read, drafts_of(read.reading, today, codes, text=read.text))
    return await outcome(tx, message_id)


async def settle(
    tx: Transaction, row: OpenedRow, read: Read, drafts: Sequence[CaseDraft], **review: Any
) -> None:
    """Write what became of a message that nobody else can change: its contacts, or that it was set aside."""
    kind = row.kind or kind_of(read.reading)
    status = TAKEN_IN if drafts else SET_ASIDE
    reading = read.reading or row.reading
    await messages.change_message(tx, row.id, status=status, kind=kind, reading=reading, **review)
    if not drafts:
        if kind in RESTRICTED_KINDS:
            await restrict_from_start(tx, row.partnership, [row.id])
        note_set_aside(tx, row.partnership, row.id, kind, row.received_at)
        return
    arrival = Arrival("email", row.received_at, row.sent_by, message_id=row.id)
    await receive(
        tx,
        get(row.partnership),
        arrival,
        [Draft(draft.kind, draft.document, draft.needs_person, draft.reading) for draft in drafts],
    )


def note_set_aside(
    tx: Transaction, partnership: str, message_id: UUID, kind: str, received_at: datetime
) -> None:
    """Tell the hub that a message lies where people can see it."""
    tx.emit(
        MessageSetAside(partnership=partnership, message_id=message_id, kind=kind, received_at=received_at)
    )
    tx.audit(action="message.set_aside", detail={"message": str(message_id)})


async def outcome(tx: Transaction, message_id: UUID) -> dict[str, Any]:
    """Return what became of a message, for whoever sent it in."""
    row = await messages.get_for_handling(tx, message_id)
    contacts = await list_from_message(tx, message_id)
    return {
        "message_id": message_id,
        "outcome": row.status,
        "kind": row.kind,
        "received_at": row.received_at,
        "contacts": [contact._mapping for contact in contacts],
    }
