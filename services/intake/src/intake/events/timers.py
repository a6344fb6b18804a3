"""What happens when something is due."""

from __future__ import annotations

from uuid import UUID

from mash.contracts.intake import WrittenFormOverdue
from mash.hub import Hub, Transaction
from mash.timers import Timer, TimerHandler

from intake.store.messages import load_raw
from intake.usecases.read_message import Read, read
from intake.usecases.submit_form import WRITTEN_FORM
from intake.usecases.take_in_email import UNREAD_MESSAGE, take_in

READ_ATTEMPTS = 3


async def written_form_overdue(tx: Transaction, timer: Timer) -> None:
    """Tell the hub that a professional's written form has not followed the call."""
    contact_id = UUID(timer.key)
    tx.emit(WrittenFormOverdue(contact_id=contact_id, **timer.payload))
    tx.audit(action="contact.written_form_overdue", case=contact_id)


async def read_again(hub: Hub, timer: Timer) -> Read:
    """Read a message whose reading was never finished. One that ends the process each time is not read."""
    if timer.attempts > READ_ATTEMPTS:
        return Read()
    async with hub.transaction() as tx:
        raw = await load_raw(tx, UUID(timer.key))
    return await read(hub, raw)


async def take_in_again(tx: Transaction, timer: Timer, found: Read) -> None:
    """Make contacts of a message that was kept and never taken in."""
    await take_in(tx, UUID(timer.key), found)


TIMERS = [
    TimerHandler(kind=WRITTEN_FORM, apply=written_form_overdue),
    TimerHandler(kind=UNREAD_MESSAGE, apply=take_in_again, prepare=read_again),
]
