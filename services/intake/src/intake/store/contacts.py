"""Contacts as they are found: always through the caller's scope, so that others do not exist for them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.errors import NotFound
from mash.hub import Transaction

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


class NoSuchContact(NotFound):
    """There is no such contact within the caller's scope."""

    def __init__(self) -> None:
        super().__init__("There is no such contact, or none that you may see.")


def in_scope(caller: Caller) -> sa.ColumnElement[bool]:
    """Return the condition that keeps a query within the caller's partnerships."""
    return contact.c.partnership.in_(sorted(caller.partnerships))


async def get_contact(
    tx: Transaction, caller: Caller, reference: str, *, for_change: bool = False
) -> sa.Row[Any]:
    """Return a contact by its reference. Raises :class:`NoSuchContact`."""
    statement = sa.select(contact).where(contact.c.reference == reference, in_scope(caller))
    if for_change:
        # Without the key, as a form that follows this contact may hold what this transaction waits for.
        statement = statement.with_for_update(key_share=True)
    return _one(await tx.execute(statement))


async def get_contact_by_id(tx: Transaction, caller: Caller, contact_id: UUID) -> sa.Row[Any]:
    """Return a contact by its id. Raises :class:`NoSuchContact`."""
    return _one(await tx.execute(sa.select(contact).where(contact.c.id == contact_id, in_scope(caller))))


def _one(result: sa.CursorResult[Any]) -> sa.Row[Any]:
    row = result.one_or_none()
    if row is None:
        raise NoSuchContact
    return row


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
    statement = sa.select(*LISTED).where(in_scope(caller))
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


async def list_additions(tx: Transaction, contact_id: UUID) -> Sequence[sa.Row[Any]]:
    """Return what was added to a contact, in order."""
    statement = sa.select(addition).where(addition.c.contact_id == contact_id).order_by(addition.c.version)
    return (await tx.execute(statement)).all()


async def list_changes(tx: Transaction, contact_id: UUID, *, since_version: int = 0) -> Sequence[sa.Row[Any]]:
    """Return the changes that led to versions above ``since_version``, in order."""
    statement = (
        sa.select(change)
        .where(change.c.contact_id == contact_id, change.c.version > since_version)
        .order_by(change.c.version)
    )
    return (await tx.execute(statement)).all()


async def list_written_forms(tx: Transaction, contact_id: UUID) -> Sequence[str]:
    """Return the references of the forms that followed a call."""
    statement = sa.select(contact.c.reference).where(contact.c.follows_contact_id == contact_id)
    return (await tx.execute(statement.order_by(contact.c.seq))).scalars().all()


async def list_from_message(tx: Transaction, message_id: UUID) -> Sequence[sa.Row[Any]]:
    """Return the contacts that a message became, in order."""
    columns = (contact.c.id, contact.c.reference, contact.c.kind, contact.c.needs_person)
    statement = sa.select(*columns).where(contact.c.message_id == message_id).order_by(contact.c.seq)
    return (await tx.execute(statement)).all()


async def list_documents(tx: Transaction, message_id: UUID | None) -> Sequence[sa.Row[Any]]:
    """Return the documents that came with a contact's message, without their content."""
    columns = (document.c.id, document.c.name, document.c.media_type, document.c.size_bytes)
    statement = sa.select(*columns).where(document.c.message_id == message_id).order_by(document.c.position)
    return (await tx.execute(statement)).all()


class NoSuchDocument(NotFound):
    """The contact has no such document."""


async def get_document(tx: Transaction, message_id: UUID | None, document_id: UUID) -> sa.Row[Any]:
    """Return a document of a contact's message, with its content. Raises :class:`NoSuchDocument`."""
    statement = sa.select(document).where(document.c.message_id == message_id, document.c.id == document_id)
    row = (await tx.execute(statement)).one_or_none()
    if row is None:
        raise NoSuchDocument("The contact has no such document.")
    return row
