"""What people have to do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Response
from mash.access import HubStaff
from mash.errors import Invalid
from mash.web import Cursor, HubDep, IfMatch, Page, Strict, decode_cursor, etag
from pydantic import Field

from notifications.api.answers import TaskAnswer, task_answer, tasks_answer
from notifications.domain.tasks import Filters, How, Kind, Position
from notifications.usecases.answering import do_task, look_at_tasks

router = APIRouter(prefix="/v1/tasks", tags=["tasks"])


class Done(Strict):
    """How a task was done. What was not possible says why in its note."""

    how: How
    note: str | None = Field(default=None, min_length=1, max_length=2000)


class UnknownPosition(Invalid):
    """A cursor that this list did not give."""


@router.get("")
async def list_all(
    caller: HubStaff,
    hub: HubDep,
    open: bool = True,
    kind: Kind | None = None,
    role: Literal["contact_officer", "manager"] | None = None,
    contact_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[TaskAnswer]:
    """List tasks, open ones unless ``open`` is false, those due first at the top."""
    filters = Filters(open, kind, role, contact_id)
    async with hub.transaction(caller) as tx:
        listed = await look_at_tasks(tx, caller, filters, _position(cursor), limit)
    return tasks_answer(listed, limit, tx.now)


@router.post("/{task_id}/done")
async def post_done(
    task_id: UUID, done: Done, caller: HubStaff, version: IfMatch, hub: HubDep, response: Response
) -> TaskAnswer:
    """Record that a task is done. Telling a referrer by some means counts as their having been told now."""
    async with hub.transaction(caller) as tx:
        listed = await do_task(tx, caller, task_id, version, done.how, done.note)
    etag(response, listed.task.version)
    return task_answer(listed, tx.now)


def _position(cursor: str | None) -> Position | None:
    values = decode_cursor(cursor, 2)
    if values is None:
        return None
    try:
        due_at = datetime.fromisoformat(values[0])
        id = UUID(values[1])
    except (TypeError, ValueError, AttributeError):
        due_at = None
    if due_at is None or due_at.tzinfo is None:
        raise UnknownPosition("The cursor is not one that this list gave.", field="cursor")
    return due_at, id
