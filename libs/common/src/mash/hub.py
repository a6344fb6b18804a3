"""What a process of the hub has, and the one way in which it changes its store.

A :class:`Transaction` gathers a change, the events that tell of it, the timers it sets and its lines in
the audit, and commits them together. One request or one batch of messages is one transaction, opened and
committed at the edge; use cases never commit.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from nats.js import JetStreamContext
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from mash.access.callers import Caller
from mash.access.tokens import TokenVerifier
from mash.audit import Line, origin, purpose
from mash.contracts.base import Envelope, Event
from mash.contracts.shared import AccessRaised
from mash.db import tables
from mash.db.listener import Listener
from mash.http import ServiceClient
from mash.ids import Clock, new_id
from mash.sealing import Keyring
from mash.settings import ServiceSettings
from mash.telemetry.tracing import traceparent
from mash.vault import OpenedRow, Vault

_append_audit = sa.text("SELECT * FROM append_audit(:lines)").bindparams(sa.bindparam("lines", type_=JSONB))
_insert_timer = insert(tables.timer)
_upsert_timer = _insert_timer.on_conflict_do_update(
    index_elements=["kind", "key"],
    index_where=sa.text("fired_at IS NULL"),
    set_={
        "due_at": _insert_timer.excluded.due_at,
        "payload": _insert_timer.excluded.payload,
        "claimed_until": None,
        "attempts": 0,
    },
)


class Transaction:
    """One transaction. ``now`` is read once, so that all it writes bears the same time."""

    def __init__(
        self, connection: AsyncConnection, now: datetime, actor: str, service: str, vault: Vault | None
    ) -> None:
        self.conn = connection
        self.now = now
        self._actor = actor
        self._service = service
        self._vault = vault
        self._case_keys: dict[UUID, UUID] = {}
        self._outbox: list[dict[str, Any]] = []
        self._audit: list[Line] = []
        self._timers: dict[tuple[str, str], dict[str, Any]] = {}
        self._cancelled: set[tuple[str, str]] = set()

    async def execute(
        self,
        statement: sa.Executable,
        parameters: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
    ) -> sa.CursorResult[Any]:
        """Run a statement in this transaction."""
        return await self.conn.execute(statement, parameters)

    async def sealed(self, table: sa.Table, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Return rows ready to be written to ``table``, each with its columns of words encrypted.

        A row names its case, in the column that ``table.info["case"]`` names; ``None`` stays ``None``. Raises
        ``WordsGone`` for a case that was erased.
        """
        return await self.vault.seal_rows(self.conn, self._case_keys, table, rows)

    async def opened(
        self, table: sa.Table, rows: Iterable[sa.Row[Any] | Mapping[Any, Any]]
    ) -> list[OpenedRow]:
        """Return rows that were read from ``table``, each with its words readable.

        The case's column has to be among those that were read. Raises ``WordsGone`` for a case that was
        erased.
        """
        return await self.vault.open_rows(self._case_keys, table, rows)

    @property
    def vault(self) -> Vault:
        """What encrypts this service's words, and makes its digests."""
        if self._vault is None:
            raise RuntimeError("KEYS_DATABASE_URL is not set")
        return self._vault

    def emit(self, event: Event) -> None:
        """Tell the hub of ``event`` once this transaction has committed, in the order of the calls."""
        id = new_id()
        envelope = Envelope.wrap(event, id=id, at=self.now)
        case = getattr(event, "contact_id", None)
        self.post(event.subject(), envelope.model_dump_json().encode(), id, case=case)

    def post(self, subject: str, message: bytes, message_id: UUID, *, case: UUID | None = None) -> None:
        """Send ``message``, sealed if it is for an agency, once this transaction has committed."""
        self._outbox.append(
            {
                "message_id": message_id,
                "subject": subject,
                "payload": message,
                "case_id": case,
                "traceparent": traceparent(),
                "created_at": self.now,
            }
        )

    def audit(
        self,
        *,
        action: str,
        case: UUID | None = None,
        caller: Caller | None = None,
        detail: Mapping[str, Any] | None = None,
    ) -> None:
        """Record a change or a look. ``detail`` holds ids and names of fields, never what was in them."""
        self._audit.append(
            Line(
                id=new_id(),
                at=self.now,
                subject=caller.subject if caller else self._actor,
                action=action,
                case_id=case,
                purpose=purpose.get(),
                origin=origin.get(),
                detail=dict(detail or {}),
            )
        )

    def schedule(
        self, kind: str, key: str, due_at: datetime, payload: Mapping[str, Any] | None = None
    ) -> None:
        """Set the timer ``kind``/``key``, or move it where it is already set and has not fired."""
        self._cancelled.discard((kind, key))
        self._timers[(kind, key)] = {
            "id": new_id(),
            "kind": kind,
            "key": key,
            "due_at": due_at,
            "payload": dict(payload or {}),
            "created_at": self.now,
            "traceparent": traceparent(),
        }

    def cancel_timer(self, kind: str, key: str) -> None:
        """Take the timer ``kind``/``key`` away, if it has not fired."""
        self._timers.pop((kind, key), None)
        self._cancelled.add((kind, key))

    async def flush(self) -> None:
        """Write what was gathered. Called once, just before the commit."""
        await self._flush_timers()
        await self._flush_audit()
        if self._outbox:
            await self.execute(sa.insert(tables.outbox), self._outbox)

    async def _flush_audit(self) -> None:
        if not self._audit:
            return
        rows = [line.as_row(place) for place, line in enumerate(self._audit)]
        for look in (await self.execute(_append_audit, {"lines": rows})).all():
            # The data protection officer is told of whoever looks at a case about their own family.
            self.emit(
                AccessRaised(
                    partnership=look.own_partnership,
                    contact_id=look.own_case,
                    service=self._service,
                    kind="own_case",
                    by=look.own_subject,
                    at=self.now,
                )
            )

    async def _flush_timers(self) -> None:
        if self._cancelled:
            pair = sa.tuple_(tables.timer.c.kind, tables.timer.c.key)
            await self.execute(
                sa.delete(tables.timer).where(tables.timer.c.fired_at.is_(None), pair.in_(self._cancelled))
            )
        if self._timers:
            await self.execute(_upsert_timer, list(self._timers.values()))


