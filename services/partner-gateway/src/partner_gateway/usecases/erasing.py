"""The hub's time to keep a case is over: what it sent goes, and the words of what was answered.

The agency's ledger goes on saying what it disclosed, when and on which basis, without the words; and what it
holds in its own records is its own to keep.
"""

from __future__ import annotations

from mash.contracts.boundary import CaseErased
from mash.contracts.webhooks import WebhookData
from mash.hub import Transaction
from mash.retention import SetAside, erase_rows, erase_shared

from partner_gateway.store.ledger import forget_words
from partner_gateway.store.tables import ledger, metadata
from partner_gateway.usecases.calling import tell_systems


async def erase(tx: Transaction, message: CaseErased, set_aside: SetAside) -> None:
    """Delete all that is here of an enquiry, but for the ledger, which keeps no word of it.

    ``set_aside`` are the hub's messages that lie aside, which are sealed and so name no enquiry themselves.
    """
    await forget_words(tx, message.enquiry_id)
    gone = await erase_rows(tx, metadata, message.enquiry_id, named="enquiry_id", apart_from=[ledger])
    await erase_shared(tx, message.enquiry_id, ids=gone)
    await set_aside.erase(tx, {message.enquiry_id})
    told = WebhookData(agency=message.agency, partnership=message.partnership, enquiry_id=message.enquiry_id)
    await tell_systems(tx, message.kind, told)
    tx.audit(action="case.erased", case=message.enquiry_id, detail={"rule": message.rule})
