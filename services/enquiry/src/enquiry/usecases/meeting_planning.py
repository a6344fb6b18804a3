"""A meeting is planned, its agenda draws itself up, and when its time comes it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from mash import partnerships
from mash.access import Caller
from mash.access.cases import may_know
from mash.calendar import in_london
from mash.errors import NotFound
from mash.hub import Transaction
from mash.timers import Timer

from enquiry.domain import meeting as rules
from enquiry.domain.meeting import MeetingAlreadyCalled, MeetingInThePast, MeetingNotOpen
from enquiry.domain.meeting_records import Item, Meeting
from enquiry.store import agenda_items, meetings
from enquiry.store.tables import contact_heard

AGENDA_CLOSES = "agenda_closes"


class UnknownPartnership(NotFound):
    """There is no such partnership, or none of the caller's."""


async def plan_next(tx: Transaction, partnership: str, after: date | None = None) -> Meeting | None:
    """See that the partnership's next meeting is there; None where it was already."""
    occasion = rules.next_occasion(partnerships.get(partnership), tx.now, after)
    planned = await meetings.add_meeting(tx, partnership, occasion)
    if planned is not None:
        tx.schedule(AGENDA_CLOSES, str(planned.id), planned.agenda_closes_at)
    return planned


async def call_meeting(tx: Transaction, caller: Caller, partnership: str, held_on: date) -> Meeting:
    """Call a meeting on a day that has none. On its own day, once its time has come, it is open at once.

    Raises :class:`UnknownPartnership`, ``NoDailyMeeting``, ``MeetingInThePast``, ``MeetingAlreadyCalled``.
    """
    if not caller.may_see(partnership):
        raise UnknownPartnership("There is no such partnership.")
    occasion = rules.on_date(partnerships.get(partnership), held_on)
    if held_on < in_london(tx.now).date():
        raise MeetingInThePast("A meeting is called for today or a later day.", field="held_on")
    called = await meetings.add_meeting(tx, partnership, occasion)
    if called is None:
        raise MeetingAlreadyCalled("There is a meeting on this day already.")
    tx.audit(action="meeting.called", detail={"meeting_id": str(called.id)})
    if called.agenda_closes_at <= tx.now:
        return await _open(tx, called)
    tx.schedule(AGENDA_CLOSES, str(called.id), called.agenda_closes_at)
    return called


async def open_early(tx: Transaction, caller: Caller, id: UUID, version: int) -> Meeting:
    """Open a meeting before its agenda would have closed, on the day that it is held."""
    planned = await meetings.get_for_change(tx, caller, id, version)
    if planned.state != "planned":
        raise MeetingNotOpen("This meeting has been opened already.")
    if planned.held_on > in_london(tx.now).date():
        raise MeetingNotOpen("This meeting is on a later day. Call one for today instead.")
    tx.cancel_timer(AGENDA_CLOSES, str(id))
    return await _open(tx, planned)


async def open_when_due(tx: Transaction, timer: Timer) -> None:
    """Open a meeting at the time at which its agenda closes."""
    planned = await meetings.find_for_timer(tx, UUID(timer.key))
    if planned is not None and planned.state == "planned":
        await _open(tx, planned)


async def agenda_so_far(tx: Transaction, caller: Caller, planned: Meeting) -> Sequence[Item]:
    """What a meeting would have on its agenda if it were opened now, as far as the caller may know."""
    return await _draw_up(tx, planned, may_know(caller, contact_heard.c.contact_id, tx.now))


async def _open(tx: Transaction, planned: Meeting) -> Meeting:
    await agenda_items.put_on(tx, await _draw_up(tx, planned, sa.true()))
    opened = await meetings.save_meeting(tx, planned, state="open", opened_at=tx.now)
    tx.audit(action="meeting.opened", detail={"meeting_id": str(opened.id)})
    await plan_next(tx, opened.partnership, after=opened.held_on)
    return opened


async def _draw_up(tx: Transaction, of: Meeting, scope: sa.ColumnElement[bool]) -> list[Item]:
    """What belongs on the agenda by how all contacts stand now."""
    profile = partnerships.get(of.partnership)
    daily = rules.daily_meeting(profile)
    found = await agenda_items.list_standing(
        tx,
        of.partnership,
        daily,
        since=await _since(tx, of),
        until=tx.now,
        due_before=rules.end_of_day(of.held_on),
        scope=scope,
    )
    because = {one.contact_id: tuple(rules.reasons(one.standing, daily)) for one in found}
    return [
        agenda_items.new_item(
            of.id,
            of.partnership,
            {**vars(one), "rating": one.standing.rating},
            because=because[one.contact_id],
            added_at=tx.now,
        )
        for one in found
        if because[one.contact_id]
    ]


async def _since(tx: Transaction, of: Meeting) -> datetime:
    before = await meetings.opened_before(tx, of)
    return before or rules.last_occasion(partnerships.get(of.partnership), of.held_on).agenda_closes_at
