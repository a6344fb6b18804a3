"""Mentions of people, by what they meet, and the matches between them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from mash.db.tables import case_scope
from mash.hub import Transaction
from mash.ids import new_id
from mash.vault import OpenedRow
from sqlalchemy.dialects.postgresql import ARRAY, insert

from intake.domain.joining import JOINED, Match, Mention, Together
from intake.store.tables import contact, match, match_step, mention, mention_key

# How many are compared: of those that share a key the newest, of one known person the nearest.
MOST_BY_KEY: Final = 100
MOST_OF_PERSON: Final = 3
MOST_COMPARED: Final = 400
MOST_TOGETHER: Final = 3000
_DIGEST_BYTES: Final = 16


async def lock(tx: Transaction, partnership: str) -> None:
    """Wait for whoever else changes who is who in a partnership, so that each sees what the other did."""
    number = int.from_bytes(tx.vault.digest(f"people|{partnership}")[:8], "big", signed=True)
    await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


def label_digest(tx: Transaction, contact_id: UUID, label: str) -> bytes:
    """Return by what a person of a contact is found; who sent the label may have written a name in it."""
    return tx.vault.digest(f"label|{contact_id}|{label}")[:_DIGEST_BYTES]


async def find_contact(tx: Transaction, contact_id: UUID) -> OpenedRow | None:
    """Return a contact for the service itself to compare; none if it was erased meanwhile."""
    columns = (contact.c.id, contact.c.partnership, contact.c.received_at, contact.c.document)
    found = (await tx.execute(sa.select(*columns).where(contact.c.id == contact_id))).all()
    return next(iter(await tx.opened(contact, found)), None)


async def open_documents(tx: Transaction, contact_ids: Collection[UUID]) -> list[OpenedRow]:
    """Return what contacts say, of those whose mentions were found to be near or are in scope."""
    columns = (contact.c.id, contact.c.received_at, contact.c.document)
    statement = sa.select(*columns).where(contact.c.id.in_(list(contact_ids)))
    return await tx.opened(contact, (await tx.execute(statement)).all())


async def keep_mentions(
    tx: Transaction, row: OpenedRow, people: Mapping[bytes, tuple[str, bool]]
) -> dict[bytes, UUID]:
    """Write who is on a contact, each by role and whether they are said to have done the harm.

    Whoever was corrected away goes, with their matches, and so does what anybody met others by. Return the
    ids of the mentions by their digests.
    """
    there = sa.select(mention.c.id, mention.c.digest).where(mention.c.contact_id == row.id)
    standing = {one.digest: one.id for one in (await tx.execute(there)).all()}
    if standing:
        await _delete(tx, [id for digest, id in standing.items() if digest not in people])
        await tx.execute(sa.delete(mention_key).where(mention_key.c.mention_id.in_(list(standing.values()))))
    if not people:
        return {}
    rows = []
    for digest, (role, alleged) in people.items():
        id = new_id()
        rows.append({"id": id, "person_id": id, "digest": digest, "role": role, "alleged": alleged})
    shared = {"contact_id": row.id, "partnership": row.partnership, "received_at": row.received_at}
    new = insert(mention).values([{**one, **shared} for one in rows])
    kept = new.on_conflict_do_update(
        index_elements=["contact_id", "digest"],
        set_={"role": new.excluded.role, "alleged": new.excluded.alleged},
    ).returning(mention.c.digest, mention.c.id)
    return {found.digest: found.id for found in (await tx.execute(kept)).all()}


async def _delete(tx: Transaction, ids: Sequence[UUID]) -> None:
    if not ids:
        return
    matches = match.c.mention_id.in_(ids) | match.c.other_id.in_(ids)
    steps = match_step.c.match_id.in_(sa.select(match.c.id).where(matches))
    await tx.execute(sa.delete(match_step).where(steps))
    await tx.execute(sa.delete(match).where(matches))
    await tx.execute(sa.delete(mention_key).where(mention_key.c.mention_id.in_(ids)))
    await tx.execute(sa.delete(mention).where(mention.c.id.in_(ids)))


async def keep_keys(tx: Transaction, partnership: str, keys: Mapping[UUID, Mapping[str, int]]) -> None:
    """Write by what mentions meet others; ``keep_mentions`` has taken away what they met by before."""
    rows = [
        {
            "digest": tx.vault.digest(f"meets|{partnership}|{value}")[:_DIGEST_BYTES],
            "mention_id": id,
            "weight": weight,
        }
        for id, own in keys.items()
        for value, weight in own.items()
    ]
    if rows:
        await tx.execute(sa.insert(mention_key), rows)


async def list_near(tx: Transaction, ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return who of other contacts is to be compared with each of these mentions.

    That number is bounded, however many share a key: of each known person those that share most.
    """
    own, other = mention_key.alias("own"), mention_key.alias("other")
    met = (
        sa.select(other.c.mention_id, other.c.weight)
        .where(other.c.digest == own.c.digest, other.c.mention_id.not_in(list(ids)))
        .order_by(other.c.mention_id.desc())
        .limit(MOST_BY_KEY)
        .lateral("met")
    )
    weight = sa.func.sum(met.c.weight).label("weight")
    pairs = (
        sa.select(own.c.mention_id, met.c.mention_id.label("other_id"), weight)
        .select_from(own.join(met, sa.true()))
        .where(own.c.mention_id.in_(list(ids)))
        .group_by(own.c.mention_id, met.c.mention_id)
        .subquery("pairs")
    )
    nearest = [pairs.c.weight.desc(), pairs.c.other_id.desc()]
    place = sa.func.row_number().over(
        partition_by=[pairs.c.mention_id, mention.c.person_id], order_by=nearest
    )
    ranked = (
        sa.select(pairs, place.label("place"))
        .join(mention, mention.c.id == pairs.c.other_id)
        .subquery("ranked")
    )
    statement = (
        sa.select(ranked.c.mention_id, ranked.c.other_id)
        .where(ranked.c.place <= MOST_OF_PERSON)
        .order_by(ranked.c.weight.desc(), ranked.c.other_id.desc())
        .limit(MOST_COMPARED)
    )
    return [(row.mention_id, row.other_id) for row in (await tx.execute(statement)).all()]


