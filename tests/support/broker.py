"""A real NATS server for tests, with the hub's own accounts, streams and consumers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from openmash_local.broker import Broker
from openmash_local.ports import free_port
from support.tokens import AGENCIES


@asynccontextmanager
async def running_broker(folder: Path) -> AsyncIterator[Broker]:
    """A server of its own with empty streams; it is up in a tenth of a second, so every test can have one."""
    keys = folder / "keys"
    keys.mkdir(mode=0o700)
    broker = Broker(keys, folder / "store", free_port(), free_port(), AGENCIES)
    with (folder / "nats.log").open("ab") as log:
        process = broker.start(log)
    try:
        await broker.apply_topology()
        yield broker
    finally:
        broker.stop(process)


def bus_settings(broker: Broker, service: str, agency: str | None) -> dict[str, str]:
    """What a service or an agency's gateway has to be told to use the broker."""
    settings = {"nats_url": broker.url, "nats_nkey_seed_file": str(broker.seed_file(agency or service))}
    return settings | ({"nats_api_prefix": "hubjs"} if agency else {})
