"""The connection to NATS."""

from __future__ import annotations

import os
import signal

import nats
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext

from mash.settings import ServiceSettings
from mash.telemetry import metrics
from mash.telemetry.logs import describe

log = structlog.get_logger()

OLDEST_SERVER = (2, 10)


class OldServer(Exception):
    """The NATS server is too old: it would ignore settings that the hub relies on."""


async def connect(settings: ServiceSettings) -> tuple[Client, JetStreamContext]:
    """Connect as this service, and keep the connection for ever.

    A connection that is closed for good ends the process, so that whatever runs it starts it again.
    Raises :class:`OldServer` on a server that ignores what the hub asks of it.
    """
    errors = metrics.bus_errors.labels(settings.service)

    async def on_error(error: Exception) -> None:
        # A refused publish shows nowhere else: its caller sees only a time-out.
        errors.inc()
        log.warning("bus_error", error=describe(error))

    async def on_closed() -> None:
        log.error("bus_closed")
        os.kill(os.getpid(), signal.SIGTERM)

    client = await nats.connect(
        settings.nats_url,
        name=settings.service,
        nkeys_seed=str(settings.nats_nkey_seed_file) if settings.nats_nkey_seed_file else None,
        inbox_prefix=inbox_prefix(settings).encode(),
        max_reconnect_attempts=-1,
        reconnect_time_wait=1,
        ping_interval=20,
        error_cb=on_error,
        closed_cb=on_closed,
        allow_reconnect=True,
        connect_timeout=5,
    )
    version = client.connected_server_version
    if (version.major, version.minor) < OLDEST_SERVER:
        raise OldServer(f"NATS {version.major}.{version.minor} is too old; the hub needs 2.10 or newer")
    return client, client.jetstream(prefix=settings.nats_api_prefix, timeout=5)


def inbox_prefix(settings: ServiceSettings) -> str:
    """Return the prefix of this service's inboxes, the only subject it may subscribe to."""
    return "_INBOX" if settings.agency else f"_INBOX_{settings.service}"


async def close(client: Client) -> None:
    """Close the connection without ending the process."""
    client.options["closed_cb"] = None
    client._closed_cb = None
    await client.close()
