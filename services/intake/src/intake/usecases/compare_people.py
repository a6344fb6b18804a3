"""Compares the people of a contact with those of others: links who is surely the same, asks about the rest.

It runs by a timer right after a contact has come or was corrected, so that nobody who sends one waits for it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from mash.calendar import in_london
from mash.hub import Transaction
from mash.vault import OpenedRow

from intake.domain.joining import Match, Mention, Pair, State, Together, choose, review
from intake.domain.likeness import Likeness, compare
from intake.domain.persons import Person, blocking, people_of
from intake.store import people as store

COMPARE: Final = "compare_people"
ENDS: Final = ("mention_id", "other_id")


def compare_soon(tx: Transaction, partnership: str, contact_ids: Iterable[UUID]) -> None:
    """Have the people of contacts compared once this transaction has committed."""
    for id in contact_ids:
        tx.schedule(COMPARE, str(id), tx.now, {"partnership": partnership})


async def compare_again_beside(tx: Transaction, partnership: str, contact_id: UUID) -> None:
    """Have compared again whoever was linked to somebody of a contact that goes, opens or closes.

    What hangs on it alone then finds what else there is.
    """
    compare_soon(tx, partnership, await store.list_joined_contacts(tx, contact_id))


def people_by_digest(tx: Transaction, row: OpenedRow) -> dict[bytes, Person]:
    """Return the people of a contact that was opened, by what their mentions are found."""
    people = people_of(row.document, in_london(row.received_at).date())
    return {store.label_digest(tx, row.id, person.label): person for person in people}


async def compare_people(tx: Transaction, partnership: str, contact_id: UUID) -> None:
    """Bring the mentions of a contact up to date, and their matches with everybody near."""
    await store.lock(tx, partnership)
    row = await store.find_contact(tx, contact_id)
    if row is None:
        return
    own = await _keep_own(tx, row)
    near = {*await store.list_near(tx, own), *await store.list_matched(tx, own)}
    around = await store.list_together(tx, {*own, *(other for _, other in near)})
    others = await _open(tx, [one for one in around if one.contact_id != row.id], {b for _, b in near})
    mentions = {one.id: store.as_mention(one) for one in around}
    standing = await store.list_matches(tx, mentions)
    pairs = _compare(near, own, others, mentions, standing)
    rows = _settle(partnership, own, pairs, mentions, standing)
    await _save(tx, row, rows, mentions)


async def _keep_own(tx: Transaction, row: OpenedRow) -> dict[UUID, Person]:
    people = people_by_digest(tx, row)
    roles = {digest: (person.role, person.alleged) for digest, person in people.items()}
    ids = await store.keep_mentions(tx, row, roles)
    own = {ids[digest]: person for digest, person in people.items()}
    await store.keep_keys(tx, row.partnership, {id: blocking(person) for id, person in own.items()})
    return own


async def _open(
    tx: Transaction, around: Collection[sa.Row[Any]], wanted: Collection[UUID]
) -> dict[UUID, Person]:
    """Return who these mentions are; only the contacts that they are on are opened."""
    near = {(one.contact_id, one.digest): one.id for one in around if one.id in wanted}
    found: dict[UUID, Person] = {}
    for row in await store.open_documents(tx, {contact_id for contact_id, _ in near}):
        for digest, person in people_by_digest(tx, row).items():
            if (row.id, digest) in near:
                found[near[row.id, digest]] = person
    return found


def _compare(
    near: Collection[tuple[UUID, UUID]],
    own: Mapping[UUID, Person],
    others: Mapping[UUID, Person],
    mentions: Mapping[UUID, Mention],
    standing: Collection[Match],
) -> list[Pair]:
    """The children first, as two people beside one child are more likely one."""
    known = [(one, other) for one, other in sorted(near) if other in others]
    children = [(a, b) for a, b in known if "child" in (own[a].role, others[b].role)]
    likeness = {(a, b): compare(own[a], others[b]) for a, b in children}
    beside = _contacts_of_children(own, likeness, mentions, standing)
    for a, b in known:
        if (a, b) not in likeness:
            shared = mentions[b].contact_id in beside
            likeness[a, b] = compare(own[a], others[b], shared_child=shared)
    return [Pair(mentions[a], mentions[b], found) for (a, b), found in likeness.items()]


def _contacts_of_children(
    own: Mapping[UUID, Person],
    likeness: Mapping[tuple[UUID, UUID], Likeness],
    mentions: Mapping[UUID, Mention],
    standing: Collection[Match],
) -> set[UUID]:
    """The contacts that a child of this one is on as well, beyond doubt."""
    together = Together((one.mention_id, one.other_id) for one in standing if one.joins)
    for (one, other), found in likeness.items():
        if found.sure:
            together.join(one, other)
    children = {together.of(id) for id, person in own.items() if person.role == "child"}
    return {one.contact_id for one in mentions.values() if together.of(one.id) in children}


def _settle(
    partnership: str,
    own: Collection[UUID],
    pairs: Collection[Pair],
    mentions: Mapping[UUID, Mention],
    standing: Collection[Match],
) -> list[dict[str, Any]]:
    """The matches that are to be written: those there are, brought up to date, and new ones."""
    mine = [one for one in standing if {one.mention_id, one.other_id} & set(own)]
    changed = review(mine, pairs)
    now = [replace(one, state=changed.get(one.id, one.state)) for one in standing]
    by_ends = {frozenset((pair.mention.id, pair.other.id)): pair for pair in pairs}
    wanted: dict[frozenset[UUID], tuple[Pair, State]] = {}
    for one in now:
        pair = by_ends.get(frozenset((one.mention_id, one.other_id)))
        if pair is not None and not one.by_hand:
            wanted[frozenset((one.mention_id, one.other_id))] = pair, one.state
    for pair, state in choose(pairs, mentions, [one for one in now if one.state != "lapsed"]):
        wanted[frozenset((pair.mention.id, pair.other.id))] = pair, state
    return [_row(partnership, pair, state) for pair, state in wanted.values()]


def _row(partnership: str, pair: Pair, state: State) -> dict[str, Any]:
    later, earlier = sorted((pair.mention.id, pair.other.id), reverse=True)
    return {
        "partnership": partnership,
        "mention_id": later,
        "other_id": earlier,
        "score": pair.likeness.score,
        "reasons": list(pair.likeness.reasons),
        "state": state,
    }


async def _save(
    tx: Transaction,
    row: OpenedRow,
    rows: Sequence[Mapping[str, Any]],
    mentions: Mapping[UUID, Mention],
) -> None:
    saved = await store.save_matches(tx, rows)
    shared = {"contact_id": row.id, "partnership": row.partnership, "by": "service:intake"}
    steps = [{**shared, "match_id": one["id"], "action": _action(one)} for one in saved]
    await store.note_steps(tx, steps)
    for one in saved:
        for end in ENDS:
            case, detail = mentions[one[end]].contact_id, {"match": str(one["id"])}
            tx.audit(action=f"people.{_action(one)}", case=case, detail=detail)
    if any("linked" in (one["state"], one["before"]) for one in saved):
        await store.relabel(tx, {one[end] for one in saved for end in ENDS})


def _action(saved: Mapping[str, Any]) -> str:
    if saved["state"] == "waiting":
        return "doubted" if saved["before"] == "linked" else "found"
    return str(saved["state"])
