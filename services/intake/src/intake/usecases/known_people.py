"""Who on a contact is known from others: shown to the hub's people, and settled by them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from mash.access import Caller
from mash.access.cases import require_purpose_for
from mash.errors import Conflict
from mash.hub import Transaction
from mash.partnerships import Partnership, get
from mash.vault import OpenedRow
from mash.web import StaleVersion

from intake.domain.joining import DONE, JOINED, Match, Step, Together, after, keeps_apart
from intake.domain.likeness import how_likely, in_words
from intake.domain.persons import Person
from intake.store import known as store
from intake.store.contacts import get_contact_by_id
from intake.store.people import lock as lock_people
from intake.store.people import note_steps, relabel
from intake.usecases.compare_people import compare_soon, people_by_digest

MOST_SHOWN: Final = 60


class KeptApart(Conflict):
    """Somebody has said that two whom this would join are not the same person."""


@dataclass(frozen=True)
class Known:
    """The mentions of a contact, those that may belong with them, and the matches, as a caller sees them."""

    row: OpenedRow
    own: Sequence[sa.Row[Any]]
    mentions: Mapping[UUID, sa.Row[Any]]
    matches: Sequence[sa.Row[Any]]

    @cached_property
    def together(self) -> Together:
        """Who is held to be the same person by what the caller sees."""
        return Together((one.mention_id, one.other_id) for one in self.matches if one.state in JOINED)

    def same_as(self, id: UUID) -> list[sa.Row[Any]]:
        """The other mentions of the person whom a mention is, the newest first."""
        person = self.together.of(id)
        return [one for one in self.mentions.values() if one.id != id and self.together.of(one.id) == person]


async def open_known(tx: Transaction, caller: Caller, contact_id: UUID) -> Known:
    """Return a contact and who is known of it. Raises ``NoSuchContact`` or ``PurposeNotSaid``."""
    row = await open_case(tx, caller, contact_id)
    same = await store.list_same_as_on(tx, caller, row.id)
    matches = list(await store.list_matches(tx, caller, [one.id for one in same]))
    ends = {end for one in matches for end in (one.mention_id, one.other_id)}
    beyond: Sequence[sa.Row[Any]] = ()
    if further := ends - {one.id for one in same}:
        beyond = await store.list_same(tx, caller, further)
        matches += await store.list_matches(tx, caller, [one.id for one in beyond])
    every = {one.id: one for one in matches}
    mentions = {one.id: one for one in (*same, *beyond)}
    own = [one for one in same if one.contact_id == row.id]
    return Known(row, own, mentions, list(every.values()))


async def open_case(tx: Transaction, caller: Caller, contact_id: UUID) -> OpenedRow:
    """Return the contact whose people are looked at. Raises ``NoSuchContact`` or ``PurposeNotSaid``."""
    row = await get_contact_by_id(tx, caller, contact_id)
    await require_purpose_for(tx, caller, row.id)
    return row


async def view_people(tx: Transaction, caller: Caller, contact_id: UUID) -> dict[str, Any]:
    """Show who is on a contact, whom the hub knows of them, and who may be the same."""
    return await show_people(tx, caller, await open_known(tx, caller, contact_id))


def note_looks(tx: Transaction, action: str, row: OpenedRow, beside: Iterable[OpenedRow]) -> None:
    """Have the audit say who looked at a contact, and at which others beside it."""
    tx.audit(action=action, case=row.id)
    if ids := sorted(str(card.id) for card in beside):
        tx.audit(action=f"{action}_beside", detail={"contacts": ids})


async def show_people(tx: Transaction, caller: Caller, known: Known) -> dict[str, Any]:
    """Show the people of a contact that was opened."""
    row = known.row
    beside = _beside(known)
    there = {one.contact_id for one in beside}
    found = await store.list_cards(tx, caller, there, MOST_SHOWN) if there else []
    cards = {card.id: card for card in found}
    people = {id: person for card in cards.values() for id, person in _people(tx, card, beside).items()}
    mine = people_by_digest(tx, row)
    steps = await store.list_steps(tx, [one.id for one in known.matches]) if known.matches else []
    note_looks(tx, "people.viewed", row, cards.values())
    shown = _Shown(known, cards, people, steps, get(row.partnership))
    own = {one.digest: one for one in known.own}
    return {
        "contact_id": row.id,
        "reference": row.reference,
        "people": [shown.person(person, own.get(digest)) for digest, person in mine.items()],
    }


def _beside(known: Known) -> list[sa.Row[Any]]:
    """The mentions of other contacts that are shown beside the contact's own."""
    own = {one.id for one in known.own}
    together = known.together
    persons = {together.of(id) for id in own}
    met = {end for one in known.matches for end in (one.mention_id, one.other_id) if _touches(one, own)}
    return [
        one
        for one in known.mentions.values()
        if one.id not in own and (one.id in met or together.of(one.id) in persons)
    ]


def _touches(match: sa.Row[Any], ids: Collection[UUID]) -> bool:
    return match.mention_id in ids or match.other_id in ids


def _people(tx: Transaction, card: OpenedRow, beside: Sequence[sa.Row[Any]]) -> dict[UUID, Person]:
    found = people_by_digest(tx, card)
    return {one.id: found[one.digest] for one in beside if one.contact_id == card.id and one.digest in found}


