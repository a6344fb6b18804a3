"""What the service does with events. The whole flow is in the table."""

from __future__ import annotations

from mash.access import cases
from mash.contracts.enquiry import EnquiryDecided, EnquiryOpened, EnquiryWithdrawn
from mash.contracts.screening import (
    ContactAllocated,
    ContactDecided,
    DisagreementClosed,
    DisagreementRaised,
    ScreeningReopened,
)
from mash.hub import Transaction
from mash.messaging.handlers import Handler

from intake.usecases.retention import (
    hear_challenge,
    hear_decided,
    hear_enquiry_decided,
    hear_open_again,
)


async def _on_decided(tx: Transaction, event: ContactDecided) -> None:
    await cases.note_decided(tx, event)
    await hear_decided(tx, event)


async def _on_enquiry_decided(tx: Transaction, event: EnquiryDecided) -> None:
    await cases.note_enquiry_decided(tx, event)
    await hear_enquiry_decided(tx, event)


async def _on_reopened(tx: Transaction, event: ScreeningReopened) -> None:
    await cases.note_reopened(tx, event)
    await hear_open_again(tx, event)


HANDLERS = (
    Handler(ContactAllocated, cases.note_allocated),
    Handler(ContactDecided, _on_decided),
    Handler(ScreeningReopened, _on_reopened),
    Handler(EnquiryOpened, hear_open_again),
    Handler(EnquiryWithdrawn, hear_open_again),
    Handler(EnquiryDecided, _on_enquiry_decided),
    Handler(DisagreementRaised, hear_challenge),
    Handler(DisagreementClosed, hear_challenge),
)
