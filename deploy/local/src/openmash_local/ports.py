"""Whether anything listens on a port of this machine."""

from __future__ import annotations

import asyncio
import contextlib
import socket

from openmash_local.layout import HOST


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
    """Return a port that nothing listens on at this moment."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def wait_until_listening(port: int, *, within_seconds: float = 15) -> None:
    """Return once something accepts connections on the port; raises TimeoutError."""
    async with asyncio.timeout(within_seconds):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection(HOST, port)
                writer.close()
                return
            await asyncio.sleep(0.02)
