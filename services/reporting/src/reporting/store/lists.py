"""The rows of lists: each child of each contact that anybody may see listed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from mash.hub import Transaction

from reporting.store.measures import CONTACTS, Lasting
from reporting.store.tables import contact, enquiry


async def list_contacts_by_child(tx: Transaction, partnership: str, span: Lasting) -> Sequence[sa.RowMapping]:
    """Return a row for each child of each contact in some months, the oldest first, and none restricted.

    A contact whose children nobody counted has one row. With each comes the outcome of the contact's last
    enquiry that was decided.
    """
    children = sa.func.generate_series(1, sa.func.greatest(contact.c.child_count, 1))
    child = children.table_valued("child").render_derived(name="children")
    ended = (
        sa.select(enquiry.c.outcome)
        .where(enquiry.c.contact_id == contact.c.contact_id, enquiry.c.decided_at.is_not(None))
        .order_by(enquiry.c.decided_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = await tx.execute(
        sa.select(contact, child.c.child, ended.label("outcome"))
        .select_from(contact.join(child, sa.true()))
        .where(CONTACTS.within(partnership, span), contact.c.restricted.is_(False))
        .order_by(contact.c.received_at, contact.c.contact_id, child.c.child)
    )
    return rows.mappings().all()
