"""What happens when something is due."""

from __future__ import annotations

from uuid import UUID

from mash.hub import Hub, Transaction
from mash.timers import Timer, TimerHandler

from intake.usecases.chase_form import WRITTEN_FORM, tell_overdue
from intake.usecases.read_message import read
from intake.usecases.reading_process import Read
from intake.usecases.take_in_email import UNREAD_MESSAGE, load, take_in

READ_ATTEMPTS = 3


async def written_form_overdue(tx: Transaction, timer: Timer) -> None:
    """A professional's written form has not followed the call."""
    tell_overdue(tx, UUID(timer.key), timer.payload)


async def read_again(hub: Hub, timer: Timer) -> Read:
    """Read a message whose reading was never finished. One that ends the process each time is not read."""
    if timer.attempts > READ_ATTEMPTS:
        return Read()
    async with hub.transaction() as tx:
        raw = await load(tx, UUID(timer.key))
    return await read(hub, raw)


async def take_in_again(tx: Transaction, timer: Timer, found: Read) -> None:
    """Make contacts of a message that was kept and never taken in."""
    await take_in(tx, UUID(timer.key), found)


TIMERS = [
    TimerHandler(kind=WRITTEN_FORM, apply=written_form_overdue),
    TimerHandler(kind=UNREAD_MESSAGE, apply=take_in_again, prepare=read_again),
]
