"""Research over all contacts that a caller may know of, with the contacts behind each finding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
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

# The people on a contact that is shown; each contact is read once.
PeopleOn = Callable[[UUID], Mapping[bytes, Person]]


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
    people = cache(lambda id: people_by_digest(tx, cards[id]) if id in cards else {})
    wanted = {person for one in found.values() for finding in one for person in finding.people}
    names = _names(wanted, sightings, {row.id: row.digest for row in rows}, people)
    shown = {
        kind: [_shown(one, _called(one.people, names), cards) for one in findings]
        for kind, findings in found.items()
    }
    homes_shown = [_home(tx, one, cards, people) for one in rising[:MOST_FOUND]]
    return {"since": since, "middle": middle, **shown, "addresses": homes_shown}


def _names(
    wanted: Collection[UUID],
    sightings: Sequence[Sighting],
    digests: Mapping[UUID, bytes],
    people: PeopleOn,
) -> dict[UUID, str]:
    """What each person is called on the newest contact that is shown."""
    named: dict[UUID, str] = {}
    for one in sightings:
        if one.person in wanted and one.person not in named:
            person = people(one.contact_id).get(digests[one.mention_id])
            if person is not None:
                named[one.person] = person.called
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


def _home(
    tx: Transaction, home: sa.Row[Any], cards: Mapping[UUID, OpenedRow], people: PeopleOn
) -> dict[str, Any]:
    """A home by its address, as the newest contact has it."""
    addresses = (
        person.address
        for id in home.contacts
        for person in people(id).values()
        if person.home and _home_digest(tx, cards[id], person.home) == home.digest
    )
    return {
        "called": next(addresses, ""),
        "recent": home.recent,
        "before": home.before,
        "families": None,
        "contacts": _contacts(home.contacts, cards),
    }


def _home_digest(tx: Transaction, card: OpenedRow, home: str) -> bytes:
    return tx.vault.digest(f"{card.partnership}|address|{home}")[:DIGEST_BYTES]
