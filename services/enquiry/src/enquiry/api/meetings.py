"""The daily meeting: looked at, called, opened, recorded and closed."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from mash.access import HubStaff, Manager
from mash.contracts.base import Slug
from mash.web import HubDep, IfMatch, Strict, etag
from pydantic import Field, StringConstraints

from enquiry.api import meeting_views as views
from enquiry.api.forms import AgencyName
from enquiry.api.meeting_views import ActionReceipt, ActionView, MeetingDetail, MeetingList, MeetingReceipt
from enquiry.domain.meeting_records import Meeting
from enquiry.usecases import meeting_looking, meeting_planning, meeting_recording

router = APIRouter(tags=["meetings"])
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
MaybeWords = Annotated[str, StringConstraints(max_length=10_000)]


class MeetingForm(Strict):
    """A meeting on a day that has none."""

    partnership: Slug
    held_on: date


class AttendeeForm(Strict):
    """Who came, or sent apologies: a name or a post, of one of the agencies."""

    agency: AgencyName
    who: Name
    present: bool


class AttendanceForm(Strict):
    """All who came or sent apologies."""

    attendance: list[AttendeeForm] = Field(max_length=100)


class LearningForm(Strict):
    """What was done well and what is learnt, of no one case."""

    good_practice: MaybeWords = ""
    learning: MaybeWords = ""


class DoneForm(Strict):
    """What came of an action."""

    note: MaybeWords = ""


@router.get("/v1/meetings")
async def list_meetings(
    hub: HubDep,
    caller: HubStaff,
    before: date | None = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> MeetingList:
    """The meetings to come and to close; and those held, the last first, ``before`` a day if one is given."""
    async with hub.transaction(caller) as tx:
        found = await meeting_looking.list_meetings(tx, caller, before=before, limit=limit)
    return MeetingList(
        coming=[views.summary(one) for one in found.coming],
        held=[views.summary(one) for one in found.held],
        more=found.more,
    )


@router.post("/v1/meetings", status_code=201)
async def call_meeting(
    form: MeetingForm, hub: HubDep, manager: Manager, response: Response
) -> MeetingReceipt:
    """Call a meeting on a day that has none; today, it is open at once if its time has come."""
    async with hub.transaction(manager) as tx:
        called = await meeting_planning.call_meeting(tx, manager, form.partnership, form.held_on)
    return _answer(response, called)


@router.get("/v1/meetings/{meeting_id}")
async def read_meeting(meeting_id: UUID, hub: HubDep, caller: HubStaff, response: Response) -> MeetingDetail:
    """A meeting with its agenda: what was recorded or, before it is opened, what is on it so far."""
    async with hub.transaction(caller) as tx:
        found = await meeting_looking.look_at_meeting(tx, caller, meeting_id)
    etag(response, found.meeting.version)
    return views.detail(found)


@router.post("/v1/meetings/{meeting_id}/opening")
async def open_meeting(
    meeting_id: UUID, hub: HubDep, caller: HubStaff, version: IfMatch, response: Response
) -> MeetingReceipt:
    """Open a meeting on its day, before its agenda would have closed by itself."""
    async with hub.transaction(caller) as tx:
        opened = await meeting_planning.open_early(tx, caller, meeting_id, version)
    return _answer(response, opened)


@router.post("/v1/meetings/{meeting_id}/attendance")
async def record_attendance(
    meeting_id: UUID,
    form: AttendanceForm,
    hub: HubDep,
    caller: HubStaff,
    version: IfMatch,
    response: Response,
) -> MeetingReceipt:
    """Keep who came and who sent apologies, in place of what was recorded before."""
    attendance = [one.model_dump() for one in form.attendance]
    async with hub.transaction(caller) as tx:
        changed = await meeting_recording.record_attendance(tx, caller, meeting_id, version, attendance)
    return _answer(response, changed)


@router.post("/v1/meetings/{meeting_id}/learning")
async def record_learning(
    meeting_id: UUID, form: LearningForm, hub: HubDep, caller: HubStaff, version: IfMatch, response: Response
) -> MeetingReceipt:
    """Keep what was done well and what is learnt, where it is of no one case."""
    async with hub.transaction(caller) as tx:
        changed = await meeting_recording.record_learning(
            tx, caller, meeting_id, version, good_practice=form.good_practice, learning=form.learning
        )
    return _answer(response, changed)


@router.post("/v1/meetings/{meeting_id}/closing")
async def close_meeting(
    meeting_id: UUID, hub: HubDep, manager: Manager, version: IfMatch, response: Response
) -> MeetingReceipt:
    """Close a meeting; what was not discussed goes to the next one."""
    async with hub.transaction(manager) as tx:
        closed = await meeting_recording.close_meeting(tx, manager, meeting_id, version)
    return _answer(response, closed)


@router.get("/v1/meeting-actions")
async def list_actions(hub: HubDep, caller: HubStaff, overdue: bool = False) -> list[ActionView]:
    """What meetings agreed and nobody has said is done, the first due first."""
    async with hub.transaction(caller) as tx:
        found, today = await meeting_looking.list_outstanding(tx, caller, only_overdue=overdue)
    return [views.action(one, today) for one in found]


@router.post("/v1/meeting-actions/{meeting_action_id}/done")
async def mark_done(
    meeting_action_id: UUID,
    form: DoneForm,
    hub: HubDep,
    caller: HubStaff,
    version: IfMatch,
    response: Response,
) -> ActionReceipt:
    """Keep that an action is done, and what came of it."""
    async with hub.transaction(caller) as tx:
        done = await meeting_recording.mark_done(tx, caller, meeting_action_id, version, form.note)
    etag(response, done.version)
    return ActionReceipt(meeting_action_id=done.id, version=done.version)


def _answer(response: Response, meeting: Meeting) -> MeetingReceipt:
    etag(response, meeting.version)
    return views.meeting_receipt(meeting)