async def list_matched(tx: Transaction, ids: Collection[UUID]) -> list[tuple[UUID, UUID]]:
    """Return who these mentions have a match with already, whichever of the two came first."""
    known = list(ids)
    statement = sa.select(match.c.mention_id, match.c.other_id).where(
        match.c.mention_id.in_(known) | match.c.other_id.in_(known)
    )
    rows = (await tx.execute(statement.limit(MOST_COMPARED))).all()
    return [
        (row.mention_id, row.other_id) if row.mention_id in ids else (row.other_id, row.mention_id)
        for row in rows
    ]


async def list_together(tx: Transaction, ids: Collection[UUID]) -> Sequence[sa.Row[Any]]:
    """Return these mentions and all that are held to be the same people, for the service's own comparing."""
    theirs = sa.select(mention.c.person_id).where(mention.c.id.in_(list(ids)))
    restricted = sa.func.coalesce(case_scope.c.restricted, False).label("restricted")
    statement = (
        sa.select(mention.c.id, mention.c.contact_id, mention.c.digest, mention.c.person_id, restricted)
        .outerjoin(case_scope, case_scope.c.contact_id == mention.c.contact_id)
        .where(mention.c.person_id.in_(theirs))
        .order_by(mention.c.id.desc())
        .limit(MOST_TOGETHER)
    )
    return (await tx.execute(statement)).all()


def as_mention(row: sa.Row[Any]) -> Mention:
    """Return a row of ``list_together`` as the rules know it."""
    return Mention(row.id, row.contact_id, row.restricted)