@dataclass(frozen=True)
class _Shown:
    """What is needed to show the people of a contact."""

    known: Known
    cards: Mapping[UUID, OpenedRow]
    people: Mapping[UUID, Person]
    steps: Sequence[OpenedRow]
    partnership: Partnership

    def person(self, person: Person, own: sa.Row[Any] | None) -> dict[str, Any]:
        """One person on the contact; ``own`` is absent for the moment before people were compared."""
        shown = {**who(person), "mention_id": own.id if own else None, "known_from": [], "matches": []}
        if own is None:
            return shown
        same = self.known.same_as(own.id)
        shown["known_from"] = [self._mention(one) for one in same if one.id in self.people]
        held = {one.id for one in same}
        shown["matches"] = [
            self._match(one, person, own.id)
            for one in self.known.matches
            if _touches(one, {own.id}) and self._is_shown(one, own.id, held)
        ]
        return shown

    def _is_shown(self, match: sa.Row[Any], own: UUID, held: Collection[UUID]) -> bool:
        other = _other(match, own)
        # What is held together already by another way is no question.
        return other in self.people and not (match.state == "waiting" and other in held)

    def _mention(self, mention: sa.Row[Any]) -> dict[str, Any]:
        return {**self._card(mention.contact_id), **who(self.people[mention.id])}

    def _card(self, contact_id: UUID) -> dict[str, Any]:
        card = self.cards[contact_id]
        return {
            "contact_id": card.id,
            "reference": card.reference,
            "received_at": card.received_at,
            "restricted": card.restricted,
            "decision": decision_words(self.partnership, card.decision),
        }

    def _match(self, match: sa.Row[Any], person: Person, own: UUID) -> dict[str, Any]:
        other = _other(match, own)
        return {
            "id": match.id,
            "version": match.version,
            "state": match.state,
            "score": match.score,
            "likelihood": how_likely(match.score),
            "reasons": in_words(match.reasons, person, self.people[other]),
            "other": self._mention(self.known.mentions[other]),
            "history": [
                {name: step[name] for name in ("at", "by", "action", "reason")}
                for step in self.steps
                if step.match_id == match.id
            ],
        }


def _other(match: sa.Row[Any], id: UUID) -> UUID:
    found: UUID = match.other_id if match.mention_id == id else match.mention_id
    return found


def who(person: Person) -> dict[str, Any]:
    """What is shown of a person, wherever one is named."""
    return {
        "called": person.called,
        "also_known_as": person.also_known_as or None,
        "role": person.role,
        "relation": person.relation or None,
        "dob": person.dob,
        "edd": person.edd if person.is_unborn else None,
        "sex": person.sex,
        "nhs_number": person.nhs,
        "address": person.address or None,
        "alleged": person.alleged,
    }


def decision_words(partnership: Partnership, decision: str | None) -> str | None:
    """Return what was decided of a contact, by the partnership's own name for it; none while it is open."""
    if decision is None:
        return None
    named = partnership.pathways.get(decision) or partnership.outcomes.get(decision)
    return named.title if named else decision.replace("_", " ")


async def settle_match(
    tx: Transaction,
    caller: Caller,
    contact_id: UUID,
    match_id: UUID,
    version: int,
    step: Step,
    reason: str,
) -> dict[str, Any]:
    """Say that two people are the same, that they are not, or take back what was said or linked.

    Raises ``NoSuchMatch``, ``StaleVersion``, ``NotAsItStands`` or :class:`KeptApart`.
    """
    row = await open_case(tx, caller, contact_id)
    await lock_people(tx, row.partnership)
    match = await store.get_match(tx, caller, row.id, match_id)
    if match.version != version:
        raise StaleVersion("This match", current=match.version, changed=["state"])
    state = after(match.state, step)
    ends = (match.mention_id, match.other_id)
    if step == "confirm":
        await _require_not_apart(tx, caller, ends)
    now = await store.settle(tx, match.id, state)
    action = DONE[step]
    await note_steps(
        tx,
        [
            {
                "match_id": match.id,
                "contact_id": row.id,
                "partnership": row.partnership,
                "by": caller.subject,
                "action": action,
                "reason": reason,
            }
        ],
    )
    await relabel(tx, ends)
    for case in (match.later_contact, match.earlier_contact):
        tx.audit(action=f"people.{action}", case=case, detail={"match": str(match.id)})
    # Whoever is named beside a child that is now known may be known as well.
    compare_soon(tx, row.partnership, [row.id])
    return {"id": match.id, "version": now, "state": state}


async def _require_not_apart(tx: Transaction, caller: Caller, ends: tuple[UUID, UUID]) -> None:
    """Of what the caller sees: what is hidden from them says nothing here either."""
    same = await store.list_same(tx, caller, ends)
    seen = [
        Match(one.id, one.mention_id, one.other_id, one.state, one.by_hand)
        for one in await store.list_matches(tx, caller, [row.id for row in same])
    ]
    if keeps_apart(seen, *ends):
        raise KeptApart(
            "Somebody has said that two whom this would join are not the same person. Look at that match, "
            "and undo it first if it was wrong."
        )
