"""A strategy discussion is asked for, called off, or held; those who must attend are told each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.contracts.boundary import Discussion as Message
from mash.contracts.boundary import DiscussionReceipt
from mash.contracts.enquiry import DiscussionAsked, DiscussionEnded
from mash.hub import Transaction
from mash.ids import new_id

from enquiry.domain import discussions as rules
from enquiry.domain.discussions import Attendant, Discussion, Result
from enquiry.domain.enquiry import Enquiry
from enquiry.store import discussions as store
from enquiry.store.enquiries import get_enquiry
from enquiry.store.notices import add_notices, note_message_received
from enquiry.usecases.naming import of_enquiry
from enquiry.usecases.telling import Postbox


async def ask_discussion(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    enquiry_id: UUID,
    *,
    reason: str,
    attend: tuple[Attendant, ...],
    meets_at: datetime | None,
) -> Discussion:
    """Ask for a discussion. The enquiry goes on beside it, whether it is open or closed."""
    enquiry = await get_enquiry(tx, caller, enquiry_id, lock=True)
    rules.check_attendants(attend, partnerships.get(enquiry.partnership).agencies, "attend")
    rules.check_time(meets_at, tx.now)
    asked = Discussion(
        id=new_id(),
        enquiry_id=enquiry.id,
        contact_id=enquiry.contact_id,
        partnership=enquiry.partnership,
        state="asked",
        asked_at=tx.now,
        asked_by=caller.subject,
        meets_at=meets_at,
        ended_at=None,
        ended_by=None,
        outcome=None,
        conduct=None,
        version=1,
        reason=reason,
        attend=attend,
    )
    await store.add_discussion(tx, asked)
    await _tell(tx, postbox, caller, enquiry, asked)
    tx.emit(
        DiscussionAsked(
            **of_enquiry(enquiry), discussion_id=asked.id, agencies=asked.agencies, asked_at=asked.asked_at
        )
    )
    return asked


async def call_off(
    tx: Transaction, postbox: Postbox, caller: Caller, enquiry_id: UUID, id: UUID, version: int, why: str
) -> Discussion:
    """Call a discussion off."""
    enquiry = await get_enquiry(tx, caller, enquiry_id, lock=True)
    asked = await store.get_discussion(tx, enquiry_id, id, version)
    rules.require_asked(asked)
    off = replace(asked, state="called_off", ended_at=tx.now, rationale=why)
    return await _end(tx, postbox, caller, enquiry, off)


async def record_result(
    tx: Transaction,
    postbox: Postbox,
    caller: Caller,
    enquiry_id: UUID,
    id: UUID,
    version: int,
    result: Result,
) -> Discussion:
    """Keep who attended, what was decided and what was agreed. It is not altered afterwards."""
    enquiry = await get_enquiry(tx, caller, enquiry_id, lock=True)
    asked = await store.get_discussion(tx, enquiry_id, id, version)
    rules.require_asked(asked)
    rules.check_result(result, asked, tx.now)
    agencies = partnerships.get(enquiry.partnership).agencies
    rules.check_attendants(result.attended, agencies, "attended")
    held = replace(
        asked,
        state="held",
        ended_at=result.held_at,
        outcome=result.outcome,
        conduct=result.conduct,
        attended=result.attended,
        actions=result.actions,
        rationale=result.rationale,
    )
    return await _end(tx, postbox, caller, enquiry, held)


async def look_at_discussions(tx: Transaction, caller: Caller, enquiry_id: UUID) -> Sequence[Discussion]:
    """The discussions asked for in an enquiry, with what was agreed."""
    enquiry = await get_enquiry(tx, caller, enquiry_id)
    tx.audit(action="discussion.listed", case=enquiry.contact_id, detail={"enquiry_id": str(enquiry_id)})
    return await store.list_discussions(tx, enquiry_id)


async def look_at_discussion(tx: Transaction, caller: Caller, enquiry_id: UUID, id: UUID) -> Discussion:
    """One of them. Raises ``UnknownEnquiry``, ``UnknownDiscussion``."""
    enquiry = await get_enquiry(tx, caller, enquiry_id)
    found = await store.find_discussion(tx, enquiry_id, id)
    tx.audit(
        action="discussion.viewed",
        case=enquiry.contact_id,
        detail={"enquiry_id": str(enquiry_id), "discussion_id": str(id)},
    )
    return found


async def take_discussion_receipt(tx: Transaction, sender: str, message: DiscussionReceipt) -> None:
    """Keep that what an agency was told of a discussion lies in its own store."""
    await note_message_received(tx, sender, message.receipt_of)


async def _end(
    tx: Transaction, postbox: Postbox, caller: Caller, enquiry: Enquiry, ended: Discussion
) -> Discussion:
    ended = replace(ended, ended_by=caller.subject, version=ended.version + 1)
    await store.save_discussion(tx, ended)
    await _tell(tx, postbox, caller, enquiry, ended)
    tx.emit(
        DiscussionEnded(
            **of_enquiry(enquiry),
            discussion_id=ended.id,
            result=ended.outcome or "called_off",
            asked_at=ended.asked_at,
            ended_at=ended.ended_at or tx.now,
        )
    )
    return ended


async def _tell(
    tx: Transaction, postbox: Postbox, caller: Caller, enquiry: Enquiry, discussion: Discussion
) -> None:
    tx.audit(
        action=f"discussion.{discussion.state}",
        case=discussion.contact_id,
        caller=caller,
        detail={"enquiry_id": str(enquiry.id), "discussion_id": str(discussion.id)},
    )
    messages = [_message(enquiry, discussion, agency) for agency in discussion.agencies]
    for message in messages:
        postbox.post(tx, message)
    if messages:
        await add_notices(tx, [_notice(tx, message) for message in messages])


def _message(enquiry: Enquiry, discussion: Discussion, agency: str) -> Message:
    # An agency is told who must attend, and not what the others are to do.
    return Message.model_validate(
        {
            "message_id": new_id(),
            "partnership": enquiry.partnership,
            "enquiry_id": enquiry.id,
            "discussion_id": discussion.id,
            "agency": agency,
            "version": discussion.version,
            "state": discussion.state,
            "reference": enquiry.reference,
            "reason": discussion.reason,
            "meets_at": discussion.meets_at,
            "attend": [vars(one) for one in discussion.attend],
            "asked_at": discussion.asked_at,
            "asked_by": f"MASH, {partnerships.get(enquiry.partnership).front_door.duty_line}",
            "outcome": discussion.outcome,
            "conduct": discussion.conduct,
        }
    )


def _notice(tx: Transaction, message: Message) -> dict[str, object]:
    return {
        "message_id": message.message_id,
        "enquiry_id": message.enquiry_id,
        "partnership": message.partnership,
        "agency": message.agency,
        "kind": message.kind,
        "version": message.version,
        "told": "researcher",
        "means": "nats",
        "told_at": tx.now,
    }
