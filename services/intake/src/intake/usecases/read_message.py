"""Has a message read, for as long as it may take, outside any transaction."""

from __future__ import annotations

import anyio
import structlog
from anyio.to_process import run_sync
from mash.hub import Hub
from mash.telemetry.logs import describe

from intake.settings import Settings
from intake.usecases.reading_process import Read, read_in_full

log = structlog.get_logger()

# Reading is work for the processor; more at once would only hold up the forms.
READ_AT_ONCE = 2


async def read(hub: Hub, raw: bytes) -> Read:
    """Read a message within the time that the settings give. Never raises."""
    settings = hub.settings
    assert isinstance(settings, Settings)
    limiter = hub.state.setdefault("reading", anyio.CapacityLimiter(READ_AT_ONCE))
    try:
        with anyio.fail_after(settings.email_reading_seconds):
            return await run_sync(read_in_full, raw, cancellable=True, limiter=limiter)
    except Exception as error:
        # Whatever the fault, the message becomes a contact for a person to complete.
        log.warning("message_unread", error=describe(error))
        return Read()
