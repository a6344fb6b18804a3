"""Checks a whole service's audit against itself, its signatures and what others keep of it.

Everything is read in the order of chains, at one moment, and held a chain at a time; only what witnesses keep
is in memory. Witnesses are read first, so that all they know of was there before.
"""

from __future__ import annotations

import asyncio
import json
import time
from bisect import bisect_left
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from mash.audit.chains import Stored, faults_of
from mash.audit.lines import Line, digest_of
from mash.audit.signatures import Checker, Head, NotSigned, digest_of_signature

PREFETCH: Final = 2000
PROGRESS_EVERY: Final = 100_000


@dataclass(frozen=True)
class Fault:
    """Something that is not as it was written: whose audit, which chain, and what."""

    service: str
    chain: UUID
    words: str

    def __str__(self) -> str:
        return f"{self.service}: case or caller {self.chain}: {self.words}."


@dataclass(frozen=True)
class Kept:
    """A signed head as a witness keeps it."""

    witness: str
    seq: int
    hash: bytes
    jws: str


# What witnesses keep, by service and chain.
Witnesses = dict[tuple[str, UUID], list[Kept]]


@dataclass
class Result:
    """What was found, and how much was looked at."""

    faults: list[Fault] = field(default_factory=list)
    lines: int = 0
    chains: int = 0
    signatures: int = 0
    unsigned: int = 0
    seconds: float = 0.0


@dataclass
class _Chain:
    id: UUID
    lines: list[Stored] = field(default_factory=list)
    head: tuple[int, bytes] | None = None
    signatures: list[tuple[int, str]] = field(default_factory=list)


async def verify(
    service: str,
    url: str,
    checker: Checker,
    witnesses: Witnesses,
    *,
    interval: timedelta,
    progress: Callable[[int], None] = lambda _lines: None,
) -> Result:
    """Check the audit of ``service`` in the database at ``url``, as its auditor."""
    started = time.perf_counter()
    result = Result()
    connection = await asyncpg.connect(_plain(url))
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            signed_last = await connection.fetchval("SELECT max(signed_at) FROM audit_signature")
            # One that was signed at the last round, which may be under way, or at the one before it.
            by_now = signed_last - 2 * interval if signed_last else None
            judge = _Judge(service, checker, witnesses, by_now, result)
            async for chain in _chains(connection, result, progress):
                judge.judge(chain)
            judge.judge_missing()
    finally:
        await connection.close()
    result.seconds = time.perf_counter() - started
    return result


class _Judge:
    """Holds each chain against its head, its signatures and its witnesses."""

    def __init__(
        self,
        service: str,
        checker: Checker,
        witnesses: Witnesses,
        by_now: datetime | None,
        result: Result,
    ) -> None:
        self._service = service
        self._checker = checker
        self._kept = {chain: kept for (of, chain), kept in witnesses.items() if of == service}
        self._by_now = by_now
        self._result = result

    def judge(self, chain: _Chain) -> None:
        result = self._result
        result.chains += 1
        for words in (*faults_of(chain.lines), *self._head(chain), *self._signed(chain)):
            result.faults.append(Fault(self._service, chain.id, words))

    def judge_missing(self) -> None:
        """Name the chains that only witnesses still know of."""
        for chain, kept in self._kept.items():
            names = ", ".join(sorted({one.witness for one in kept}))
            last = max(one.seq for one in kept)
            self._result.faults.append(
                Fault(self._service, chain, f"the whole chain is gone: {names} kept {last} lines as signed")
            )

    def _head(self, chain: _Chain) -> Iterable[str]:
        last = chain.lines[-1] if chain.lines else None
        if chain.head is None and last is None:
            return ["the whole chain is gone, and only its signatures are left"]
        if chain.head is None:
            return ["the head was removed"]
        seq, hash = chain.head
        if last is None:
            return [f"the whole chain is gone: its head stands at line {seq}"]
        if last.seq < seq:
            return [f"lines {last.seq + 1} to {seq} were cut off at the end: the head stands at line {seq}"]
        if last.seq > seq:
            return [f"lines {seq + 1} to {last.seq} were put in after the head, or the head was set back"]
        return ["the head does not match the last line"] if hash != last.hash else []

    def _signed(self, chain: _Chain) -> Iterable[str]:
        own: dict[int, str] = {}
        before: str | None = None
        for seq, signature in chain.signatures:
            self._result.signatures += 1
            own[seq] = signature
            try:
                head = self._checker.check(signature, self._service)
            except NotSigned:
                yield f"the signature at line {seq} is not one that {self._service} made"
                before = digest_of_signature(signature)
                continue
            if head.before != before:
                yield f"a signature before the one at line {seq} was removed"
            before = digest_of_signature(signature)
            yield from self._against(chain, seq, head)
        yield from self._witnessed(chain, own)
        yield from self._unsigned(chain, max(own, default=0))

    def _against(self, chain: _Chain, seq: int, head: Head) -> Iterable[str]:
        if (head.chain, head.seq) != (chain.id, seq):
            yield f"the signature at line {seq} was made for another place"
        else:
            yield from _compare(chain, seq, head.hash, "was signed")

    def _witnessed(self, chain: _Chain, own: dict[int, str]) -> Iterable[str]:
        for kept in self._kept.pop(chain.id, ()):
            if own.get(kept.seq) == kept.jws:
                # Held against the lines already, with the signature that is here.
                continue
            try:
                head = self._checker.check(kept.jws, self._service)
            except NotSigned:
                yield f"what {kept.witness} keeps of line {kept.seq} is not one that {self._service} signed"
                continue
            if kept.seq in own:
                yield f"the signature at line {kept.seq} is another than {kept.witness} keeps"
            else:
                yield f"the signature at line {kept.seq} was removed: {kept.witness} keeps it"
            if (head.chain, head.seq) == (chain.id, kept.seq):
                yield from _compare(chain, kept.seq, head.hash, f"was signed, as {kept.witness} keeps it")

    def _unsigned(self, chain: _Chain, signed: int) -> Iterable[str]:
        left = [stored for stored in chain.lines if stored.seq > signed]
        self._result.unsigned += len(left)
        if self._by_now is not None and left and left[0].at < self._by_now:
            yield f"a signature was removed: line {left[0].seq} was there when all was last signed, unsigned"


