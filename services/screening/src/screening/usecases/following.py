"""What becomes of an enquiry, as its screening shows it."""

from __future__ import annotations

from mash.contracts.enquiry import EnquiryDecided, EnquiryOpened, EnquiryWithdrawn
from mash.hub import Transaction
from mash.messaging.handlers import Wait

from screening.domain.screening import Screening
from screening.store.records import add_decision
from screening.store.screenings import find_for_event, save
from screening.usecases.deciding import put_back

ENQUIRY = "service:enquiry"


async def note_enquiry_opened(tx: Transaction, event: EnquiryOpened) -> None:
    """Note which enquiry a decision has led to."""
    screening = await _screening(tx, event)
    if screening.enquiry_state == "asked_for":
        await save(tx, screening, ["enquiry"], by=ENQUIRY, enquiry_id=event.enquiry_id, enquiry_state="open")


async def note_enquiry_decided(tx: Transaction, event: EnquiryDecided) -> None:
    """Show the outcome of the contact's enquiry."""
    screening = await _screening(tx, event)
    if not _is_its_enquiry(screening, event):
        return
    await add_decision(
        tx, screening, "enquiry_decided", by=ENQUIRY, rating=event.final_rating, level=event.level
    )
    await save(
        tx,
        screening,
        ["enquiry"],
        by=ENQUIRY,
        enquiry_state="decided",
        enquiry_outcome=event.outcome,
    )


async def return_to_manager(tx: Transaction, event: EnquiryWithdrawn) -> None:
    """Put a contact whose enquiry was withdrawn back before the manager.

    A withdrawn enquiry has decided nothing, and a contact without a decision would be lost. Its clock has run
    on since receipt.
    """
    screening = await _screening(tx, event)
    if not _is_its_enquiry(screening, event):
        return
    await put_back(tx, screening, "enquiry_withdrawn", by=ENQUIRY, enquiry_state="withdrawn")


async def _screening(tx: Transaction, event: EnquiryOpened | EnquiryDecided | EnquiryWithdrawn) -> Screening:
    screening = await find_for_event(tx, event.contact_id)
    if screening is None:
        raise Wait("the contact has not been received yet")
    return screening


def _is_its_enquiry(screening: Screening, event: EnquiryDecided | EnquiryWithdrawn) -> bool:
    """Whether the event is about the enquiry that the decision in force has led to."""
    if screening.enquiry_state == "asked_for":
        raise Wait("the enquiry has not been opened yet")
    return screening.enquiry_state == "open" and screening.enquiry_id == event.enquiry_id
