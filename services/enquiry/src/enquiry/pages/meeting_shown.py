"""What the pages of a meeting share: how it is looked at, and shown with the children's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller
from mash.hub import Hub
from mash.web.pages import Asks, Form, render

from enquiry.api import meeting_views as views
from enquiry.api.meeting_views import ActionView, ItemView, MeetingDetail
from enquiry.usecases import meeting_looking
from enquiry.usecases.meeting_looking import WholeMeeting

ITEM_STATES = {"waiting": "To discuss", "discussed": "Discussed", "put_off": "Put off"}
MEETING_STATES = {"planned": "Coming", "open": "Open", "held": "Closed"}


async def look(hub: Hub, caller: Caller, id: UUID) -> WholeMeeting:
    """One meeting with its agenda; the look is in the audit."""
    async with hub.transaction(caller) as tx:
        return await meeting_looking.look_at_meeting(tx, caller, id)


async def show(
    request: Request,
    asker: Asks,
    found: WholeMeeting,
    template: str,
    form: Form | None = None,
    **context: Any,
) -> Response:
    """A page of one meeting, with the form as it was sent if it was not taken."""
    form, meeting = form or Form(), views.detail(found)
    return render(
        request,
        template,
        status=(412 if form.stale else 422) if form.errors else 200,
        form=form,
        meeting=meeting,
        headers=await asker.headers(_cases_of(meeting)),
        references={item.contact_id: item.reference for item in items_of(meeting)},
        today=found.today,
        item_states=ITEM_STATES,
        meeting_states=MEETING_STATES,
        **context,
    )


def recorded_over(form: Form | None, recorded: Mapping[str, str]) -> Mapping[str, str]:
    """What is ``recorded`` now, field by field, for a form that came too late; nothing for any other."""
    return recorded if form is not None and form.stale else {}


def items_of(meeting: MeetingDetail) -> list[ItemView]:
    """What is on the agenda, in its order."""
    return [item for section in meeting.sections for item in section.cases]


def _cases_of(meeting: MeetingDetail) -> list[UUID]:
    actions: list[ActionView] = [*meeting.outstanding, *meeting.actions]
    of_actions = [one.contact_id for one in actions if one.contact_id is not None]
    return [*(item.contact_id for item in items_of(meeting)), *of_actions]