def _compare(chain: _Chain, seq: int, hash: bytes, how: str) -> Iterable[str]:
    last = chain.lines[-1].seq if chain.lines else 0
    if seq > last:
        yield f"lines {last + 1} to {seq} were cut off at the end: line {seq} {how}"
        return
    place = bisect_left(chain.lines, seq, key=lambda stored: stored.seq)
    if chain.lines[place].seq == seq and chain.lines[place].hash != hash:
        yield f"lines up to {seq} were replaced: line {seq} is not what {how}"


async def _chains(
    connection: asyncpg.Connection, result: Result, progress: Callable[[int], None]
) -> AsyncIterator[_Chain]:
    """Give every chain that has a line, a head or a signature, with all that belongs to it."""
    sources = [_Source(connection, sql) for sql in (_LINES, _HEADS, _SIGNATURES)]
    for source in sources:
        await source.step()
    told = 0
    while True:
        ids = [source.row["chain"] for source in sources if source.row is not None]
        if not ids:
            return
        chain = _Chain(min(ids))
        lines, heads, signatures = sources
        async for row in lines.of(chain.id):
            chain.lines.append(_stored(row))
        async for row in heads.of(chain.id):
            chain.head = (row["seq"], row["hash"])
        async for row in signatures.of(chain.id):
            chain.signatures.append((row["seq"], row["jws"]))
        result.lines += len(chain.lines)
        if result.lines // PROGRESS_EVERY > told:
            told = result.lines // PROGRESS_EVERY
            progress(result.lines)
        yield chain


class _Source:
    """The rows of one table in the order of chains, the next of them at hand."""

    def __init__(self, connection: asyncpg.Connection, sql: str) -> None:
        self._rows = connection.cursor(sql, prefetch=PREFETCH).__aiter__()
        self.row: Any = None

    async def step(self) -> None:
        self.row = await anext(self._rows, None)

    async def of(self, chain: UUID) -> AsyncIterator[Any]:
        while self.row is not None and self.row["chain"] == chain:
            yield self.row
            await self.step()


_LINES: Final = """
SELECT chain, seq, id, at, subject, action, case_id, purpose, origin, detail::text, hash
FROM audit ORDER BY chain, seq"""
_HEADS: Final = "SELECT chain, seq, hash FROM audit_head ORDER BY chain"
_SIGNATURES: Final = "SELECT chain, seq, jws FROM audit_signature ORDER BY chain, seq"


def _stored(row: Any) -> Stored:
    line = Line(
        id=row["id"],
        at=row["at"],
        subject=row["subject"],
        action=row["action"],
        case_id=row["case_id"],
        purpose=row["purpose"],
        origin=row["origin"],
        detail=json.loads(row["detail"]),
    )
    return Stored(row["seq"], line.id, line.at, digest_of(line), row["hash"])


async def read_witness(name: str, where: str, into: Witnesses) -> None:
    """Add what a witness keeps: the database at a URL, or a file made of `GET /v1/witness`."""
    found: dict[tuple[str, UUID], list[Kept]] = defaultdict(list)
    if "://" in where:
        connection = await asyncpg.connect(_plain(where))
        try:
            for row in await connection.fetch("SELECT service, chain, seq, hash, jws FROM witness"):
                found[row["service"], row["chain"]].append(Kept(name, row["seq"], row["hash"], row["jws"]))
        finally:
            await connection.close()
    else:
        for entry in json.loads(await asyncio.to_thread(Path(where).read_bytes))["items"]:
            kept = Kept(name, entry["seq"], bytes.fromhex(entry["hash"]), entry["jws"])
            found[entry["service"], UUID(entry["contact_id"])].append(kept)
    for key, heads in found.items():
        into.setdefault(key, []).extend(heads)


def _plain(url: str) -> str:
    return url.replace("postgresql+asyncpg://", "postgresql://", 1)
