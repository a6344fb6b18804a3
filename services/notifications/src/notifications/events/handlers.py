"""What the service does with events, and with the timer that sends. The whole flow is in the two tables."""

from __future__ import annotations

from uuid import UUID

from mash.contracts.enquiry import (
    EnquiryDecided,
    EnquiryReady,
    EnquiryResumed,
    EnquiryWithdrawn,
    RequestCancelled,
    RequestOverdue,
    RequestRaised,
    ReturnRaised,
    ReturnReceived,
)
from mash.contracts.intake import AccessChanged, ContactErased, ContactReceived, WrittenFormOverdue
from mash.contracts.screening import (
    ContactDecided,
    DisagreementAnswered,
    DisagreementClosed,
    DisagreementRaised,
    DisagreementWentUp,
    ScreeningConfirmed,
    ScreeningDueSoon,
    ScreeningOverdue,
    ScreeningRaised,
    ScreeningReopened,
)
from mash.contracts.shared import AccessRaised
from mash.hub import Hub, Transaction
from mash.messaging.handlers import Handler
from mash.timers import Timer, TimerHandler

from notifications.usecases.delivering import Try, record_try, try_to_tell
from notifications.usecases.disagreeing import (
    close_disagreement,
    raise_disagreement,
    raise_next_stage,
    tell_answer,
)
from notifications.usecases.erasing import erase
from notifications.usecases.noting import (
    DELIVER,
    acknowledge,
    chase_written_form,
    note_contact_decided,
    note_enquiry_decided,
    note_reopened,
)
from notifications.usecases.overseeing import note_access, raise_look
from notifications.usecases.tasking import (
    close_enquiry,
    close_enquiry_ready,
    close_new_information,
    close_request,
    raise_due_soon,
    raise_enquiry_ready,
    raise_new_information,
    raise_overdue,
    raise_request_overdue,
    raise_request_raised,
    raise_return,
)


async def _try(hub: Hub, timer: Timer) -> Try | None:
    return await try_to_tell(hub, UUID(timer.key))


async def _record(tx: Transaction, timer: Timer, tried: Try | None) -> None:
    await record_try(tx, UUID(timer.key), tried)


HANDLERS = (
    Handler(ContactReceived, acknowledge),
    Handler(WrittenFormOverdue, chase_written_form),
    Handler(ContactDecided, note_contact_decided, takes_envelope=True),
    Handler(EnquiryDecided, note_enquiry_decided, takes_envelope=True),
    Handler(ScreeningReopened, note_reopened),
    Handler(ScreeningDueSoon, raise_due_soon),
    Handler(ScreeningOverdue, raise_overdue),
    Handler(ScreeningRaised, raise_new_information),
    Handler(ScreeningConfirmed, close_new_information),
    Handler(RequestOverdue, raise_request_overdue),
    Handler(RequestRaised, raise_request_raised),
    Handler(ReturnReceived, close_request),
    Handler(RequestCancelled, close_request),
    Handler(ReturnRaised, raise_return),
    Handler(EnquiryReady, raise_enquiry_ready),
    Handler(EnquiryResumed, close_enquiry_ready),
    Handler(EnquiryWithdrawn, close_enquiry),
    Handler(DisagreementRaised, raise_disagreement),
    Handler(DisagreementWentUp, raise_next_stage),
    Handler(DisagreementAnswered, tell_answer),
    Handler(DisagreementClosed, close_disagreement),
    Handler(AccessChanged, note_access),
    Handler(AccessRaised, raise_look),
    Handler(ContactErased, erase),
)
TIMERS = (TimerHandler(DELIVER, _record, prepare=_try),)
