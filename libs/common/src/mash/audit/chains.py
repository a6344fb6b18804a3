"""Walks one chain of the audit and says, in plain words, what is wrong with it.

What is stored is compared with what the lines themselves give. Where it differs, the kind of the fault is
read from what would fit: a line that is right at another place was moved, one that fits nowhere was altered
or put in, and a place that nobody has was taken out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Stored:
    """A line as it is in the database: ``digest`` is what it is now, ``hash`` what was kept of it."""

    seq: int
    id: UUID
    at: datetime
    digest: bytes
    hash: bytes

    def hash_at(self, before: bytes, place: int) -> bytes:
        """Return the hash that the line would have at ``place``, after the line whose hash is ``before``."""
        return linked(before, place, self.digest)


def linked(before: bytes, place: int, digest: bytes) -> bytes:
    """Return the hash of a line, as ``append_audit`` makes it."""
    return hashlib.sha256(before + place.to_bytes(8, "big") + digest).digest()


def is_whole(lines: Sequence[Stored]) -> bool:
    """Return whether the lines are numbered from one and each is bound to the one before."""
    before = b""
    for place, stored in enumerate(lines, start=1):
        if stored.seq != place or stored.hash_at(before, place) != stored.hash:
            return False
        before = stored.hash
    return True


def faults_of(lines: Sequence[Stored]) -> list[str]:
    """Return what is wrong with the lines of one chain, in their order; nothing where they are whole."""
    return [] if is_whole(lines) else _Walk(lines).faults()


class _Walk:
    """One pass along a chain that is not whole."""

    def __init__(self, lines: Sequence[Stored]) -> None:
        self._lines = list(lines)
        self._found: list[str] = []
        # How many lines too many, or too few, there were up to here.
        self._shift = 0
        self._before: bytes | None = b""

    def faults(self) -> list[str]:
        last = 0
        index = 0
        while index < len(self._lines):
            stored = self._lines[index]
            if stored.seq > last + 1:
                self._removed(last + 1, stored.seq - 1)
            last = stored.seq
            index += self._step(index, stored)
        return self._found

    def _removed(self, first: int, until: int) -> None:
        places = f"line {first} was" if first == until else f"lines {first} to {until} were"
        self._found.append(f"{places} removed")
        # What they hashed to is gone with them.
        self._before = None

    def _step(self, index: int, stored: Stored) -> int:
        """Judge one line, and return how many were dealt with."""
        place = stored.seq - self._shift
        before, self._before = self._before, stored.hash
        if before is None or stored.hash_at(before, place) == stored.hash:
            return 1
        belongs = self._belonging(before, place, stored)
        follower = self._lines[index + 1] if index + 1 < len(self._lines) else None
        if belongs is not None and belongs is follower and not self._fits_after(stored, belongs, place + 1):
            self._found.append(f"line {stored.seq} ({stored.id}) was put in; it was never written there")
            self._shift += 1
            self._before = before
            return 1
        if belongs is not None:
            self._found.append(f"line {belongs.seq} ({belongs.id}) was moved; it belongs at {place}")
            self._before = belongs.hash_at(before, place)
            return 1
        self._found.append(f"line {stored.seq} ({stored.id}) was altered: it is not what was written there")
        if follower is not None and follower.hash_at(stored.hash, place + 1) != follower.hash:
            # Its own hash was altered as well, if what follows was made after the right one.
            right = stored.hash_at(before, place)
            self._before = right if follower.hash_at(right, place + 1) == follower.hash else None
        return 1

    def _belonging(self, before: bytes, place: int, here: Stored) -> Stored | None:
        for other in self._lines:
            if other is not here and other.hash_at(before, place) in (other.hash, here.hash):
                return other
        return None

    def _fits_after(self, stored: Stored, earlier: Stored, place: int) -> bool:
        return stored.hash_at(earlier.hash, place) == stored.hash
