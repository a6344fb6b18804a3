"""The time to keep a case is over: here, and at each agency that was told of it."""

from __future__ import annotations

from mash.contracts.boundary import CaseErased
from mash.contracts.intake import ContactErased
from mash.hub import Transaction
from mash.ids import new_id
from mash.retention import SetAside, erase_case

from enquiry.store.erasing import list_told
from enquiry.store.tables import metadata
from enquiry.usecases.telling import Postbox


async def erase(tx: Transaction, event: ContactErased, postbox: Postbox, set_aside: SetAside) -> None:
    """Tell each agency, then delete all that this service holds of the case.

    ``set_aside`` are the agencies' messages that lie aside, which are sealed and so name no case themselves.
    """
    for told in await list_told(tx, event.contact_id):
        postbox.post(
            tx,
            CaseErased(
                message_id=new_id(),
                partnership=event.partnership,
                enquiry_id=told.enquiry_id,
                agency=told.agency,
                rule=event.rule,
                erased_at=event.erased_at,
            ),
        )
    await set_aside.erase(tx, await erase_case(tx, metadata, event))
