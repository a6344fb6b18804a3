"""Which mentions are linked, which wait for a person, and who belongs together by what was linked.

A person known to the hub is nothing but the mentions that joined matches hold together. Taking a match back
takes apart what it held, and nothing is ever merged.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from mash.errors import Conflict

from intake.domain.likeness import Likeness

State = Literal["linked", "waiting", "confirmed", "refused", "lapsed"]
Step = Literal["confirm", "refuse", "undo"]
JOINED: Final[frozenset[State]] = frozenset({"linked", "confirmed"})
# What somebody may say of a match, by how it stands, and how it stands then.
STEPS: Final[dict[tuple[State, Step], State]] = {
    ("waiting", "confirm"): "confirmed",
    ("waiting", "refuse"): "refused",
    ("linked", "undo"): "waiting",
    ("confirmed", "undo"): "waiting",
    ("refused", "undo"): "waiting",
}
DONE: Final[dict[Step, str]] = {"confirm": "confirmed", "refuse": "refused", "undo": "undone"}


class NotAsItStands(Conflict):
    """The match stands so that this cannot be said of it."""


def after(state: State, step: Step) -> State:
    """Return how a match stands after a step. Raises :class:`NotAsItStands`."""
    try:
        return STEPS[state, step]
    except KeyError:
        raise NotAsItStands(
            f"This match is {state}. Undo that first."
            if step != "undo"
            else "Nobody has settled this match yet, so there is nothing to undo."
        ) from None


@dataclass(frozen=True)
class Mention:
    """A person of one contact. ``restricted`` where only named people may know of that contact."""

    id: UUID
    contact_id: UUID
    restricted: bool = False


@dataclass(frozen=True)
class Match:
    """Two mentions that may be the same person."""

    id: UUID
    mention_id: UUID
    other_id: UUID
    state: State
    by_hand: bool

    @property
    def joins(self) -> bool:
        """Whether the two are held to be the same person."""
        return self.state in JOINED

    def beside(self, id: UUID) -> UUID:
        """Return the one of the two that ``id`` is not."""
        return self.other_id if id == self.mention_id else self.mention_id


@dataclass(frozen=True)
class Pair:
    """Two mentions that were compared: one of the contact at hand, and one of another."""

    mention: Mention
    other: Mention
    likeness: Likeness


class Together:
    """Who belongs together: sets that grow as they are joined."""

    def __init__(self, joined: Iterable[tuple[UUID, UUID]] = ()) -> None:
        self._above: dict[UUID, UUID] = {}
        for one, other in joined:
            self.join(one, other)

    def of(self, id: UUID) -> UUID:
        """Return what stands for everybody held together with ``id``: the oldest of them."""
        while (above := self._above.get(id, id)) != id:
            id = above
        return id

    def join(self, one: UUID, other: UUID) -> None:
        """Hold two together from now on, with all that belong to either."""
        older, younger = sorted((self.of(one), self.of(other)))
        if older != younger:
            self._above[younger] = older


def keeps_apart(matches: Collection[Match], one: UUID, other: UUID) -> bool:
    """Whether somebody refused a match between anybody held together with the one, and with the other."""
    together = Together((match.mention_id, match.other_id) for match in matches if match.joins)
    both = {together.of(one), together.of(other)}
    refused = [match for match in matches if match.state == "refused"]
    return any({together.of(match.mention_id), together.of(match.other_id)} == both for match in refused)


def review(standing: Iterable[Match], pairs: Collection[Pair]) -> dict[UUID, State]:
    """Return how matches of the contact at hand stand now that its people are compared anew, by their ids.

    What a person said of one stays. A link that is no longer beyond doubt waits for a person, and what
    nobody has to be asked any more lapses.
    """
    clear = _unambiguous(pairs)
    found = {(pair.mention.id, pair.other.id): pair for pair in pairs}
    found |= {(pair.other.id, pair.mention.id): pair for pair in pairs}
    changed: dict[UUID, State] = {}
    for one in standing:
        pair = found.get((one.mention_id, one.other_id))
        if pair is None or one.by_hand:
            continue
        if one.state == "linked" and pair not in clear:
            changed[one.id] = "waiting"
        elif one.state == "waiting" and not pair.likeness.worth_asking:
            changed[one.id] = "lapsed"
    return changed


def choose(
    pairs: Collection[Pair], mentions: Mapping[UUID, Mention], standing: Collection[Match]
) -> list[tuple[Pair, State]]:
    """Return the pairs that become matches, and how each stands.

    ``mentions`` are all that belong with anybody compared, and ``standing`` the matches among them. Of
    several mentions of one known person the best is taken, so that one step takes a link back. Restricted
    contacts are taken for themselves: what joins ordinary ones never hangs on one that not everybody sees.
    """
    clear = _unambiguous(pairs)
    graph = _Graph(mentions, standing)
    chosen: list[tuple[Pair, State]] = []
    for pair in sorted(pairs, key=lambda one: _rank(one, clear), reverse=True):
        if not pair.likeness.worth_asking:
            continue
        sure = pair in clear and not graph.speaks_against(pair)
        state: State = "linked" if sure else "waiting"
        if graph.takes(pair, state):
            chosen.append((pair, state))
    return chosen


def _rank(pair: Pair, clear: Collection[Pair]) -> tuple[bool, int, UUID]:
    return pair in clear, pair.likeness.score, pair.other.id


def _unambiguous(pairs: Collection[Pair]) -> set[Pair]:
    """The sure pairs in which neither is as surely somebody else of the other's contact."""
    sure = [pair for pair in pairs if pair.likeness.sure]
    of_mention = Counter((pair.mention.id, pair.other.contact_id) for pair in sure)
    of_other = Counter((pair.other.id, pair.mention.contact_id) for pair in sure)
    return {
        pair
        for pair in sure
        if of_mention[pair.mention.id, pair.other.contact_id] == 1
        and of_other[pair.other.id, pair.mention.contact_id] == 1
    }


