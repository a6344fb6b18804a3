"""A real NATS server for tests, with the hub's own accounts, streams and consumers."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from mash.messaging import topology
from openmash_local.broker import Broker
from openmash_local.ports import free_port
from support.tokens import AGENCIES

READY = b"Server is ready"


class BrokerProcess:
    """A server that a test kills, freezes and starts again on the same streams."""

    def __init__(self, folder: Path, kind: type[Broker] = Broker, certificates: Path | None = None) -> None:
        keys = folder / "keys"
        keys.mkdir(mode=0o700)
        ports = free_port(), free_port()
        self.broker = kind(keys, folder / "store", *ports, AGENCIES, certificates)
        self._log = folder / "nats.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it. The first time, a port that was taken since it was found free is changed for another."""
        while not self._starts() and self._process is None:
            self.broker = replace(self.broker, port=free_port(), monitor_port=free_port())

    def _starts(self) -> bool:
        """Start the server; False where it ended because it could not."""
        with self._log.open("ab") as log:
            said = log.tell()
            process = self.broker.start(log)
        while process.poll() is None and READY not in self._log.read_bytes()[said:]:
            time.sleep(0.01)
        if process.poll() is not None:
            return False
        self._process = process
        return True

    def send(self, number: signal.Signals) -> None:
        """Send a signal; after one that kills, return once the server has ended."""
        assert self._process is not None
        self._process.send_signal(number)
        if number is signal.SIGKILL:
            self._process.wait(timeout=10)

    def stop(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
        self.broker.stop(self._process)


class OpenBroker(Broker):
    """Everybody in the account with the streams, and nobody held to anything: what attacks work on."""

    async def apply_topology(self) -> None:
        client = await self.connect("admin")
        await topology.apply(client.jetstream(), self.agencies)
        await client.close()

    def conf(self) -> str:
        known = self.identities()
        keys = [known.admin, *known.services.values(), *known.agencies.values()]
        users = ", ".join(f"{{ nkey: {key} }}" for key in keys)
        return f"""
            listen: "127.0.0.1:{self.port}"
            server_name: hub
            jetstream {{ store_dir: "{self.store}", domain: hub }}
            accounts {{
                HUB {{ jetstream: enabled, users: [{users}] }}
                SYS {{ users: [{{ nkey: {known.system} }}] }}
            }}
            system_account: SYS
        """


@asynccontextmanager
async def running_broker(folder: Path, kind: type[Broker] = Broker) -> AsyncIterator[Broker]:
    """A server of its own with empty streams; it is up in a tenth of a second, so every test can have one."""
    server = BrokerProcess(folder, kind)
    server.start()
    try:
        await server.broker.apply_topology()
        yield server.broker
    finally:
        server.stop()


def bus_settings(broker: Broker, service: str, agency: str | None) -> dict[str, str]:
    """What a service or an agency's gateway has to be told to use the broker."""
    who = agency or service
    settings = {"nats_url": broker.url, "nats_nkey_seed_file": str(broker.seed_file(who))}
    certificates = broker.certificate_folder(who)
    return settings | ({"nats_certificates_dir": str(certificates)} if certificates else {})
