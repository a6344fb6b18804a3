"""What is to be told to a referrer, noted as it happens. It is written and sent afterwards, by a timer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from mash import partnerships
from mash.access.cases import keep_restricted
from mash.calendar import due
from mash.contracts import Envelope
from mash.contracts.enquiry import EnquiryDecided
from mash.contracts.intake import ContactReceived, WrittenFormOverdue
from mash.contracts.screening import ContactDecided, ScreeningReopened
from mash.hub import Transaction
from mash.ids import new_id

from notifications.domain.notification import DecisionKind, Notification, Purpose
from notifications.domain.tasks import ABOUT_SCREENING, ABOUT_TRUST, TELLING
from notifications.store.contacts import is_overtaken, note_contact
from notifications.store.notifications import add_notification, supersede
from notifications.store.tasks import close_tasks, close_tasks_of_enquiry
from notifications.usecases.announcing import tell_dropped
from notifications.usecases.tasking import SERVICE, raise_open_case, raise_task

DELIVER = "notification.deliver"


async def acknowledge(tx: Transaction, event: ContactReceived) -> None:
    """Have receipt acknowledged at once, with the reference and whom to ring. A form is chased no more."""
    await note_contact(tx, event.contact_id, event.partnership, reference=event.reference)
    if event.restricted:
        await keep_restricted(tx, event.partnership, [event.contact_id], event.received_at)
    if event.kind in ABOUT_TRUST:
        due_at = due_by("lado.forward", event.received_at, event.partnership)
        await raise_task(
            tx,
            "forward_to_lado",
            event.partnership,
            event.contact_id,
            about=event.contact_id,
            due_at=due_at,
        )
    if event.follows_contact_id is not None:
        await close_tasks(tx, ["written_form"], [event.follows_contact_id], SERVICE)
    await note_owed(
        tx,
        event.partnership,
        event.contact_id,
        "acknowledgement",
        cause="received",
        about_at=event.received_at,
        due_at=due_by("acknowledgement", event.received_at, event.partnership),
    )


async def chase_written_form(tx: Transaction, event: WrittenFormOverdue) -> None:
    """Have the referrer asked for the written form, and a contact officer see that it comes."""
    await note_contact(tx, event.contact_id, event.partnership, reference=event.reference)
    await note_owed(
        tx,
        event.partnership,
        event.contact_id,
        "written_form_chase",
        cause="overdue",
        about_at=event.received_at,
        due_at=due_by("acknowledgement", event.due_at, event.partnership),
    )
    await raise_task(
        tx, "written_form", event.partnership, event.contact_id, about=event.contact_id, due_at=event.due_at
    )


async def note_contact_decided(tx: Transaction, envelope: Envelope, event: ContactDecided) -> None:
    """Have the referrer told what was decided. Where it is an enquiry, they are told how that ends.

    A decision that was taken back, or taken anew, before its own event came is no reason for any task.
    """
    await note_contact(tx, event.contact_id, event.partnership, decided_at=event.decided_at)
    if event.restricted:
        await keep_restricted(tx, event.partnership, [event.contact_id], event.received_at)
    if await is_overtaken(tx, event.contact_id, event.decided_at):
        return
    await close_tasks(tx, [*ABOUT_SCREENING, "new_information"], [event.contact_id], SERVICE)
    if event.pathway == "allocated_worker":
        await raise_open_case(tx, event)
    if event.pathway == "enquiry":
        await take_back_feedback(tx, event.contact_id, event.decided_at)
    else:
        await _feed_back(tx, envelope.id, event, "pathways", event.pathway)


async def note_enquiry_decided(tx: Transaction, envelope: Envelope, event: EnquiryDecided) -> None:
    """Have the referrer told the outcome of the enquiry, and let its tasks rest."""
    await close_tasks_of_enquiry(tx, event.enquiry_id, SERVICE)
    await note_contact(tx, event.contact_id, event.partnership, decided_at=event.decided_at)
    await _feed_back(tx, envelope.id, event, "outcomes", event.outcome)


async def note_reopened(tx: Transaction, event: ScreeningReopened) -> None:
    """Keep a decision that no longer stands from being told, if it has not been."""
    await note_contact(tx, event.contact_id, event.partnership, reopened_at=event.reopened_at)
    if not await is_overtaken(tx, event.contact_id, event.reopened_at):
        await close_tasks(tx, ["open_case"], [event.contact_id], SERVICE)
    await take_back_feedback(tx, event.contact_id, event.reopened_at)


async def take_back_feedback(tx: Transaction, contact_id: UUID, until: datetime) -> None:
    """Tell nobody any more of what was decided up to ``until``. What has been told stays on record."""
    await drop(tx, await supersede(tx, contact_id, until))


async def drop(tx: Transaction, untold: Sequence[Notification]) -> None:
    """Let the tasks about messages that were taken back rest, and tell that these are not owed any more."""
    await close_tasks(tx, TELLING, [one.id for one in untold], SERVICE)
    for one in untold:
        if one.queued_at is not None:
            tell_dropped(tx, one)


async def _feed_back(
    tx: Transaction,
    event_id: UUID,
    event: ContactDecided | EnquiryDecided,
    kind: DecisionKind,
    decision: str,
) -> None:
    """Note the feedback on one decision, in place of what was not told yet.

    A decision that comes after a later one, because messages may overtake each other, is told to nobody.
    """
    if await is_overtaken(tx, event.contact_id, event.decided_at):
        return
    await take_back_feedback(tx, event.contact_id, event.decided_at)
    await note_owed(
        tx,
        event.partnership,
        event.contact_id,
        "feedback",
        cause=str(event_id),
        about_at=event.decided_at,
        due_at=due_by("feedback", event.decided_at, event.partnership),
        kind=kind,
        decision=decision,
        services=event.services,
    )


def due_by(rule: str, since: datetime, partnership: str) -> datetime:
    known = partnerships.get(partnership)
    return due(since, known.due_rules[rule], known.hours).due_at


async def note_owed(
    tx: Transaction,
    partnership: str,
    contact_id: UUID,
    purpose: Purpose,
    *,
    cause: str,
    about_at: datetime,
    due_at: datetime,
    kind: DecisionKind | None = None,
    decision: str | None = None,
    stage: str | None = None,
    services: Sequence[str] = (),
) -> None:
    notification = Notification(
        id=new_id(),
        partnership=partnership,
        contact_id=contact_id,
        purpose=purpose,
        cause=cause,
        decision_kind=kind,
        decision=decision,
        services=list(services),
        about_at=about_at,
        due_at=due_at,
        created_at=tx.now,
        state="waiting",
        reason=None,
        trying_since=tx.now,
        tries=0,
        queued_at=None,
        sent_at=None,
        told_how=None,
        subject=None,
        text=None,
        stage=stage,
    )
    if await add_notification(tx, notification):
        tx.schedule(DELIVER, str(notification.id), tx.now)
        tx.audit(
            action="notification.noted",
            case=contact_id,
            detail={"notification_id": str(notification.id), "purpose": purpose},
        )
