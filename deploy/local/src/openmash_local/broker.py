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
from mash.messaging.broker_conf import Identities, Listener, TlsFiles, broker_conf
from mash.messaging.certificates import tls_options
from nats.aio.client import Client

from openmash_local.certificates import SERVER, provide_certificates
from openmash_local.credentials import write_private
from openmash_local.layout import HOST, Layout
from openmash_local.ports import wait_until_listening
from openmash_local.processes import execute, stop

ADMIN = "admin"
SYSTEM = "system"


@dataclass(frozen=True)
class Broker:
    """A server whose seeds are in `keys`, one a service and an agency, and whose streams are in `store`.

    With `certificates`, a folder of them, it speaks to nobody who has none.
    """

    keys: Path
    store: Path
    port: int
    monitor_port: int
    agencies: tuple[str, ...]
    certificates: Path | None = None

    @classmethod
    def of(cls, layout: Layout, agencies: tuple[str, ...]) -> Broker:
        """The broker of the hub on this machine."""
        ports = layout.port("nats"), layout.port("nats-monitor")
        return cls(layout.nats_keys, layout.state / "nats", *ports, agencies, layout.certificates)

    @property
    def url(self) -> str:
        return f"nats://{HOST}:{self.port}"

    @property
    def names(self) -> tuple[str, ...]:
        """All who have a key."""
        return (ADMIN, SYSTEM, *topology.HUB_SERVICES, *self.agencies)

    def certificate_folder(self, name: str) -> Path | None:
        return self.certificates and self.certificates / name

    def seed_file(self, name: str) -> Path:
        return self.keys / f"{name}.nk"

    def start(self, log: BinaryIO) -> subprocess.Popen[bytes]:
        self.store.mkdir(parents=True, exist_ok=True)
        path = self.keys / "nats.conf"
        write_private(path, self.conf())
        return execute([str(server_program()), "-c", str(path)], log=log)

    def conf(self) -> str:
        tls = None
        if self.certificates:
            provide_certificates(self.certificates, self.names)
            tls = TlsFiles.within(self.certificates / SERVER)
        listener = Listener(self.store, HOST, self.port, self.monitor_port, tls=tls)
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
            **tls_options(self.certificate_folder(name)),
        )

    async def apply_topology(self) -> None:
        """Make the streams and consumers as the one user that may, who is then gone.

        Refuses a server that acknowledges before it has written to disk.
        """
        await wait_until_listening(self.port)
        seeds = self.seed_file(ADMIN), self.seed_file(SYSTEM)
        certificates = self.certificate_folder(ADMIN)
        await topology.deploy(self.url, *seeds, self.agencies, certificates=certificates)

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
