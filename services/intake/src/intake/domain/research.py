"""What many contacts show together and no one of them alone: who is harmed again, by whom, where, in whose
company.

All of it is counted by occasions, so that a call and the form that follows it are one, and over two spans of
six months each: the last, and the one before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from intake.domain.joining import Together
from intake.domain.persons import Role

# As the screener is told of repeats; two families are the least that is across families.
OFTEN: Final = 3
FAMILIES: Final = 2


@dataclass(frozen=True)
class Sighting:
    """A person on a contact. ``person`` stands for all mentions that are held to be the same person."""

    mention_id: UUID
    contact_id: UUID
    occasion: UUID
    person: UUID
    role: Role
    alleged: bool
    received_at: datetime


@dataclass(frozen=True)
class Finding:
    """What was found: the people whom it is about, the contacts that led there, and how many when."""

    people: tuple[UUID, ...]
    contacts: tuple[UUID, ...]
    recent: int
    before: int
    families: int

    @property
    def rises(self) -> bool:
        """Whether it is often now, and was less often before."""
        return self.recent >= OFTEN and self.recent > self.before


class Seen:
    """Everybody who was seen on more than one contact, and the homes of those contacts."""

    def __init__(
        self, sightings: Collection[Sighting], homes: Mapping[UUID, Collection[bytes]], middle: datetime
    ) -> None:
        self._homes = homes
        self._middle = middle
        self._by_person: dict[UUID, list[Sighting]] = defaultdict(list)
        for one in sorted(sightings, key=lambda one: (one.received_at, one.mention_id), reverse=True):
            self._by_person[one.person].append(one)

    def repeat_victims(self) -> list[Finding]:
        """Children who were the child of a contact again and again."""
        found = []
        for person, seen in self._by_person.items():
            as_child = [one for one in seen if one.role == "child"]
            if len({one.occasion for one in as_child}) >= OFTEN:
                found.append(self._finding([person], as_child))
        return _most_first(found)

    def alleged_across_families(self) -> list[Finding]:
        """People who are said to have done the harm in more than one family."""
        found = []
        for person, seen in self._by_person.items():
            alleged = [one for one in seen if one.alleged]
            if len(alleged) > 1 and self._count_families(alleged, apart_from=person) >= FAMILIES:
                found.append(self._finding([person], alleged))
        return _most_first(found)

    def rising_groups(self) -> list[Finding]:
        """Families that the same people tie together, and of whom more is heard than before."""
        found = []
        for seen in self._networks().values():
            families = self._families(seen, lambda one: one.role == "child")
            ties = [
                person
                for person in dict.fromkeys(one.person for one in seen)
                if len({families.of(one.contact_id) for one in self._by_person[person]}) >= FAMILIES
            ]
            finding = self._finding(ties, seen, families)
            if ties and finding.rises:
                found.append(finding)
        return _most_first(found)

    def _networks(self) -> Mapping[UUID, list[Sighting]]:
        """Contacts that hang together by anybody who is on more than one."""
        together = Together(
            (seen[0].contact_id, one.contact_id) for seen in self._by_person.values() for one in seen[1:]
        )
        networks: dict[UUID, list[Sighting]] = defaultdict(list)
        for seen in self._by_person.values():
            for one in seen:
                networks[together.of(one.contact_id)].append(one)
        return networks

    def _count_families(self, seen: Collection[Sighting], *, apart_from: UUID) -> int:
        contacts = {one.contact_id for one in seen}
        around = [one for each in self._by_person.values() for one in each if one.contact_id in contacts]
        families = self._families(around, lambda one: one.person != apart_from)
        return len({families.of(id) for id in contacts})

    def _families(self, seen: Iterable[Sighting], ties: Callable[[Sighting], bool]) -> Together:
        """Contacts are about one family where somebody whom ``ties`` names, or a home, is on both."""
        first: dict[UUID | bytes, UUID] = {}
        families = Together()
        for one in seen:
            shared: list[UUID | bytes] = [
                *self._homes.get(one.contact_id, ()),
                *([one.person] if ties(one) else []),
            ]
            for key in shared:
                families.join(first.setdefault(key, one.contact_id), one.contact_id)
        return families

    def _finding(
        self, people: Collection[UUID], seen: Collection[Sighting], families: Together | None = None
    ) -> Finding:
        newest_first = sorted(seen, key=lambda one: (one.received_at, one.contact_id), reverse=True)
        contacts = tuple(dict.fromkeys(one.contact_id for one in newest_first))
        known = families or self._families(
            seen, lambda one: one.role == "child" or one.person not in set(people)
        )
        return Finding(
            people=tuple(people),
            contacts=contacts,
            recent=len({one.occasion for one in seen if one.received_at >= self._middle}),
            before=len({one.occasion for one in seen if one.received_at < self._middle}),
            families=len({known.of(id) for id in contacts}),
        )


def _most_first(found: Iterable[Finding]) -> list[Finding]:
    return sorted(found, key=lambda one: (-one.recent, -one.before, one.people))
