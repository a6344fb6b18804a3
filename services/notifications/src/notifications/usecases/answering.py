"""What people do: look at what was told, have it tried again, and do the tasks."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from mash.access import Caller
from mash.errors import Conflict
from mash.hub import Transaction

from notifications.domain.notification import TOLD, Notification, Whole
from notifications.domain.tasks import (
    MEANS_OF_TELLING,
    TELLING,
    Filters,
    How,
    ListedTask,
    Position,
    Task,
    require_may_do,
)
from notifications.store.notifications import (
    find_notification,
    get_notification,
    list_attempts,
    list_notifications,
    list_undelivered,
    save,
)
from notifications.store.tasks import (
    close_tasks,
    get_task,
    get_task_for_change,
    list_tasks,
    mark_done,
)
from notifications.usecases.announcing import tell_sent
from notifications.usecases.noting import DELIVER
from notifications.usecases.tasking import SERVICE


class NothingToRetry(Conflict):
    """The referrer has been told, is about to be, or is not to be told this any more."""


async def look_at_contact(tx: Transaction, caller: Caller, contact_id: UUID) -> Sequence[Notification]:
    """What a contact's referrer was or is to be told; the look is in the audit."""
    tx.audit(action="notifications.listed", case=contact_id, caller=caller)
    return await list_notifications(tx, caller, contact_id)


async def look_at_notification(tx: Transaction, caller: Caller, id: UUID) -> Whole:
    """One notification, with its words and tries; the look is in the audit."""
    notification = await get_notification(tx, caller, id)
    tx.audit(
        action="notification.viewed",
        case=notification.contact_id,
        caller=caller,
        detail={"notification_id": str(id)},
    )
    return Whole(notification, await list_attempts(tx, id))


async def look_at_undelivered(
    tx: Transaction, caller: Caller, after: Position | None, limit: int
) -> Sequence[Notification]:
    """What has not reached the referrers of the caller's partnerships; the look is in the audit."""
    found = await list_undelivered(tx, caller, after, limit)
    shown = sorted({str(one.contact_id) for one in found})
    tx.audit(action="notifications.undelivered_listed", caller=caller, detail={"contacts": shown})
    return found


async def retry(tx: Transaction, caller: Caller, id: UUID) -> Whole:
    """Have what failed, or could not be written, tried afresh. Raises :class:`NothingToRetry`."""
    notification = await get_notification(tx, caller, id, lock=True)
    if notification.state not in ("failed", "not_written"):
        raise NothingToRetry(
            "Only what failed or could not be written can be tried again.", state=notification.state
        )
    # The words are written anew for whoever the referrer is by now.
    await save(
        tx, notification, state="waiting", reason=None, trying_since=tx.now, tries=0, subject=None, text=None
    )
    tx.schedule(DELIVER, str(id), tx.now)
    tx.audit(
        action="notification.retried",
        case=notification.contact_id,
        caller=caller,
        detail={"notification_id": str(id)},
    )
    return Whole(await get_notification(tx, caller, id), await list_attempts(tx, id))


async def look_at_tasks(
    tx: Transaction, caller: Caller, filters: Filters, after: Position | None, limit: int
) -> Sequence[ListedTask]:
    """The tasks of the caller's partnerships; the look is in the audit."""
    found = await list_tasks(tx, caller, filters, after, limit)
    shown = sorted({str(one.task.contact_id) for one in found})
    tx.audit(action="tasks.listed", case=filters.contact_id, caller=caller, detail={"contacts": shown})
    return found


async def look_at_task(tx: Transaction, caller: Caller, id: UUID) -> ListedTask:
    """One task; the look is in the audit."""
    found = await get_task(tx, caller, id)
    tx.audit(action="task.viewed", case=found.task.contact_id, caller=caller, detail={"task_id": str(id)})
    return found


async def do_task(
    tx: Transaction, caller: Caller, id: UUID, version: int, how: How, note: str | None
) -> ListedTask:
    """Record that a task is done. Where it was to tell a referrer by some means, they have been told now."""
    found = await get_task_for_change(tx, caller, id, version)
    require_may_do(found.task, caller.roles, how, note)
    done = await mark_done(tx, found.task, caller, how, note)
    if how in MEANS_OF_TELLING:
        await _record_told(tx, done)
    tx.audit(action="task.done", case=done.contact_id, caller=caller, detail={"task_id": str(id), "how": how})
    return ListedTask(done, found.reference)


async def _record_told(tx: Transaction, task: Task) -> None:
    assert task.notification_id is not None
    notification = await find_notification(tx, task.notification_id, lock=True)
    if notification is None or notification.state in TOLD:
        return
    await save(tx, notification, state="told_by_person", sent_at=tx.now, told_how=task.how)
    await close_tasks(tx, TELLING, [notification.id], SERVICE)
    tell_sent(tx, notification)
