"""What becomes of the contact while its enquiry is open."""

from __future__ import annotations

from mash.contracts.intake import ContactCompleted, ContactSupplemented
from mash.hub import Transaction

from enquiry.store.enquiries import change, find_open

INTAKE = "service:intake"


async def note_contact_changed(tx: Transaction, event: ContactSupplemented | ContactCompleted) -> None:
    """Show the manager that the agencies were asked about less than is known now.

    Like an answer it makes a new version, so that nobody decides on what they have not seen.
    """
    at = event.added_at if isinstance(event, ContactSupplemented) else event.completed_at
    enquiry = await find_open(tx, event.contact_id)
    if enquiry is None or at <= (enquiry.contact_changed_at or enquiry.opened_at):
        return
    await change(tx, enquiry, "contact_changed", by=INTAKE, contact_changed_at=at)
    tx.audit(
        action="enquiry.contact_changed", case=enquiry.contact_id, detail={"enquiry_id": str(enquiry.id)}
    )