async def list_matches(tx: Transaction, ids: Collection[UUID]) -> list[Match]:
    """Return the matches among these mentions."""
    known = list(ids)
    columns = (match.c.id, match.c.mention_id, match.c.other_id, match.c.state, match.c.by_hand)
    statement = sa.select(*columns).where(match.c.mention_id.in_(known), match.c.other_id.in_(known))
    return [
        Match(row.id, row.mention_id, row.other_id, row.state, row.by_hand)
        for row in (await tx.execute(statement)).all()
    ]


async def save_matches(tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Write matches with their score, reasons and state; what a person has said of one stays.

    Return those whose state is another now, each with the state that was before.
    """
    if not rows:
        return []
    pairs = [(row["mention_id"], row["other_id"]) for row in rows]
    pair = sa.tuple_(match.c.mention_id, match.c.other_id)
    standing = await tx.execute(
        sa.select(match.c.mention_id, match.c.other_id, match.c.state).where(pair.in_(pairs))
    )
    before = {(row.mention_id, row.other_id): row.state for row in standing.all()}
    first = {"by_hand": False, "version": 1, "changed_at": tx.now}
    new = insert(match)
    values = {name: new.excluded[name] for name in ("score", "reasons", "state")}
    differs = sa.or_(*(match.c[name] != value for name, value in values.items()))
    statement = new.on_conflict_do_update(
        index_elements=["mention_id", "other_id"],
        set_={**values, "changed_at": tx.now, "version": match.c.version + 1},
        where=~match.c.by_hand & differs,
    ).returning(match.c.id, match.c.mention_id, match.c.other_id, match.c.state)
    saved = [
        {**row._mapping, "before": before.get((row.mention_id, row.other_id))}
        for row in (await tx.execute(statement, [{"id": new_id(), **first, **row} for row in rows])).all()
    ]
    return [row for row in saved if row["state"] != row["before"]]


async def note_steps(tx: Transaction, steps: Iterable[Mapping[str, Any]]) -> None:
    """Keep what was done with matches, by whom, when and why."""
    rows = [{"id": new_id(), "at": tx.now, "reason": None, **step} for step in steps]
    if rows:
        await tx.execute(sa.insert(match_step), await tx.sealed(match_step, rows))


async def relabel(tx: Transaction, ids: Collection[UUID]) -> None:
    """Work out anew who these mentions, and all they were held together with, are the same person as."""
    members = await list_together(tx, ids)
    joined = [one for one in await list_matches(tx, [row.id for row in members]) if one.joins]
    together = Together((one.mention_id, one.other_id) for one in joined)
    changed = {row.id: together.of(row.id) for row in members if together.of(row.id) != row.person_id}
    if not changed:
        return
    wanted = (
        sa.func.unnest(
            sa.cast(list(changed), ARRAY(sa.Uuid)), sa.cast(list(changed.values()), ARRAY(sa.Uuid))
        )
        .table_valued(sa.column("id", sa.Uuid), sa.column("person_id", sa.Uuid))
        .render_derived(name="wanted")
    )
    statement = sa.update(mention).values(person_id=wanted.c.person_id).where(mention.c.id == wanted.c.id)
    await tx.execute(statement)


async def list_joined_contacts(tx: Transaction, contact_id: UUID) -> Sequence[UUID]:
    """Return the contacts that somebody is on who is held to be the same as somebody of this one."""
    own, other = mention.alias("own"), mention.alias("other")
    ways = [(match.c.mention_id, match.c.other_id), (match.c.other_id, match.c.mention_id)]
    joined = [
        sa.select(other.c.contact_id)
        .select_from(own.join(match, here == own.c.id).join(other, there == other.c.id))
        .where(own.c.contact_id == contact_id, match.c.state.in_(sorted(JOINED)))
        for here, there in ways
    ]
    return (await tx.execute(sa.union(*joined))).scalars().all()
