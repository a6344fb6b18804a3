"""Whether anything listens on a port of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket

from openmash_local.layout import HOST

QUIET_PORTS = (12_000, 32_000)


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the servers do, so that a port that was just let go of counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """Return a port that nothing listens on.

    It is below those that the system gives to outgoing connections, one of which could otherwise take
    it before its server does.
    """
    while True:
        port = random.randrange(*QUIET_PORTS)  # noqa: S311 - nothing is kept secret by it
        if is_free(port):
            return port


async def wait_until_listening(port: int, *, within_seconds: float = 15) -> None:
    """Return once something accepts connections on the port; raises TimeoutError."""
    async with asyncio.timeout(within_seconds):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(HOST, port)
                writer.close()
                return
            await asyncio.sleep(0.02)
