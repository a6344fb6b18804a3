"""The connection to NATS."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import nats.errors
import nats.js.errors
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext

from mash.messaging.certificates import require_tls, tls_options
from mash.messaging.topology import WrongTopology
from mash.settings import ServiceSettings
from mash.telemetry import metrics
from mash.telemetry.logs import describe

log = structlog.get_logger()

# Before it, subscriptions that were denied could be made by other means.
OLDEST_SERVER = (2, 14, 3)
# A service that starts while the broker is away does its other work after this long.
WAIT_AT_START_SECONDS = 5.0
CHECK_AGAIN_SECONDS = 1.0


class OldServer(Exception):
    """The NATS server is too old: it would ignore settings that the hub relies on."""


Check = Callable[[JetStreamContext], Awaitable[None]]


async def _accept(_: JetStreamContext) -> None:
    """What is there is not looked at."""


@dataclass(frozen=True)
class Bus:
    """A connection that is kept for ever; `connecting` ends once it stands for the first time."""

    client: Client
    jetstream: JetStreamContext
    connecting: asyncio.Task[None]

    @property
    def is_connected(self) -> bool:
        return self.client.is_connected

    async def once_connected(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do ``work`` as soon as the connection stands."""
        await asyncio.shield(self.connecting)
        await work()

    async def close(self) -> None:
        """Close the connection without ending the process."""
        self.connecting.cancel()
        await asyncio.gather(self.connecting, return_exceptions=True)
        await _leave(self.client)


async def connect(settings: ServiceSettings, check: Check = _accept) -> Bus:
    """Connect as this service.

    The bus is used once ``check`` has passed. While the check finds something missing it is made again; it
    raises :class:`WrongTopology` where a broker is set up otherwise, which ends the process.

    A broker that is away is waited for, at first here and then in the background: what a service is sent
    waits in its outbox. A connection that is closed for good ends the process, so that whatever runs it
    starts it again. Raises :class:`OldServer` on a server that ignores what the hub asks of it, and outside
    development :class:`PlainBus` where a server is to be spoken to in the clear.
    """
    if not settings.is_development:
        require_tls(settings.nats_url, settings.nats_certificates_dir)
    client = Client()
    jetstream = client.jetstream(prefix=settings.nats_api_prefix, timeout=5)
    connecting = asyncio.create_task(_connect(client, settings, partial(check, jetstream)))
    connected, _ = await asyncio.wait({connecting}, timeout=WAIT_AT_START_SECONDS)
    if connected and (error := connecting.exception()):
        await _leave(client)
        raise error
    if not connected:
        log.warning("bus_away")
        connecting.add_done_callback(_end_if_failed)
    return Bus(client, jetstream, connecting)


async def _connect(client: Client, settings: ServiceSettings, check: Callable[[], Awaitable[None]]) -> None:
    errors = metrics.bus_errors.labels(settings.service)

    async def on_error(error: Exception) -> None:
        # A refused publish shows nowhere else: its caller sees only a time-out.
        errors.inc()
        log.warning("bus_error", error=describe(error))

    async def on_closed() -> None:
        log.error("bus_closed")
        _end_process()

    await client.connect(
        settings.nats_url,
        name=settings.service,
        nkeys_seed=str(settings.nats_nkey_seed_file) if settings.nats_nkey_seed_file else None,
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        ping_interval=20,
        error_cb=on_error,
        closed_cb=on_closed,
        allow_reconnect=True,
        connect_timeout=5,
        **tls_options(settings.nats_certificates_dir),
    )
    version = client.connected_server_version
    if (version.major, version.minor, version.patch) < OLDEST_SERVER:
        needed = ".".join(map(str, OLDEST_SERVER))
        raise OldServer(f"NATS {version} is too old; the hub needs {needed} or newer")
    await _until_checked(check)


async def _until_checked(check: Callable[[], Awaitable[None]]) -> None:
    while True:
        try:
            return await check()
        except WrongTopology:
            raise
        except (nats.errors.Error, nats.js.errors.Error) as error:
            # The step that makes the streams has not run, or the broker has only just started.
            log.warning("bus_not_ready", error=describe(error))
            await asyncio.sleep(CHECK_AGAIN_SECONDS)


async def _leave(client: Client) -> None:
    """Close a connection without ending the process."""
    client.options["closed_cb"] = None
    client._closed_cb = None
    await client.close()


def _end_if_failed(connecting: asyncio.Task[None]) -> None:
    error = None if connecting.cancelled() else connecting.exception()
    if error is not None:
        log.error("bus_unusable", error=describe(error))
        _end_process()


def _end_process() -> None:
    os.kill(os.getpid(), signal.SIGTERM)
