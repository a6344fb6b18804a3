"""What the data protection officer is told of restricted cases, and of those who looked at their own."""

from __future__ import annotations

from typing import Final
from uuid import UUID, uuid5

from mash.access.cases import keep_newer_access
from mash.calendar import in_london
from mash.contracts.intake import AccessChanged
from mash.contracts.shared import AccessRaised
from mash.hub import Transaction

from notifications.store.tasks import close_tasks, was_raised
from notifications.usecases.tasking import SERVICE, raise_task

_LOOKS: Final = UUID("3f6a2f0e-6a53-5d0b-8f7d-0d5b6c1e2a94")


async def note_access(tx: Transaction, event: AccessChanged) -> None:
    """Keep for whom a case is open; one that is open to nobody needs somebody named."""
    if not await keep_newer_access(tx, event):
        return
    if not event.restricted or any(one.until is None for one in event.named):
        await close_tasks(tx, ["name_somebody"], [event.contact_id], SERVICE)
        return
    await raise_task(
        tx,
        "name_somebody",
        event.partnership,
        event.contact_id,
        about=event.contact_id,
        due_at=event.changed_at,
    )


async def raise_look(tx: Transaction, event: AccessRaised) -> None:
    """Tell of a look at an own case once a person, case and day, and of every emergency opening."""
    about = _about(event)
    if await was_raised(tx, event.kind, about):
        return
    await raise_task(
        tx,
        event.kind,
        event.partnership,
        event.contact_id,
        about=about,
        due_at=event.at,
        subject=event.by,
    )


def _about(event: AccessRaised) -> UUID:
    when = in_london(event.at).date() if event.kind == "own_case" else event.at
    return uuid5(_LOOKS, f"{event.kind}|{event.contact_id}|{event.by}|{when.isoformat()}")
