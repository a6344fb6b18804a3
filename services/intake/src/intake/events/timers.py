"""What happens when something is due."""

from __future__ import annotations

import asyncio
from datetime import datetime
from uuid import UUID

from mash.hub import Hub, Transaction
from mash.timers import Timer, TimerHandler

from intake.usecases.chase_form import WRITTEN_FORM, tell_overdue
from intake.usecases.compare_people import COMPARE, compare_people
from intake.usecases.drafts import DRAFT_OVER, let_go
from intake.usecases.erasing import (
    NIGHT,
    Night,
    set_first_night,
    set_next_night,
    work_through_the_night,
)
from intake.usecases.read_message import read
from intake.usecases.reading_process import Read
from intake.usecases.take_in_email import UNREAD_MESSAGE, load, take_in

READ_ATTEMPTS = 3
LOOK_AGAIN_SECONDS = 3600.0


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


async def draft_over(tx: Transaction, timer: Timer) -> None:
    """Nobody has come back to a draft for as long as it is kept."""
    await let_go(tx, UUID(timer.key), datetime.fromisoformat(timer.payload["changed_at"]))


async def compare(tx: Transaction, timer: Timer) -> None:
    """A contact has come or was corrected, and its people are compared with those who are known."""
    await compare_people(tx, timer.payload["partnership"], UUID(timer.key))


async def night(hub: Hub, _timer: Timer) -> Night:
    """Erase what has come to its end. What is done stays done, if this process ends before the rest is."""
    return await work_through_the_night(hub)


async def after_the_night(tx: Transaction, _timer: Timer, worked: Night) -> None:
    """Set the next night's timer."""
    set_next_night(tx, worked)


async def keep_nights_set(hub: Hub) -> None:
    """See to it that there is a timer for the next night, from the first start on."""
    while True:
        await set_first_night(hub)
        await asyncio.sleep(LOOK_AGAIN_SECONDS)


TIMERS = [
    TimerHandler(kind=WRITTEN_FORM, apply=written_form_overdue),
    TimerHandler(kind=UNREAD_MESSAGE, apply=take_in_again, prepare=read_again),
    TimerHandler(kind=DRAFT_OVER, apply=draft_over),
    TimerHandler(kind=COMPARE, apply=compare),
    TimerHandler(kind=NIGHT, apply=after_the_night, prepare=night),
]
