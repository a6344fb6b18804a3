"""Why another contact stands in the chronology of one, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal
from uuid import UUID

from mash.partnerships.vocabulary import CONCERNS

from intake.domain.persons import Role

Why = Literal["person", "perhaps", "home", "counted", "call", "form"]
_AS: Final[dict[Role, str]] = {
    "child": "as a child there",
    "household": "as one of the household there",
    "adult": "as an adult there",
}
_WORDS: Final[dict[Why, str]] = {
    "person": "{own} is on it {role}{named}.",
    "perhaps": "{own} may be on it {role}{named}. Nobody has settled that yet.",
    "home": "It is about the same address.",
    "counted": "It is counted as a repeat: it shares an NHS number, a mother, or a name and date of birth.",
    "call": "It is the call that this form follows.",
    "form": "It is the written form of this call.",
}
# What leaves no doubt that a contact belongs here.
_CERTAIN: Final[frozenset[Why]] = frozenset({"person", "home", "call", "form"})


@dataclass(frozen=True)
class Link:
    """One reason. ``mention`` is the person of the contact at hand, ``other`` who they are on the other."""

    why: Why
    mention: UUID | None = None
    own: str = ""
    other: UUID | None = None

    def words(self, called: str | None, role: Role | None) -> str:
        """Say the reason; ``called`` and ``role`` are what the other contact says of the person."""
        named = f", called {called}" if called and called != self.own else ""
        return _WORDS[self.why].format(own=self.own, role=_AS[role] if role else "there", named=named)


def by_key(kinds: Collection[str], links: Collection[Link]) -> Iterator[Why]:
    """Say what two contacts share by the keys that repeats are counted by, beside who was linked."""
    if "address" in kinds:
        yield "home"
    if set(kinds) - {"address"} and not any(link.why in ("person", "perhaps") for link in links):
        yield "counted"


def is_certain(links: Collection[Link]) -> bool:
    """Whether a contact belongs in the chronology beyond doubt."""
    return any(link.why in _CERTAIN for link in links)


def told_before(document: Mapping[str, Any]) -> list[str]:
    """Return what a contact was about, in the hub's words for concerns."""
    return [CONCERNS.get(one, one) for one in document.get("concern", {}).get("types", ())]
