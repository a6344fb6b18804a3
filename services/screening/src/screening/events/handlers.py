"""What the service does with events, and with the timers that it has set."""

from __future__ import annotations

from uuid import UUID

from mash.access import cases
from mash.contracts.enquiry import EnquiryDecided, EnquiryOpened, EnquiryWithdrawn
from mash.contracts.intake import ContactCompleted, ContactErased, ContactReceived, ContactSupplemented
from mash.hub import Transaction
from mash.messaging.handlers import Handler
from mash.timers import Timer, TimerHandler

from screening.usecases.disagreeing import DISAGREEMENT_DUE, let_run_out
from screening.usecases.erasing import erase
from screening.usecases.following import note_enquiry_decided, note_enquiry_opened, return_to_manager
from screening.usecases.opening import note_completion, note_supplement, open_screening
from screening.usecases.timing import DUE_SOON, OVERDUE, raise_due_soon, raise_overdue


async def _due_soon(tx: Transaction, timer: Timer) -> None:
    await raise_due_soon(tx, UUID(timer.key))


async def _overdue(tx: Transaction, timer: Timer) -> None:
    await raise_overdue(tx, UUID(timer.key))


async def _disagreement_due(tx: Transaction, timer: Timer) -> None:
    await let_run_out(tx, UUID(timer.key))


HANDLERS = (
    Handler(ContactReceived, open_screening),
    Handler(ContactSupplemented, note_supplement),
    Handler(ContactCompleted, note_completion),
    Handler(EnquiryOpened, note_enquiry_opened),
    Handler(EnquiryDecided, note_enquiry_decided),
    Handler(EnquiryWithdrawn, return_to_manager),
    *cases.HANDLERS,
    Handler(ContactErased, erase),
)
TIMERS = (
    TimerHandler(DUE_SOON, _due_soon),
    TimerHandler(OVERDUE, _overdue),
    TimerHandler(DISAGREEMENT_DUE, _disagreement_due),
)
