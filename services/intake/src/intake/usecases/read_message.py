"""Has a message read, for as long as it may take, outside any transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import anyio
import structlog
from anyio.to_process import run_sync
from mash.hub import Hub
from mash.telemetry.logs import describe

from intake.settings import Settings
from intake.usecases.reading_process import Read, read_in_full, read_text

T = TypeVar("T")

log = structlog.get_logger()

# Reading is work for the processor; more at once would only hold up the forms.
READ_AT_ONCE = 2


async def read(hub: Hub, raw: bytes) -> Read:
    """Read a message within the time that the settings give. Never raises."""
    # Whatever the fault, the message becomes a contact for a person to complete.
    return await _apart(hub, read_in_full, raw) or Read()


async def words_of(hub: Hub, raw: bytes) -> str | None:
    """A message's own words as plain text for a person; none where they cannot be had. Never raises."""
    return await _apart(hub, read_text, raw)


async def _apart(hub: Hub, do: Callable[[bytes], T], raw: bytes) -> T | None:
    settings = hub.settings
    assert isinstance(settings, Settings)
    limiter = hub.state.setdefault("reading", anyio.CapacityLimiter(READ_AT_ONCE))
    try:
        with anyio.fail_after(settings.email_reading_seconds):
            return await run_sync(do, raw, cancellable=True, limiter=limiter)
    except Exception as error:
        log.warning("message_unread", error=describe(error))
        return None