@dataclass
class Hub:
    """What a process has: found by endpoints at ``HubDep``, given to ``prepare`` of handlers and timers."""

    settings: ServiceSettings
    engine: AsyncEngine
    clock: Clock
    listener: Listener
    tokens: TokenVerifier
    http: ServiceClient
    _sealing: Keyring | None = None
    _vault: Vault | None = None
    _jetstream: JetStreamContext | None = None
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def sealing(self) -> Keyring:
        """The keys that seal and open what crosses the boundary."""
        if self._sealing is None:
            raise RuntimeError("SEALING_KEYS_DIR is not set")
        return self._sealing

    @property
    def vault(self) -> Vault:
        """What encrypts this service's words in its store."""
        if self._vault is None:
            raise RuntimeError("KEYS_DATABASE_URL is not set")
        return self._vault

    @property
    def jetstream(self) -> JetStreamContext:
        """The bus."""
        if self._jetstream is None:
            raise RuntimeError("NATS_URL is not set")
        return self._jetstream

    @asynccontextmanager
    async def transaction(self, caller: Caller | None = None) -> AsyncIterator[Transaction]:
        """Open a transaction that commits when the block ends, and rolls back when it raises.

        ``caller`` is who is named in the audit; without one it is this service.
        """
        actor = caller.subject if caller else f"service:{self.settings.service}"
        async with self.engine.begin() as connection:
            transaction = Transaction(connection, self.clock(), actor, self.settings.service, self._vault)
            yield transaction
            await transaction.flush()
