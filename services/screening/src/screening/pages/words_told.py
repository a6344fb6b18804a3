"""What was told, in the teller's own words, with the words marked that suggestions were read from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from mash.web.pages.words import moment
from pydantic import AwareDatetime, BaseModel, ConfigDict

# The parts of a contact that tell of the concern, by section and name, with what a page calls each.
PARTS: Final = (
    ("concern", "narrative", "What the worry is"),
    ("concern", "worries", "What they are worried will happen"),
    ("concern", "needs_to_happen", "What they think needs to happen"),
    ("views", "child", "What the child says"),
    ("views", "parents", "What the parents say"),
)
Place = tuple[int, int]


class Added(BaseModel):
    """Something that was added to the contact later."""

    model_config = ConfigDict(extra="ignore")

    added_at: AwareDatetime
    by_referrer: bool
    text: str


class ContactTold(BaseModel):
    """Of all that intake shows of a contact, what is read here."""

    model_config = ConfigDict(extra="ignore")

    document: Mapping[str, Any]
    additions: list[Added] = []


@dataclass(frozen=True)
class Piece:
    """Some words, and whether a suggestion was read from them."""

    text: str
    marked: bool


@dataclass(frozen=True)
class Told:
    """One part of what was told, under its heading."""

    title: str
    pieces: Sequence[Piece]


def told_of(contact: ContactTold, text: str, places: Iterable[Place]) -> list[Told]:
    """The parts of what was told; ``places`` are where suggestions' words stand in ``text``, as it was read.

    A part is looked up in the text that was read: one that was added since has no marks.
    """
    merged = merge(places)
    found, after = [], 0
    for title, words in _parts(contact):
        start = text.find(words, after)
        if start < 0:
            found.append(Told(title, [Piece(words, marked=False)]))
            continue
        after = start + len(words)
        found.append(Told(title, list(_pieces(text, start, after, merged))))
    return found


def merge(places: Iterable[Place]) -> list[Place]:
    """The places in order, those that overlap or touch as one."""
    merged: list[Place] = []
    for start, end in sorted(places):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _parts(contact: ContactTold) -> Iterator[tuple[str, str]]:
    for section, name, title in PARTS:
        words = (contact.document.get(section) or {}).get(name)
        if isinstance(words, str) and words:
            yield title, words
    for added in contact.additions:
        who = "the referrer" if added.by_referrer else "the hub"
        yield f"Added by {who} on {moment(added.added_at)}", added.text


def _pieces(text: str, start: int, end: int, marks: Sequence[Place]) -> Iterator[Piece]:
    at = start
    for begins, ends in marks:
        begins, ends = max(begins, at), min(ends, end)
        if begins >= ends:
            continue
        if at < begins:
            yield Piece(text[at:begins], marked=False)
        yield Piece(text[begins:ends], marked=True)
        at = ends
    if at < end:
        yield Piece(text[at:end], marked=False)
