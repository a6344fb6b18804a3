"""What is recorded in a meeting: who came, what was said of each case, who is to do what; and its end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from mash import partnerships
from mash.access import Caller
from mash.hub import Transaction
from mash.ids import new_id

from enquiry.domain import meeting as rules
from enquiry.domain.meeting import ADDED, CARRIED, ActionAlreadyDone, ItemAlreadyDiscussed
from enquiry.domain.meeting_records import Action, Item, Meeting
from enquiry.store import agenda_items, meeting_actions, meetings
from enquiry.store.agenda_items import UnknownContact as UnknownContact
from enquiry.usecases.meeting_planning import plan_next


async def record_attendance(
    tx: Transaction, caller: Caller, id: UUID, version: int, attendance: Sequence[dict[str, Any]]
) -> Meeting:
    """Keep who came and who sent apologies, in place of what was recorded before."""
    meeting = await meetings.get_for_change(tx, caller, id, version)
    rules.require_open(meeting.state)
    named = {one["agency"] for one in attendance}
    rules.require_agencies(named, partnerships.get(meeting.partnership), "attendance")
    tx.audit(action="meeting.attendance_recorded", detail={"meeting_id": str(id)})
    return await meetings.save_meeting(tx, meeting, content={"attendance": list(attendance)})


async def record_learning(
    tx: Transaction, caller: Caller, id: UUID, version: int, *, good_practice: str, learning: str
) -> Meeting:
    """Keep what was done well and what is learnt from it, where it is of no one case."""
    meeting = await meetings.get_for_change(tx, caller, id, version)
    rules.require_open(meeting.state)
    tx.audit(action="meeting.learning_recorded", detail={"meeting_id": str(id)})
    content = {"good_practice": good_practice, "learning": learning}
    return await meetings.save_meeting(tx, meeting, content=content)


async def add_item(
    tx: Transaction, caller: Caller, meeting_id: UUID, *, reference: str | None, id: UUID | None
) -> Item:
    """Put a contact on the agenda by hand: by its reference, its id or that of one of its enquiries.

    What is on it already stays once. Raises ``UnknownContact``, ``MeetingNotOpen``.
    """
    meeting = await meetings.get_meeting(tx, caller, meeting_id, lock=True)
    if meeting.state == "held":
        rules.require_open(meeting.state)
    named = agenda_items.by_any_name(reference, id)
    contact = await agenda_items.find_contact(tx, caller, meeting.partnership, named)
    new = agenda_items.new_item(
        meeting_id, meeting.partnership, contact, because=(ADDED,), added_at=tx.now, added_by=caller.subject
    )
    await agenda_items.put_on(tx, [new])
    _record(tx, "agenda_item.added", new)
    on_it = await agenda_items.list_items(tx, caller, meeting_id)
    return next(item for item in on_it if item.contact_id == new.contact_id)


async def record_item(
    tx: Transaction, caller: Caller, meeting_id: UUID, id: UUID, version: int, words: dict[str, str]
) -> Item:
    """Keep what was said of a case, and what was done well or learnt. With that it has been discussed."""
    item = await _item(tx, caller, meeting_id, id, version)
    _record(tx, "agenda_item.discussed", item)
    return await agenda_items.save_item(tx, item, state="discussed", content=words)


async def put_off(
    tx: Transaction, caller: Caller, meeting_id: UUID, id: UUID, version: int, reason: str
) -> Item:
    """Leave a case to the next meeting, with the reason."""
    item = await _item(tx, caller, meeting_id, id, version)
    if item.state != "waiting":
        raise ItemAlreadyDiscussed("This was discussed or put off already.")
    meeting = await meetings.get_meeting(tx, caller, meeting_id)
    await _carry(tx, meeting, [item])
    _record(tx, "agenda_item.put_off", item)
    return await agenda_items.save_item(tx, item, state="put_off", content={"put_off": reason})


async def add_action(
    tx: Transaction,
    caller: Caller,
    meeting_id: UUID,
    *,
    item_id: UUID | None,
    agency: str,
    what: str,
    due_on: date,
) -> Action:
    """Keep who is to do what by when, about a case on the agenda or in general."""
    meeting = await meetings.get_meeting(tx, caller, meeting_id, lock=True)
    rules.require_open(meeting.state)
    rules.require_agencies([agency], partnerships.get(meeting.partnership), "agency")
    item = await agenda_items.get_item(tx, caller, meeting_id, item_id) if item_id else None
    new = Action(
        id=new_id(),
        meeting_id=meeting_id,
        agenda_item_id=item_id,
        partnership=meeting.partnership,
        contact_id=item.contact_id if item else None,
        sealed_under=item.contact_id if item else meeting_id,
        agency=agency,
        due_on=due_on,
        made_at=tx.now,
        made_by=caller.subject,
        content={"what": what},
    )
    await meeting_actions.add_action(tx, new)
    tx.audit(action="meeting_action.agreed", case=new.contact_id, detail={"action_id": str(new.id)})
    return new


async def mark_done(tx: Transaction, caller: Caller, id: UUID, version: int, note: str) -> Action:
    """Keep that an action is done, by whom it was said, and what came of it; also after the meeting."""
    action = await meeting_actions.get_for_change(tx, caller, id, version)
    if action.done_at is not None:
        raise ActionAlreadyDone("This action is recorded as done already.")
    tx.audit(action="meeting_action.done", case=action.contact_id, detail={"action_id": str(id)})
    return await meeting_actions.save_done(tx, action, by=caller.subject, note=note)


async def close_meeting(tx: Transaction, caller: Caller, id: UUID, version: int) -> Meeting:
    """Close a meeting: what was not discussed goes to the next one. Closing it again does nothing."""
    closed = await meetings.get_meeting(tx, caller, id)
    if closed.state == "held":
        return closed
    meeting = await meetings.get_for_change(tx, caller, id, version)
    rules.require_open(meeting.state)
    left = await agenda_items.list_waiting(tx, id)
    await _carry(tx, meeting, left)
    contacts = sorted(str(item.contact_id) for item in left)
    tx.audit(action="meeting.closed", detail={"meeting_id": str(id), "contacts": contacts})
    return await meetings.save_meeting(tx, meeting, state="held", ended_at=tx.now, ended_by=caller.subject)


async def _item(tx: Transaction, caller: Caller, meeting_id: UUID, id: UUID, version: int) -> Item:
    """An item of a meeting that is open and stays so until the commit."""
    meeting = await meetings.get_meeting(tx, caller, meeting_id, lock=True)
    item = await agenda_items.get_item(tx, caller, meeting_id, id, version)
    rules.require_open(meeting.state)
    return item


async def _carry(tx: Transaction, meeting: Meeting, items: Sequence[Item]) -> None:
    """Put items on the next agenda, rated before as they were when they first came onto one."""
    if not items:
        return
    following = await meetings.find_following(tx, meeting)
    if following is None:
        following = await plan_next(tx, meeting.partnership, after=meeting.held_on)
    assert following is not None, "whichever meeting is the last one is planned or open"
    rows = [{**vars(item), "rating": item.rating_before} for item in items]
    carried = [
        agenda_items.new_item(following.id, following.partnership, row, because=(CARRIED,), added_at=tx.now)
        for row in rows
    ]
    await agenda_items.put_on(tx, carried)


def _record(tx: Transaction, action: str, item: Item) -> None:
    tx.audit(action=action, case=item.contact_id, detail={"agenda_item_id": str(item.id)})
