"""What happens when something is due."""

from __future__ import annotations

from uuid import UUID

from mash.contracts.intake import WrittenFormOverdue
from mash.hub import Transaction
from mash.timers import Timer, TimerHandler

from intake.usecases.submit_form import WRITTEN_FORM


async def written_form_overdue(tx: Transaction, timer: Timer) -> None:
    """Tell the hub that a professional's written form has not followed the call."""
    contact_id = UUID(timer.key)
    tx.emit(WrittenFormOverdue(contact_id=contact_id, **timer.payload))
    tx.audit(action="contact.written_form_overdue", case=contact_id)


TIMERS = [TimerHandler(kind=WRITTEN_FORM, apply=written_form_overdue)]
