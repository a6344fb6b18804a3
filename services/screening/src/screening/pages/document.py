"""A version of a threshold document, arranged once for pages: domain by domain, the gravest level first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from mash import partnerships
from mash.partnerships import Indicator


@dataclass(frozen=True)
class OfLevel:
    """The indicators of one level in a domain."""

    level: int
    title: str
    indicators: tuple[Indicator, ...]


@dataclass(frozen=True)
class OfDomain:
    """A domain with its indicators."""

    id: str
    title: str
    levels: tuple[OfLevel, ...]

    @property
    def count(self) -> int:
        """How many indicators it has."""
        return sum(len(level.indicators) for level in self.levels)

    def ticked(self, chosen: Collection[str]) -> int:
        """How many of them are among ``chosen``."""
        return sum(one.id in chosen for level in self.levels for one in level.indicators)


@cache
def domains_of(partnership: str, version: str) -> tuple[OfDomain, ...]:
    """The domains of a version, in its order; prepared once for the life of the process."""
    known = partnerships.get(partnership)
    thresholds = known.thresholds(version)
    found: dict[str, dict[int, list[Indicator]]] = {id: {} for id in thresholds.domains}
    for one in thresholds.indicators.values():
        found[one.domain].setdefault(one.level, []).append(one)
    return tuple(
        OfDomain(
            id,
            f"{domain.part}: {domain.title}" if domain.part else domain.title,
            tuple(
                OfLevel(level, known.levels[level].title, tuple(found[id][level]))
                for level in sorted(found[id], reverse=True)
            ),
        )
        for id, domain in thresholds.domains.items()
        if found[id]
    )


def only_with(domains: Sequence[OfDomain], words: str) -> list[OfDomain]:
    """The domains with those indicators alone that have each of the words in them."""
    wanted = words.casefold().split()
    left = []
    for domain in domains:
        levels = tuple(replace(one, indicators=_with(one.indicators, wanted)) for one in domain.levels)
        if levels := tuple(level for level in levels if level.indicators):
            left.append(replace(domain, levels=levels))
    return left


def _with(indicators: Sequence[Indicator], wanted: Sequence[str]) -> tuple[Indicator, ...]:
    return tuple(one for one in indicators if all(word in one.text.casefold() for word in wanted))
