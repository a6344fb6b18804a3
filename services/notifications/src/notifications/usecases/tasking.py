"""Tasks that events raise for people, and that later events close again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from mash.contracts.enquiry import (
    EnquiryReady,
    EnquiryResumed,
    EnquiryWithdrawn,
    RequestCancelled,
    RequestOverdue,
    RequestRaised,
    ReturnRaised,
    ReturnReceived,
)
from mash.contracts.screening import (
    ContactDecided,
    ScreeningConfirmed,
    ScreeningDueSoon,
    ScreeningOverdue,
    ScreeningRaised,
)
from mash.hub import Transaction
from mash.ids import new_id

from notifications.domain.tasks import ABOUT_REQUEST, KINDS, Kind, Task
from notifications.store.contacts import is_decided
from notifications.store.tasks import add_task, close_tasks, close_tasks_of_enquiry

SERVICE = "service:notifications"


async def raise_task(
    tx: Transaction,
    kind: Kind,
    partnership: str,
    contact_id: UUID,
    *,
    about: UUID,
    due_at: datetime,
    notification_id: UUID | None = None,
    enquiry_id: UUID | None = None,
    agency: str | None = None,
    stage: str | None = None,
    subject: str | None = None,
) -> None:
    """Put a task before whoever it is for, unless one of its kind about the same thing is open."""
    task = Task(
        id=new_id(),
        partnership=partnership,
        contact_id=contact_id,
        kind=kind,
        about=about,
        role=KINDS[kind].role,
        notification_id=notification_id,
        enquiry_id=enquiry_id,
        agency=agency,
        due_at=due_at,
        raised_at=tx.now,
        done_at=None,
        done_by=None,
        how=None,
        note=None,
        version=1,
        stage=stage,
        subject=subject,
    )
    if await add_task(tx, task):
        tx.audit(action="task.raised", case=contact_id, detail={"task_id": str(task.id), "kind": kind})


async def raise_due_soon(tx: Transaction, event: ScreeningDueSoon) -> None:
    """Tell the manager that a contact is about to be late."""
    await _raise_screening(tx, "screening_due_soon", event)


async def raise_overdue(tx: Transaction, event: ScreeningOverdue) -> None:
    """Tell the manager that a contact is late; that it was about to be is told no longer."""
    await close_tasks(tx, ["screening_due_soon"], [event.contact_id], SERVICE)
    await _raise_screening(tx, "screening_overdue", event)


async def _raise_screening(tx: Transaction, kind: Kind, event: ScreeningDueSoon | ScreeningOverdue) -> None:
    # The decision may have overtaken the warning.
    if await is_decided(tx, event.contact_id):
        return
    await raise_task(
        tx, kind, event.partnership, event.contact_id, about=event.contact_id, due_at=event.due_at
    )


async def raise_new_information(tx: Transaction, event: ScreeningRaised) -> None:
    """Tell the manager that something was added to a contact after its decision."""
    await raise_task(
        tx,
        "new_information",
        event.partnership,
        event.contact_id,
        about=event.contact_id,
        due_at=event.raised_at,
    )


async def raise_open_case(tx: Transaction, event: ContactDecided) -> None:
    """Tell the social worker who has or had the case that a contact on it has come."""
    await raise_task(
        tx,
        "open_case",
        event.partnership,
        event.contact_id,
        about=event.contact_id,
        due_at=event.decided_at,
    )


async def close_new_information(tx: Transaction, event: ScreeningConfirmed) -> None:
    """Let it rest that something was added: the manager has seen it."""
    await close_tasks(tx, ["new_information"], [event.contact_id], SERVICE)


async def raise_request_overdue(tx: Transaction, event: RequestOverdue) -> None:
    """Tell the manager that an agency is late."""
    await _raise_request(tx, "request_overdue", event)


async def raise_request_raised(tx: Transaction, event: RequestRaised) -> None:
    """Tell the manager that a late request has gone to the agency's lead."""
    await close_tasks(tx, ["request_overdue"], [event.request_id], SERVICE)
    await _raise_request(tx, "request_raised", event)


async def _raise_request(tx: Transaction, kind: Kind, event: RequestOverdue | RequestRaised) -> None:
    await raise_task(
        tx,
        kind,
        event.partnership,
        event.contact_id,
        about=event.request_id,
        due_at=event.due_at,
        enquiry_id=event.enquiry_id,
        agency=event.agency,
    )


async def close_request(tx: Transaction, event: ReturnReceived | RequestCancelled) -> None:
    """Let the tasks about a request rest: it is answered, or no answer is wanted."""
    await close_tasks(tx, ABOUT_REQUEST, [event.request_id], SERVICE)


async def raise_enquiry_ready(tx: Transaction, event: EnquiryReady) -> None:
    """Tell the manager that an enquiry is back for a decision."""
    await raise_task(
        tx,
        "enquiry_ready",
        event.partnership,
        event.contact_id,
        about=event.enquiry_id,
        due_at=event.ready_at,
        enquiry_id=event.enquiry_id,
    )


async def close_enquiry_ready(tx: Transaction, event: EnquiryResumed) -> None:
    """Let it rest that an enquiry is back, for it waits for an agency again."""
    await close_tasks(tx, ["enquiry_ready"], [event.enquiry_id], SERVICE)


async def raise_return(tx: Transaction, event: ReturnRaised) -> None:
    """Tell the manager that an agency said something after the enquiry was closed."""
    await raise_task(
        tx,
        "return_raised",
        event.partnership,
        event.contact_id,
        about=event.request_id,
        due_at=event.raised_at,
        enquiry_id=event.enquiry_id,
        agency=event.agency,
    )


async def close_enquiry(tx: Transaction, event: EnquiryWithdrawn) -> None:
    """Let all tasks about a withdrawn enquiry rest."""
    await close_tasks_of_enquiry(tx, event.enquiry_id, SERVICE)
