"""What people have to do."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from mash.access import StaffMember
from mash.web import Cursor, HubDep, IfMatch, Page, Strict, decode_cursor, etag
from pydantic import Field

from notifications.api.answers import TaskAnswer, task_answer, tasks_answer
from notifications.domain.tasks import Filters, How, Kind
from notifications.usecases.answering import do_task, look_at_tasks

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])


class Done(Strict):
    """How a task was done. What was not possible says why in its note."""

    how: How
    note: str | None = Field(default=None, min_length=1, max_length=2000)


@router.get("")
async def list_all(
    caller: StaffMember,
    hub: HubDep,
    open: bool = True,
    kind: Kind | None = None,
    role: Literal["contact_officer", "social_worker", "manager", "data_protection_officer"] | None = None,
    contact_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[TaskAnswer]:
    """List tasks: open ones, those due first at the top; done ones, the last first, if ``open`` is false."""
    filters = Filters(open, kind, [role] if role else None, contact_id)
    async with hub.transaction(caller) as tx:
        listed = await look_at_tasks(tx, caller, filters, decode_cursor(cursor), limit)
    return tasks_answer(listed, limit, tx.now)


@router.post("/{task_id}/done")
async def post_done(
    task_id: UUID, done: Done, caller: StaffMember, version: IfMatch, hub: HubDep, response: Response
) -> TaskAnswer:
    """Record that a task is done. Telling a referrer by some means counts as their having been told now."""
    async with hub.transaction(caller) as tx:
        listed = await do_task(tx, caller, task_id, version, done.how, done.note)
    etag(response, listed.task.version)
    return task_answer(listed, tx.now)
