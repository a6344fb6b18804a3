"""Hubs of the probe on stores that they share, each with a vault as in a process of its own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from mash.hub import Hub
from mash.ids import Clock
from probe.store.tables import remark
from support.services import create_application

_NO_ISSUER = {"token_issuer": "http://issuer.example", "token_jwks_url": "http://issuer.example/jwks.json"}
_STORE = ("database_url", "keys_database_url", "store_keys_file", "audit_keys_dir")


class SecondsCounter:
    """Counts seconds as the test says."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


class Vaults:
    """``hub = await vaults.open()`` has new stores, and ``await vaults.open(hub)`` those of another hub."""

    def __init__(self, make_store: Callable[[str], Awaitable[dict[str, str]]], clock: Clock) -> None:
        self._make_store = make_store
        self._clock = clock
        self._opened: list[Hub] = []
        self.timer = SecondsCounter()

    async def open(self, like: Hub | None = None, **settings: str) -> Hub:
        """A hub that is not started; keywords are settings that differ."""
        store = (
            {name: str(getattr(like.settings, name)) for name in _STORE}
            if like
            else await self._make_store("probe")
        )
        common = {"environment": "test", "log_level": "CRITICAL", "nats_url": "", **_NO_ISSUER}
        hub: Hub = create_application("probe", self._clock, {**common, **store, **settings}).state.hub
        hub.vault._data_keys._timer = self.timer
        self._opened.append(hub)
        return hub

    async def close(self) -> None:
        for hub in self._opened:
            await hub.engine.dispose()
            await hub.vault.aclose()

    async def write(self, hub: Hub, *cases: UUID, words: Any, scan: bytes | None = None) -> None:
        async with hub.transaction() as tx:
            rows = [{"contact_id": case, "words": words, "scan": scan} for case in cases]
            await tx.execute(sa.insert(remark), await tx.sealed(remark, rows))

    async def read(self, hub: Hub, *cases: UUID) -> list[Any]:
        async with hub.transaction() as tx:
            statement = sa.select(remark).where(remark.c.contact_id.in_(cases)).order_by(remark.c.seq)
            return list(await tx.opened(remark, (await tx.execute(statement)).all()))
