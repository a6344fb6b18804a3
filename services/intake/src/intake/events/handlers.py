"""What the service does with events. The whole flow is in the table."""

from __future__ import annotations

from mash.contracts.enquiry import EnquiryDecided, EnquiryOpened, EnquiryWithdrawn
from mash.contracts.screening import (
    ContactDecided,
    DisagreementClosed,
    DisagreementRaised,
    ScreeningReopened,
)
from mash.messaging.handlers import Handler

from intake.usecases.retention import (
    hear_challenge,
    hear_decided,
    hear_enquiry_decided,
    hear_open_again,
)

HANDLERS = (
    Handler(ContactDecided, hear_decided),
    Handler(ScreeningReopened, hear_open_again),
    Handler(EnquiryOpened, hear_open_again),
    Handler(EnquiryWithdrawn, hear_open_again),
    Handler(EnquiryDecided, hear_enquiry_decided),
    Handler(DisagreementRaised, hear_challenge),
    Handler(DisagreementClosed, hear_challenge),
)
