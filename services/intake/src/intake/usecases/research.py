"""Research over all contacts that a caller may know of, with the contacts behind each finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from mash.access import Caller
from mash.hub import Transaction
from mash.partnerships import get
from mash.vault import OpenedRow

from intake.domain.dates import REPEAT_MONTHS, months_before
from intake.domain.identity import DIGEST_BYTES
from intake.domain.joining import JOINED, Together
from intake.domain.persons import Person
from intake.domain.research import OFTEN, Finding, Seen, Sighting
from intake.store import known
from intake.store import research as store
from intake.usecases.compare_people import people_by_digest
from intake.usecases.known_people import decision_words

# Of each kind the first so many, and of each of those so many contacts, the newest.
MOST_FOUND: Final = 10
MOST_CONTACTS: Final = 12
MOST_OPENED: Final = 200


async def view_research(tx: Transaction, caller: Caller) -> dict[str, Any]:
    """Show who is harmed again, who is said to harm in several families, and which homes and groups rise.

    Only contacts that the caller may know of count, and nothing is held together by one that is hidden.
    """
    middle = months_before(tx.now, REPEAT_MONTHS)
    since = months_before(tx.now, 2 * REPEAT_MONTHS)
    rows = await store.list_sightings(tx, caller, since)
    joins = await store.list_joins(tx, caller, {row.person_id for row in rows}, JOINED)
    together = Together((one.mention_id, one.other_id) for one in joins)
    sightings = [
        Sighting(
            row.id, row.contact_id, row.occasion, together.of(row.id), row.role, row.alleged, row.received_at
        )
        for row in rows
    ]
    homes: dict[UUID, list[bytes]] = defaultdict(list)
    for one in await store.list_homes(tx, {row.contact_id for row in rows}):
        homes[one.contact_id].append(one.digest)
    seen = Seen(sightings, homes, middle)
    rising = await store.list_rising_homes(tx, caller, since, middle, OFTEN)
    found = {
        "repeat_victims": seen.repeat_victims()[:MOST_FOUND],
        "alleged_across_families": seen.alleged_across_families()[:MOST_FOUND],
        "groups": seen.rising_groups()[:MOST_FOUND],
    }
    ids = {id for one in found.values() for finding in one for id in finding.contacts[:MOST_CONTACTS]}
    ids |= {id for home in rising[:MOST_FOUND] for id in home.contacts[:MOST_CONTACTS]}
    cards = {card.id: card for card in await known.list_cards(tx, caller, ids, MOST_OPENED)} if ids else {}
    tx.audit(action="research.viewed", detail={"contacts": sorted(str(id) for id in cards)})
    names = _names(tx, cards.values(), sightings, {row.id: row.digest for row in rows})
    shown = {
        kind: [_shown(one, _called(one.people, names), cards) for one in findings]
        for kind, findings in found.items()
    }
    return {"since": since, "middle": middle, **shown, "addresses": _homes(tx, rising[:MOST_FOUND], cards)}


def _names(
    tx: Transaction,
    cards: Iterable[OpenedRow],
    sightings: Sequence[Sighting],
    digests: Mapping[UUID, bytes],
) -> dict[UUID, str]:
    """What each person is called on the newest contact that is shown."""
    people: dict[tuple[UUID, bytes], Person] = {}
    for card in cards:
        people |= {(card.id, digest): person for digest, person in people_by_digest(tx, card).items()}
    named: dict[UUID, str] = {}
    for one in sightings:
        person = people.get((one.contact_id, digests[one.mention_id]))
        if person is not None:
            named.setdefault(one.person, person.called)
    return named


def _called(people: Collection[UUID], names: Mapping[UUID, str]) -> str:
    return ", ".join(dict.fromkeys(names[one] for one in people if one in names))


def _shown(found: Finding, called: str, cards: Mapping[UUID, OpenedRow]) -> dict[str, Any]:
    return {
        "called": called,
        "recent": found.recent,
        "before": found.before,
        "families": found.families,
        "contacts": _contacts(found.contacts, cards),
    }


def _contacts(ids: Iterable[UUID], cards: Mapping[UUID, OpenedRow]) -> list[dict[str, Any]]:
    return [
        {
            "contact_id": card.id,
            "reference": card.reference,
            "received_at": card.received_at,
            "restricted": card.restricted,
            "decision": decision_words(get(card.partnership), card.decision),
        }
        for id in dict.fromkeys(ids)
        if (card := cards.get(id)) is not None
    ]


def _homes(tx: Transaction, rising: Sequence[Any], cards: Mapping[UUID, OpenedRow]) -> list[dict[str, Any]]:
    """Each home by its address, as the newest contact has it."""
    found = []
    for home in rising:
        shown = [cards[id] for id in home.contacts if id in cards]
        at = {digest: address for card in reversed(shown) for digest, address in _addresses(tx, card)}
        found.append(
            {
                "called": at.get(home.digest, ""),
                "recent": home.recent,
                "before": home.before,
                "families": None,
                "contacts": _contacts(home.contacts, cards),
            }
        )
    return found


def _addresses(tx: Transaction, card: OpenedRow) -> Iterable[tuple[bytes, str]]:
    for person in people_by_digest(tx, card).values():
        if person.home:
            key = f"{card.partnership}|address|{person.home}"
            yield tx.vault.digest(key)[:DIGEST_BYTES], person.address
