"""Looks at a contact by its id, as the pages of a case do: what arrived, and what was understood of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import is_restricted
from mash.contracts.queries import ContactHeader
from mash.hub import Transaction

from intake.domain.history import as_first_sent
from intake.store import contacts, messages
from intake.store.contacts import NoSuchContact
from intake.usecases.view_contact import header_of, view_contact


@dataclass(frozen=True)
class Looked:
    """A contact as its page shows it.

    ``arrived`` is what was said before anybody corrected it. ``raw`` is the message it came in, where its
    words are not in ``arrived``: one that became several contacts, or that nobody could read.
    """

    contact: Mapping[str, Any]
    header: ContactHeader
    arrived: Mapping[str, Any]
    linked: Sequence[sa.Row[Any]]
    raw: bytes | None


async def reference_of(tx: Transaction, caller: Caller, contact_id: UUID) -> str:
    """The reference of a contact that the caller may know of. Raises ``NoSuchContact``."""
    reference = await contacts.find_known(tx, caller, contact_id)
    if reference is None:
        raise NoSuchContact
    return reference


async def reference_of_any(tx: Transaction, caller: Caller, contact_id: UUID) -> str:
    """The reference of a contact for whoever says for whom it is open, restricted or not.

    Raises ``NoSuchContact``. What is then done with it asks whether the caller may.
    """
    row = await contacts.get_any_contact(tx, caller, contact_id)
    return str(row.reference)


async def look_at_case(tx: Transaction, caller: Caller, contact_id: UUID) -> Looked:
    """Show a contact with all there is of it. Raises ``NoSuchContact`` or ``PurposeNotSaid``."""
    contact = await view_contact(tx, caller, await reference_of(tx, caller, contact_id))
    arrived = as_first_sent(contact["document"], [change["before"] for change in contact["changes"]])
    restricted = await is_restricted(tx, contact_id)
    return Looked(
        contact=contact,
        header=header_of({**contact, "restricted": restricted}),
        arrived=arrived,
        linked=await contacts.list_linked(tx, caller, contact_id, contact["follows_contact_id"]),
        raw=await _raw(tx, caller, contact, arrived),
    )


async def _raw(
    tx: Transaction, caller: Caller, contact: Mapping[str, Any], arrived: Mapping[str, Any]
) -> bytes | None:
    if contact["message_id"] is None:
        return None
    alone = len(await contacts.list_from_message(tx, contact["message_id"])) == 1
    if alone and arrived.get("concern", {}).get("narrative"):
        return None
    # Nothing of a message is shown to who may not know of every contact that it became.
    return await messages.find_raw(tx, caller, contact["message_id"])