class _Graph:
    """What is joined, and what somebody said is not the same, while matches are being chosen."""

    def __init__(self, mentions: Mapping[UUID, Mention], standing: Collection[Match]) -> None:
        self._mentions = mentions
        joined = [one for one in standing if one.joins]
        self._all = Together((one.mention_id, one.other_id) for one in joined)
        # By what everybody sees alone; a restricted mention stands for itself.
        self._seen = Together(
            (one.mention_id, one.other_id)
            for one in joined
            if not (mentions[one.mention_id].restricted or mentions[one.other_id].restricted)
        )
        self._apart = [(one.mention_id, one.other_id) for one in standing if one.by_hand and not one.joins]
        self._answers: defaultdict[UUID, list[tuple[UUID, State]]] = defaultdict(list)
        for one in standing:
            self._answer(one.mention_id, one.other_id, one.state)

    def _answer(self, one: UUID, other: UUID, state: State) -> None:
        self._answers[one].append((other, state))
        self._answers[other].append((one, state))

    def _said_of(self, mention: UUID, other: UUID) -> set[State]:
        """How the matches stand that a mention has with the known person whom another belongs to."""
        person = self._seen.of(other)
        return {state for end, state in self._answers[mention] if self._seen.of(end) == person}

    def takes(self, pair: Pair, state: State) -> bool:
        """Take a match in, unless the mention has one with that known person that says as much."""
        mention, other = pair.mention.id, pair.other.id
        there = self._said_of(mention, other)
        is_joined = bool(there & JOINED) or self._seen.of(mention) == self._seen.of(other)
        if is_joined or (there and not (state == "linked" and there == {"waiting"})):
            return False
        if state == "linked":
            self._all.join(mention, other)
            if not (pair.mention.restricted or pair.other.restricted):
                self._seen.join(mention, other)
        self._answer(mention, other, state)
        return True

    def speaks_against(self, pair: Pair) -> bool:
        """Whether to link these two would join what somebody keeps apart, or two people of one contact."""
        one, other = self._all.of(pair.mention.id), self._all.of(pair.other.id)
        both = {one, other}
        if any({self._all.of(a), self._all.of(b)} == both for a, b in self._apart):
            return True
        contacts = {id: self._contacts_of(id) for id in both}
        return bool(one != other and contacts[one] & contacts[other])

    def _contacts_of(self, person: UUID) -> set[UUID]:
        return {one.contact_id for one in self._mentions.values() if self._all.of(one.id) == person}
