"""Contacts as they are found: always through the caller's scope, so that others do not exist for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know, require_purpose_for
from mash.db.tables import case_scope
from mash.errors import NotFound
from mash.hub import Transaction
from mash.vault import OpenedRow

from intake.store.attachments import find_of_contact, list_of_contact
from intake.store.messages import holds_nothing_hidden
from intake.store.tables import addition, change, contact, document

LISTED = (
    contact.c.id,
    contact.c.reference,
    contact.c.partnership,
    contact.c.version,
    contact.c.channel,
    contact.c.kind,
    contact.c.source_code,
    contact.c.referrer_kind,
    contact.c.received_at,
    contact.c.child_count,
    contact.c.unborn,
    contact.c.repeat_count_6_months,
    contact.c.repeat_count_ever,
    contact.c.immediate_danger,
    contact.c.needs_person,
    contact.c.out_of_hours,
    contact.c.missing,
    contact.c.written_form_due_at,
)


_IS_RESTRICTED = (
    sa.select(sa.literal(1))
    .where(case_scope.c.contact_id == contact.c.id, case_scope.c.restricted)
    .correlate(contact)
    .exists()
)


class NoSuchContact(NotFound):
    """There is no such contact within the caller's scope."""

    def __init__(self) -> None:
        super().__init__("There is no such contact, or none that you may see.")


async def get_contact(
    tx: Transaction, caller: Caller, reference: str, *, for_change: bool = False
) -> OpenedRow:
    """Return a contact by its reference. Raises :class:`NoSuchContact` or ``PurposeNotSaid``."""
    row = await _get(tx, reference, may_know(caller, contact.c.id, tx.now), for_change=for_change)
    await require_purpose_for(tx, caller, row.id)
    return row


async def get_sent_contact(
    tx: Transaction, caller: Caller, reference: str, *, for_change: bool = False
) -> OpenedRow:
    """Return a contact that the caller has sent, restricted or not. Raises :class:`NoSuchContact`."""
    ours = contact.c.partnership.in_(sorted(caller.partnerships))
    return await _get(tx, reference, ours & (contact.c.sent_by == caller.subject), for_change=for_change)


async def _get(
    tx: Transaction, reference: str, which: sa.ColumnElement[bool], *, for_change: bool
) -> OpenedRow:
    statement = sa.select(contact).where(contact.c.reference == reference, which)
    if for_change:
        # Without the key, as a form that follows this contact may hold what this transaction waits for.
        statement = statement.with_for_update(key_share=True)
    return await _one(tx, statement)


async def get_contact_by_id(tx: Transaction, caller: Caller, contact_id: UUID) -> OpenedRow:
    """Return a contact by its id. Raises :class:`NoSuchContact`."""
    which = (contact.c.id == contact_id) & may_know(caller, contact.c.id, tx.now)
    return await _one(tx, sa.select(contact).where(which))


async def get_any_contact(tx: Transaction, caller: Caller, name: str | UUID) -> sa.Row[Any]:
    """Return the ids of a contact for whoever says for whom it is open, restricted or not, and hold it.

    ``name`` is its reference or its id. Raises :class:`NoSuchContact`.
    """
    column = contact.c.id if isinstance(name, UUID) else contact.c.reference
    statement = sa.select(contact.c.id, contact.c.reference, contact.c.partnership).where(
        column == name, contact.c.partnership.in_(sorted(caller.partnerships))
    )
    row = (await tx.execute(statement.with_for_update(key_share=True))).one_or_none()
    if row is None:
        raise NoSuchContact
    return row


async def find_known(tx: Transaction, caller: Caller, contact_id: UUID) -> str | None:
    """Return the reference of a contact, if the caller may know of it."""
    statement = sa.select(contact.c.reference).where(
        contact.c.id == contact_id, may_know(caller, contact.c.id, tx.now)
    )
    found: str | None = (await tx.execute(statement)).scalar()
    return found


async def find_documents(tx: Transaction, contact_id: UUID) -> list[dict[str, Any]]:
    """Return what was said in a contact, for the service itself to compare; none if it was erased."""
    statement = sa.select(contact.c.id, contact.c.document).where(contact.c.id == contact_id)
    return [row.document for row in await tx.opened(contact, (await tx.execute(statement)).all())]


async def _one(tx: Transaction, statement: sa.Select[Any]) -> OpenedRow:
    rows = await tx.opened(contact, (await tx.execute(statement)).all())
    if not rows:
        raise NoSuchContact
    return rows[0]


async def change_contact(tx: Transaction, contact_id: UUID, **values: Any) -> OpenedRow:
    """Write ``values`` into a contact that is held, and return it as it is then."""
    (sealed,) = await tx.sealed(contact, [{"id": contact_id, **values}])
    statement = sa.update(contact).where(contact.c.id == contact_id).values(sealed).returning(contact)
    return (await tx.opened(contact, (await tx.execute(statement)).all()))[0]


