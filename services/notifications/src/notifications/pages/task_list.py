"""What people have to do: their own tasks and the team's, the first due first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal
from uuid import UUID

from fastapi import Request
from fastapi.responses import Response
from mash.access import Caller, StaffMember
from mash.access.roles import MAY_CALL
from mash.contracts.queries import ContactHeader
from mash.errors import Conflict, Invalid
from mash.hub import Hub
from mash.web import Cursor, HubDep, decode_cursor
from mash.web.pages import Asker, Asks, Form, page_router, render, see_other

from notifications.api.answers import task_answer, tasks_answer
from notifications.api.tasks import Done
from notifications.domain.tasks import MANAGER, Filters, ListedTask
from notifications.pages import notification_words as words
from notifications.usecases.answering import do_task, look_at_task, look_at_tasks

router = page_router()

ROWS = 50
Whose = Literal["mine", "all", "done"]
SAYS = {"how": "how: Choose how it was done", "note": "note: The note is too long: 2,000 letters at most"}


@router.get("/tasks")
async def get_tasks(
    request: Request,
    caller: StaffMember,
    hub: HubDep,
    asker: Asker,
    whose: Whose = "mine",
    contact_id: UUID | None = None,
    cursor: Cursor = None,
) -> Response:
    """Show what is to be done."""
    roles = {role.value for role in caller.roles} if whose == "mine" else None
    filters = Filters(whose != "done", None, roles, contact_id)
    async with hub.transaction(caller) as tx:
        listed = await look_at_tasks(tx, caller, filters, decode_cursor(cursor), ROWS)
    found = tasks_answer(listed, ROWS, tx.now)
    return render(
        request,
        "tasks/list.html",
        tasks=found.items,
        following=found.next,
        whose=whose,
        contact_id=contact_id,
        headers=await _headers(caller, asker, listed),
        now=tx.now,
        words=words,
        own_roles={role.value for role in caller.roles},
        manager=MANAGER,
    )


@router.get("/tasks/{task_id}")
async def get_task(
    request: Request, task_id: UUID, caller: StaffMember, hub: HubDep, asker: Asker
) -> Response:
    """Show a task with the form by which it is done."""
    return await _task(request, hub, caller, asker, task_id)


@router.post("/tasks/{task_id}")
async def post_task(
    request: Request, task_id: UUID, caller: StaffMember, hub: HubDep, asker: Asker
) -> Response:
    """Record that a task is done."""
    form = await Form.read(request)
    if sent := form.body(Done, {"how": form.optional("how"), "note": form.optional("note")}, says=SAYS):
        try:
            async with hub.transaction(caller) as tx:
                await do_task(tx, caller, task_id, form.version(), sent.how, sent.note)
        except (Conflict, Invalid) as refusal:
            form.refuse(refusal)
    return await _task(request, hub, caller, asker, task_id, form) if form.errors else see_other("/tasks")


async def _task(
    request: Request, hub: Hub, caller: Caller, asker: Asks, task_id: UUID, form: Form | None = None
) -> Response:
    form = form or Form()
    async with hub.transaction(caller) as tx:
        listed = await look_at_task(tx, caller, task_id)
    means = ("telephone", "in_person", "letter", "email") if listed.task.is_telling else ("dealt_with",)
    return render(
        request,
        "tasks/task.html",
        status=(412 if form.stale else 422) if form.errors else 200,
        form=form,
        task=task_answer(listed, tx.now),
        header=(await _headers(caller, asker, [listed])).get(listed.task.contact_id),
        how=[(name, words.HOW[name]) for name in (*means, "not_possible")],
        is_theirs=listed.task.role != MANAGER or MANAGER in caller.roles,
        now=tx.now,
        words=words,
    )


async def _headers(caller: Caller, asker: Asks, listed: Sequence[ListedTask]) -> Mapping[UUID, ContactHeader]:
    # The data protection officer opens no contact, and is shown references alone.
    if not caller.roles & MAY_CALL["HubStaff"]:
        return {}
    return await asker.headers(one.task.contact_id for one in listed)
