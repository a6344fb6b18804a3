"""The embedded NATS server: its keys, its configuration, and the streams and consumers on it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import nats
import nkeys
from mash.messaging import topology
from mash.messaging.broker_conf import Identities, Listener, broker_conf
from nats.aio.client import Client

from openmash_local.credentials import write_private
from openmash_local.layout import HOST
from openmash_local.ports import wait_until_listening
from openmash_local.processes import execute, stop

ADMIN = "admin"
SYSTEM = "system"


@dataclass(frozen=True)
class Broker:
    """A server whose seeds are in `keys`, one a service and an agency, and whose streams are in `store`."""

    keys: Path
    store: Path
    port: int
    monitor_port: int
    agencies: tuple[str, ...]

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    def seed_file(self, name: str) -> Path:
        return self.keys / f"{name}.nk"

    def start(self, log: BinaryIO) -> subprocess.Popen[bytes]:
        self.store.mkdir(parents=True, exist_ok=True)
        path = self.keys / "nats.conf"
        write_private(path, self.conf())
        return execute([str(server_program()), "-c", str(path)], log=log)

    def conf(self) -> str:
        listener = Listener(self.store, HOST, self.port, self.monitor_port)
        return broker_conf(self.identities(), listener)

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        stop([process])

    async def connect(self, name: str) -> Client:
        """Connect as a service, an agency or the admin, waiting while the server starts."""
        await wait_until_listening(self.port)
        return await nats.connect(
            self.url,
            nkeys_seed=str(self.seed_file(name)),
            allow_reconnect=False,
        )

    async def apply_topology(self) -> None:
        """Make the streams and consumers as the one user that may, who is then gone.

        Refuses a server that acknowledges before it has written to disk.
        """
        await wait_until_listening(self.port)
        seeds = self.seed_file(ADMIN), self.seed_file(SYSTEM)
        await topology.deploy(self.url, *seeds, self.agencies)

    def identities(self) -> Identities:
        return Identities(
            admin=self._public_key(ADMIN),
            system=self._public_key(SYSTEM),
            services=self._public_keys(topology.HUB_SERVICES),
            agencies=self._public_keys(self.agencies),
        )

    def _public_keys(self, names: Iterable[str]) -> dict[str, str]:
        return {name: self._public_key(name) for name in names}

    def _public_key(self, name: str) -> str:
        """Return the public key of a name, making its seed the first time."""
        path = self.seed_file(name)
        if not path.exists():
            seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
            write_private(path, bytes(seed).decode())
        pair = nkeys.from_seed(bytearray(path.read_bytes()))
        return bytes(pair.public_key).decode()


def server_program() -> Path:
    """The wheel puts the server beside the Python that it was installed for."""
    return Path(sys.executable).with_name("nats-server")
