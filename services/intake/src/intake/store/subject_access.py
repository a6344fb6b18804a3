"""Who asked what is held about them, in which contacts that is, and what was decided of each thing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import may_know
from mash.errors import NotFound
from mash.hub import Transaction
from mash.vault import OpenedRow
from sqlalchemy.dialects.postgresql import insert

from intake.domain.identity import MatchKey
from intake.store.tables import (
    access_contact,
    access_decision,
    access_request,
    contact,
    document,
    match_key,
    message,
)


class NoSuchAccessRequest(NotFound):
    """There is no such request within the caller's partnerships."""


async def find_about(tx: Transaction, partnership: str, keys: Sequence[MatchKey]) -> Sequence[UUID]:
    """Return every contact that a person of these keys is in, restricted or not."""
    statement = (
        sa.select(match_key.c.contact_id)
        .distinct()
        .where(match_key.c.partnership == partnership, match_key.c.digest.in_([key.digest for key in keys]))
    )
    return (await tx.execute(statement)).scalars().all()


async def add(tx: Transaction, row: Mapping[str, Any], contacts: Collection[UUID]) -> None:
    """Keep a request, and the contacts that it is about."""
    await tx.execute(sa.insert(access_request), await tx.sealed(access_request, [row]))
    await add_contacts(tx, row["id"], contacts)


async def add_contacts(tx: Transaction, request_id: UUID, contacts: Collection[UUID]) -> None:
    """Keep that a request is about these contacts as well."""
    rows = [{"access_request_id": request_id, "contact_id": one} for one in contacts]
    if rows:
        await tx.execute(insert(access_contact).values(rows).on_conflict_do_nothing())


async def get(tx: Transaction, caller: Caller, request_id: UUID, *, for_change: bool = False) -> OpenedRow:
    """Return a request. Raises :class:`NoSuchAccessRequest`."""
    statement = sa.select(access_request).where(access_request.c.id == request_id, _ours(caller))
    if for_change:
        statement = statement.with_for_update()
    row = (await tx.execute(statement)).one_or_none()
    if row is None:
        raise NoSuchAccessRequest("There is no such request, or none that you may see.")
    (opened,) = await tx.opened(access_request, [row])
    return opened


async def list_requests(tx: Transaction, caller: Caller, limit: int) -> Sequence[sa.RowMapping]:
    """Return the requests, those to be answered first, by the day they are due; whom about is not shown."""
    columns = [one for one in access_request.c if one.name not in ("who", "extension_reason")]
    statement = (
        sa.select(*columns)
        .where(_ours(caller))
        .order_by(access_request.c.answered_at.is_not(None), access_request.c.due_on, access_request.c.id)
    )
    return (await tx.execute(statement.limit(limit))).mappings().all()


def _ours(caller: Caller) -> sa.ColumnElement[bool]:
    return access_request.c.partnership.in_(sorted(caller.partnerships))


async def change(tx: Transaction, row: OpenedRow, **values: Any) -> None:
    """Change a request."""
    (sealed,) = await tx.sealed(access_request, [{"id": row.id, **values}])
    await tx.execute(sa.update(access_request).where(access_request.c.id == row.id).values(sealed))


async def list_contacts(tx: Transaction, caller: Caller, request_id: UUID) -> Sequence[OpenedRow]:
    """Return the contacts of a request that the caller may know of, with their words, the oldest first."""
    statement = (
        sa.select(contact)
        .join(access_contact, access_contact.c.contact_id == contact.c.id)
        .where(access_contact.c.access_request_id == request_id, may_know(caller, contact.c.id, tx.now))
        .order_by(contact.c.received_at, contact.c.id)
    )
    return await tx.opened(contact, (await tx.execute(statement)).all())


async def list_left_out(tx: Transaction, caller: Caller, request_id: UUID) -> Sequence[str]:
    """Return the references of its contacts that the caller may not open: restricted ones."""
    statement = (
        sa.select(contact.c.reference)
        .join(access_contact, access_contact.c.contact_id == contact.c.id)
        .where(access_contact.c.access_request_id == request_id, ~may_know(caller, contact.c.id, tx.now))
        .order_by(contact.c.reference)
    )
    return (await tx.execute(statement)).scalars().all()


async def list_files(tx: Transaction, message_id: UUID) -> Sequence[OpenedRow]:
    """Return the files that came with a message, with their content."""
    statement = sa.select(document).where(document.c.message_id == message_id)
    return await tx.opened(document, (await tx.execute(statement.order_by(document.c.position))).all())


async def get_message(tx: Transaction, message_id: UUID) -> OpenedRow:
    """Return a message with its bytes."""
    row = (await tx.execute(sa.select(message).where(message.c.id == message_id))).one()
    (opened,) = await tx.opened(message, [row])
    return opened


async def list_decisions(tx: Transaction, request_id: UUID) -> Mapping[tuple[UUID, str], OpenedRow]:
    """Return what was decided, by contact and thing."""
    statement = sa.select(access_decision).where(access_decision.c.access_request_id == request_id)
    rows = await tx.opened(access_decision, (await tx.execute(statement)).all())
    return {(row.contact_id, row.item): row for row in rows}


async def decide(tx: Transaction, row: Mapping[str, Any]) -> None:
    """Keep a decision in place of any before it."""
    (sealed,) = await tx.sealed(access_decision, [row])
    new = insert(access_decision).values(sealed)
    keys = ["access_request_id", "contact_id", "item"]
    changed = {name: new.excluded[name] for name in sealed if name not in keys}
    await tx.execute(new.on_conflict_do_update(index_elements=keys, set_=changed))


async def delete_left_alone(tx: Transaction, requests: Collection[UUID]) -> set[UUID]:
    """Delete those of these requests that are about no contact any more; return which."""
    has_contact = sa.select(sa.literal(1)).where(access_contact.c.access_request_id == access_request.c.id)
    statement = sa.delete(access_request).where(
        access_request.c.id.in_(list(requests)), ~has_contact.correlate(access_request).exists()
    )
    return set((await tx.execute(statement.returning(access_request.c.id))).scalars())


async def list_about(tx: Transaction, contact_id: UUID) -> Sequence[UUID]:
    """Return the requests that a contact is in."""
    statement = sa.select(access_contact.c.access_request_id).where(access_contact.c.contact_id == contact_id)
    return (await tx.execute(statement)).scalars().all()