async def list_contacts(
    tx: Transaction,
    caller: Caller,
    *,
    needs_person: bool | None,
    out_of_hours: bool | None,
    channel: str | None,
    since: datetime | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[sa.Row[Any]]:
    """Return contacts, the newest first, from the one after ``after`` on."""
    statement = sa.select(*LISTED).where(may_know(caller, contact.c.id, tx.now))
    if needs_person is not None:
        statement = statement.where(contact.c.needs_person if needs_person else ~contact.c.needs_person)
    if out_of_hours is not None:
        statement = statement.where(contact.c.out_of_hours if out_of_hours else ~contact.c.out_of_hours)
    if channel is not None:
        statement = statement.where(contact.c.channel == channel)
    if since is not None:
        statement = statement.where(contact.c.received_at >= since)
    order = sa.tuple_(contact.c.received_at, contact.c.id)
    if after is not None:
        statement = statement.where(order < after)
    newest_first = statement.order_by(contact.c.received_at.desc(), contact.c.id.desc())
    return (await tx.execute(newest_first.limit(limit))).all()


async def list_sent(tx: Transaction, caller: Caller, limit: int) -> Sequence[sa.Row[Any]]:
    """Return the contacts that the caller has sent, restricted or not, the newest first and without words."""
    columns = (contact.c.id, contact.c.reference, contact.c.received_at, contact.c.completed_at)
    statement = sa.select(*columns, contact.c.child_count).where(
        contact.c.sent_by == caller.subject, contact.c.partnership.in_(sorted(caller.partnerships))
    )
    newest_first = statement.order_by(contact.c.received_at.desc(), contact.c.id.desc())
    return (await tx.execute(newest_first.limit(limit))).all()


async def list_headers(tx: Transaction, caller: Caller, ids: Sequence[UUID]) -> list[OpenedRow]:
    """Return those of these contacts that the caller may know of, with what is said of the children."""
    columns = (*LISTED, contact.c.document, _IS_RESTRICTED.label("restricted"))
    statement = sa.select(*columns).where(contact.c.id.in_(ids), may_know(caller, contact.c.id, tx.now))
    return list(await tx.opened(contact, (await tx.execute(statement)).all()))


async def list_additions(tx: Transaction, contact_id: UUID) -> Sequence[OpenedRow]:
    """Return what was added to a contact, in order."""
    statement = sa.select(addition).where(addition.c.contact_id == contact_id).order_by(addition.c.version)
    return await tx.opened(addition, (await tx.execute(statement)).all())


async def list_changes(tx: Transaction, contact_id: UUID, *, since_version: int = 0) -> Sequence[OpenedRow]:
    """Return the changes that led to versions above ``since_version``, in order."""
    statement = (
        sa.select(change)
        .where(change.c.contact_id == contact_id, change.c.version > since_version)
        .order_by(change.c.version)
    )
    return await tx.opened(change, (await tx.execute(statement)).all())


async def list_written_forms(tx: Transaction, caller: Caller, contact_id: UUID) -> Sequence[str]:
    """Return the references of the forms that followed a call, of those that the caller may know of."""
    statement = sa.select(contact.c.reference).where(
        contact.c.follows_contact_id == contact_id, may_know(caller, contact.c.id, tx.now)
    )
    return (await tx.execute(statement.order_by(contact.c.seq))).scalars().all()


async def list_linked(
    tx: Transaction, caller: Caller, contact_id: UUID, follows_id: UUID | None
) -> Sequence[sa.Row[Any]]:
    """Return the call that a form followed, or the forms that followed a call, if the caller may know."""
    linked = (contact.c.follows_contact_id == contact_id) | (contact.c.id == follows_id)
    columns = (contact.c.id, contact.c.reference, contact.c.channel, contact.c.received_at)
    statement = sa.select(*columns).where(linked, may_know(caller, contact.c.id, tx.now))
    return (await tx.execute(statement.order_by(contact.c.seq))).all()


async def list_from_message(tx: Transaction, message_id: UUID) -> Sequence[sa.Row[Any]]:
    """Return the contacts that a message became, in order."""
    columns = (contact.c.id, contact.c.reference, contact.c.kind, contact.c.needs_person)
    statement = sa.select(*columns).where(contact.c.message_id == message_id).order_by(contact.c.seq)
    return (await tx.execute(statement)).all()


async def list_documents(
    tx: Transaction, caller: Caller, contact_id: UUID, message_id: UUID | None
) -> Sequence[OpenedRow]:
    """Return the documents that came with a contact's form or message, without their content.

    Where the message became a restricted contact as well, none of them is there for who may not know of it.
    """
    if message_id is None:
        return await list_of_contact(tx, contact_id)
    columns = [column for column in document.c if column.name != "content"]
    whole = holds_nothing_hidden(caller, document.c.message_id, tx.now)
    statement = sa.select(*columns).where(document.c.message_id == message_id, whole)
    rows = (await tx.execute(statement.order_by(document.c.position))).all()
    return await tx.opened(document, rows)


class NoSuchDocument(NotFound):
    """The contact has no such document."""


async def get_document(
    tx: Transaction, caller: Caller, contact_id: UUID, message_id: UUID | None, document_id: UUID
) -> OpenedRow:
    """Return a document of a contact, with its content. Raises :class:`NoSuchDocument`."""
    if message_id is None:
        rows = await find_of_contact(tx, contact_id, document_id)
    else:
        whole = holds_nothing_hidden(caller, document.c.message_id, tx.now)
        statement = sa.select(document).where(
            document.c.message_id == message_id, document.c.id == document_id, whole
        )
        rows = await tx.opened(document, (await tx.execute(statement)).all())
    if not rows:
        raise NoSuchDocument("The contact has no such document.")
    return rows[0]
