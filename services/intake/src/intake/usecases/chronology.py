"""All that came before and after a contact, on whoever it names and their home, in one list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import is_restricted
from mash.contracts.queries import ContactHeader
from mash.hub import Transaction
from mash.partnerships import get
from mash.vault import OpenedRow

from intake.domain.chronology import Link, by_key, is_certain, told_before
from intake.domain.persons import Person
from intake.store import known as store
from intake.usecases.compare_people import people_by_digest
from intake.usecases.known_people import (
    Known,
    decision_words,
    note_looks,
    open_known,
    show_people,
    who,
)
from intake.usecases.view_contact import header_of


async def view_chronology(
    tx: Transaction,
    caller: Caller,
    contact_id: UUID,
    *,
    person: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> dict[str, Any]:
    """Show the other contacts on the children, siblings, household, adults and home of a contact.

    The newest is first. With ``person``, a mention of the contact, only those that this person is on.
    """
    known = await open_known(tx, caller, contact_id)
    return await show_chronology(tx, caller, known, person=person, after=after, limit=limit)


async def view_people_and_history(
    tx: Transaction,
    caller: Caller,
    contact_id: UUID,
    *,
    person: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> tuple[ContactHeader, dict[str, Any], dict[str, Any]]:
    """Show both, under what the case is called, as the tab of a case has them."""
    known = await open_known(tx, caller, contact_id)
    people = await show_people(tx, caller, known)
    found = await show_chronology(tx, caller, known, person=person, after=after, limit=limit)
    return await show_header(tx, known.row), people, found


async def view_match(
    tx: Transaction, caller: Caller, contact_id: UUID, match_id: UUID
) -> tuple[ContactHeader, dict[str, Any], dict[str, Any]]:
    """Show one match beside the person on the contact whose it is. Raises ``NoSuchMatch``."""
    known = await open_known(tx, caller, contact_id)
    for person in (await show_people(tx, caller, known))["people"]:
        for match in person["matches"]:
            if match["id"] == match_id:
                return await show_header(tx, known.row), person, match
    raise store.NoSuchMatch


async def show_header(tx: Transaction, row: OpenedRow) -> ContactHeader:
    """Return what a case that was opened is called."""
    return header_of({**row, "restricted": await is_restricted(tx, row.id)})


async def show_chronology(
    tx: Transaction,
    caller: Caller,
    known: Known,
    *,
    person: UUID | None,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> dict[str, Any]:
    """Show the chronology of a contact that was opened."""
    row = known.row
    mine = people_by_digest(tx, row)
    own = [one for one in known.own if person is None or one.id == person]
    links = _links(known, {one.id: mine[one.digest] for one in own if one.digest in mine})
    cards = await store.list_before_and_after(
        tx, caller, row, links, sharing=person is None, after=after, limit=limit
    )
    if person is None and cards:
        await _add_shared(tx, row, cards, links)
    note_looks(tx, "chronology.viewed", row, cards)
    return {
        "contact_id": row.id,
        "reference": row.reference,
        "items": [_entry(tx, row, card, known, links[card.id]) for card in cards],
    }


def _links(known: Known, own: Mapping[UUID, Person]) -> dict[UUID, list[Link]]:
    """Why each other contact is there, by its id: who is on it, beyond doubt or perhaps."""
    found: dict[UUID, list[Link]] = defaultdict(list)
    together = known.together
    for id, person in own.items():
        same = {id, *(one.id for one in known.same_as(id))}
        for one in same - {id}:
            found[known.mentions[one].contact_id].append(Link("person", id, person.called, one))
        asked = {
            together.of(end)
            for match in known.matches
            if match.state == "waiting" and {match.mention_id, match.other_id} & same
            for end in (match.mention_id, match.other_id)
        } - {together.of(id)}
        for one in known.mentions.values():
            if together.of(one.id) in asked and one.contact_id != known.mentions[id].contact_id:
                found[one.contact_id].append(Link("perhaps", id, person.called, one.id))
    return found


async def _add_shared(
    tx: Transaction, row: OpenedRow, cards: Sequence[OpenedRow], links: dict[UUID, list[Link]]
) -> None:
    """Add what a contact shares without a person who was linked: the home, the call that a form follows."""
    kinds: dict[UUID, set[str]] = defaultdict(set)
    for shared in await store.list_shared_kinds(tx, row.id, [card.id for card in cards]):
        kinds[shared.contact_id].add(shared.kind)
    for card in cards:
        links[card.id] += [Link(why) for why in by_key(kinds[card.id], links[card.id])]
        if row.id == card.follows_contact_id:
            links[card.id].append(Link("form"))
        if card.id == row.follows_contact_id:
            links[card.id].append(Link("call"))


def _entry(
    tx: Transaction, row: OpenedRow, card: OpenedRow, known: Known, links: Collection[Link]
) -> dict[str, Any]:
    people = people_by_digest(tx, card)
    partnership = get(card.partnership)
    mentions = {one.id: one for one in known.mentions.values() if one.contact_id == card.id}
    return {
        **{name: card[name] for name in ("reference", "received_at", "channel", "kind", "referrer_kind")},
        "contact_id": card.id,
        "restricted": card.restricted,
        "later": (card.received_at, card.id) > (row.received_at, row.id),
        "certain": is_certain(links),
        "why": [_why(link, people, mentions) for link in links],
        "children": [who(one) for one in people.values() if one.role == "child"],
        "concerns": told_before(card.document),
        "decision": decision_words(partnership, card.decision),
        "decided_at": card.heard_at if card.decision else None,
    }


def _why(link: Link, people: Mapping[bytes, Person], mentions: Mapping[UUID, sa.Row[Any]]) -> dict[str, Any]:
    there = mentions.get(link.other) if link.other else None
    person = people.get(there.digest) if there is not None else None
    return {
        "code": link.why,
        "words": link.words(person.called if person else None, person.role if person else None),
        "mention_id": link.mention,
    }
