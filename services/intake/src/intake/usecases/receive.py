"""The one way in: whatever its channel, a concern becomes a contact here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access.cases import is_restricted
from mash.calendar import in_london, is_open
from mash.contracts.intake import Channel, ContactReceived
from mash.errors import Invalid
from mash.hub import Transaction
from mash.ids import new_id, new_reference
from mash.partnerships import Partnership

from intake.domain.dates import REPEAT_MONTHS, impossible_dates, months_before
from intake.domain.derived import derive
from intake.domain.identity import MatchKey, match_keys
from intake.domain.restriction import RESTRICTED_KINDS
from intake.domain.tidying import Document, tidy
from intake.store import match_keys as keys_store
from intake.store.access import note_restriction, tell_access
from intake.store.match_keys import Counts
from intake.store.tables import contact
from intake.usecases.compare_people import compare_soon
from intake.usecases.own_family import note_arrived
from intake.usecases.restricting import restrict_from_start


class ImpossibleDate(Invalid):
    """A date that nobody can have."""


class UnknownRequest(Invalid):
    """The partnership has nothing of that name to ask for."""


@dataclass(frozen=True)
class Arrival:
    """How and when something reached the hub. ``follows`` is the call that this is the written form of."""

    channel: Channel
    received_at: datetime
    sent_by: str
    message_id: UUID | None = None
    follows: UUID | None = None
    written_form_due_at: datetime | None = None


@dataclass(frozen=True)
class Draft:
    """A contact to be. ``reading`` is what was read from a message, with the words it came from.

    ``restricted`` keeps it from all but those named; some kinds are so in any case.
    """

    kind: str
    document: Document
    needs_person: bool = False
    reading: Mapping[str, Any] | None = field(default=None, repr=False)
    restricted: bool = False


def refuse_impossible_dates(document: Mapping[str, Any], today: date) -> None:
    """Refuse the first date that no person can have. Raises :class:`ImpossibleDate`."""
    for fault in impossible_dates(document, today):
        raise ImpossibleDate(fault.rule, field=fault.field)


def refuse_unknown_request(document: Mapping[str, Any], partnership: Partnership) -> None:
    """Refuse what nobody can ask of this partnership. Raises :class:`UnknownRequest`."""
    asked = document.get("request")
    if asked is not None and asked not in partnership.requests:
        known = ", ".join(partnership.requests)
        raise UnknownRequest(
            f"{partnership.title} cannot be asked for {asked}. Ask for one of: {known}.", field="request"
        )


async def receive(
    tx: Transaction, partnership: Partnership, arrival: Arrival, drafts: Sequence[Draft]
) -> list[dict[str, Any]]:
    """Make the drafts of one arrival contacts, and return their rows.

    The number of statements does not grow with the number of drafts. Contacts on one child that arrive at
    once wait for each other here, so that each is counted by the next.
    """
    today = in_london(arrival.received_at).date()
    documents = {new_id(): tidy(draft.document, lambda: str(new_id())) for draft in drafts}
    keys = {
        id: match_keys(partnership.name, document, today, tx.vault.digest)
        for id, document in documents.items()
    }
    counts = await _count(tx, partnership, arrival, keys)
    rows = [
        _row(id, partnership, arrival, draft, documents[id], counts.get(id, Counts()))
        for id, draft in zip(documents, drafts, strict=True)
    ]
    await tx.execute(sa.insert(contact), await tx.sealed(contact, rows))
    await keys_store.keep(
        tx, partnership.name, keys, received_at=arrival.received_at, occasion=arrival.follows
    )
    restricted = await _restrict(tx, partnership, arrival, dict(zip(documents, drafts, strict=True)))
    own = await note_arrived(tx, partnership.name, documents)
    for row in rows:
        tx.emit(_event(row, restricted=row["id"] in restricted))
        tx.audit(action="contact.received", case=row["id"], detail={"channel": arrival.channel})
    await tell_access(tx, partnership.name, sorted(restricted | own))
    compare_soon(tx, partnership.name, documents)
    return rows


async def _restrict(
    tx: Transaction, partnership: Partnership, arrival: Arrival, drafts: Mapping[UUID, Draft]
) -> set[UUID]:
    """Restrict what its kind, its draft or the call that it follows restricts; return those."""
    as_call = arrival.follows
    if as_call is not None and not await is_restricted(tx, as_call):
        as_call = None
    found = [
        id for id, draft in drafts.items() if as_call or draft.restricted or draft.kind in RESTRICTED_KINDS
    ]
    if found:
        await restrict_from_start(tx, partnership.name, found, as_call=as_call)
    for id in found:
        why = "other" if as_call else "lado"
        await note_restriction(tx, partnership.name, id, "restricted", by=arrival.sent_by, why=why)
    return set(found)


async def _count(
    tx: Transaction, partnership: Partnership, arrival: Arrival, keys: Mapping[UUID, Sequence[MatchKey]]
) -> dict[UUID, Counts]:
    await keys_store.lock(tx, [key for own in keys.values() for key in own])
    return await keys_store.count_known(
        tx,
        partnership.name,
        keys,
        since=months_before(arrival.received_at, REPEAT_MONTHS),
        apart_from=arrival.follows,
    )


def _row(
    id: UUID, partnership: Partnership, arrival: Arrival, draft: Draft, document: Document, counts: Counts
) -> dict[str, Any]:
    return {
        "id": id,
        "partnership": partnership.name,
        "reference": new_reference(partnership.code, arrival.received_at),
        "version": 1,
        "channel": arrival.channel,
        "kind": draft.kind,
        "received_at": arrival.received_at,
        "sent_by": arrival.sent_by,
        "repeat_count_6_months": counts.six_months,
        "repeat_count_ever": counts.ever,
        "needs_person": draft.needs_person,
        "out_of_hours": not is_open(arrival.received_at, partnership.hours),
        "document": document,
        "reading": draft.reading,
        "message_id": arrival.message_id,
        "follows_contact_id": arrival.follows,
        "written_form_due_at": arrival.written_form_due_at,
        **derive(document, partnership, draft.kind),
    }


def _event(row: Mapping[str, Any], *, restricted: bool) -> ContactReceived:
    members = {name: row[name] for name in ContactReceived.model_fields if name in row}
    return ContactReceived(
        contact_id=row["id"], repeat_count=row["repeat_count_6_months"], restricted=restricted, **members
    )
