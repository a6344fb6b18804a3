"""A person looks at what arrived in the mailbox, and may decide otherwise than the reader did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.calendar import in_london
from mash.errors import Conflict
from mash.hub import Transaction
from mash.partnerships import get
from mash.vault import OpenedRow

from intake.domain.message_cases import drafts_of, unread
from intake.store import messages
from intake.store.contacts import list_from_message
from intake.store.messages import SET_ASIDE, TAKEN_IN
from intake.usecases.reading_process import Read
from intake.usecases.take_in_email import UNREAD_MESSAGE, note_set_aside, outcome, settle


class MessageAlreadyTakenIn(Conflict):
    """The message has become a contact, which is decided at screening."""


async def list_messages(tx: Transaction, caller: Caller, **filters: Any) -> Sequence[sa.RowMapping]:
    """List messages for the hub's people, without a word of them; one line in the audit."""
    rows = await messages.list_messages(tx, caller, **filters)
    tx.audit(action="messages.listed", detail={"messages": [str(row["id"]) for row in rows]})
    return rows


async def view_message(tx: Transaction, caller: Caller, message_id: UUID) -> dict[str, Any]:
    """Show what was read from a message, and what became of it."""
    row = await messages.get_message(tx, caller, message_id)
    contacts = await list_from_message(tx, message_id)
    _note_look(tx, "message.viewed", message_id, contacts)
    return {**row._mapping, "contacts": [contact._mapping for contact in contacts]}


async def open_raw(tx: Transaction, caller: Caller, message_id: UUID) -> bytes:
    """Give a message as it came."""
    raw = await messages.get_raw(tx, caller, message_id)
    _note_look(tx, "message.opened", message_id, await list_from_message(tx, message_id))
    return raw


def _note_look(tx: Transaction, action: str, message_id: UUID, contacts: Sequence[sa.Row[Any]]) -> None:
    """Whoever opens a message looks at each case that it became."""
    for case in [contact.id for contact in contacts] or [None]:
        tx.audit(action=action, case=case, detail={"message": str(message_id)})


async def take_in_by_person(tx: Transaction, caller: Caller, message_id: UUID, reason: str) -> dict[str, Any]:
    """Make a message a contact because a person says that it is one; they complete it from there."""
    row = await _for_review(tx, caller, message_id)
    tx.cancel_timer(UNREAD_MESSAGE, str(message_id))
    today, codes = in_london(row.received_at).date(), get(row.partnership).source_codes
    found = drafts_of(row.reading, today, codes, all_cases=True) if row.reading else [unread()]
    await settle(tx, row, Read(row.reading), found, **_review(tx, caller, reason))
    tx.audit(action="message.taken_in_by_person", detail={"message": str(message_id)})
    return await outcome(tx, message_id)


async def set_aside_by_person(
    tx: Transaction, caller: Caller, message_id: UUID, reason: str
) -> dict[str, Any]:
    """Keep a message where it can be seen, because a person says that it is no referral."""
    row = await _for_review(tx, caller, message_id)
    tx.cancel_timer(UNREAD_MESSAGE, str(message_id))
    kind = row.kind or "not-a-referral"
    await messages.change_message(tx, message_id, status=SET_ASIDE, kind=kind, **_review(tx, caller, reason))
    if row.status != SET_ASIDE:
        note_set_aside(tx, row.partnership, message_id, kind, row.received_at)
    tx.audit(action="message.reviewed", detail={"message": str(message_id)})
    return await outcome(tx, message_id)


async def _for_review(tx: Transaction, caller: Caller, message_id: UUID) -> OpenedRow:
    await messages.get_message(tx, caller, message_id)
    row = await messages.get_for_handling(tx, message_id)
    if row.status == TAKEN_IN:
        references = [contact.reference for contact in await list_from_message(tx, message_id)]
        raise MessageAlreadyTakenIn(
            "This message has already become a contact, which is decided at screening.",
            references=references,
        )
    return row


def _review(tx: Transaction, caller: Caller, reason: str) -> dict[str, Any]:
    return {"reviewed_at": tx.now, "reviewed_by": caller.subject, "review_reason": reason}
