"""Reads a message, for as long as it may take, outside any transaction."""

from __future__ import annotations

import email
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

import anyio
import structlog
from anyio.to_thread import run_sync
from mash.hub import Hub
from mash.telemetry.logs import describe

from intake.domain.raw_message import Attached, attachments
from intake.domain.tidying import storable
from intake.reading import read_email
from intake.reading.blocks import text_of
from intake.reading.charset import decode
from intake.reading.markup import read_html
from intake.settings import Settings

log = structlog.get_logger()

# Reading is work for the processor; more at once would only hold up the forms.
READ_AT_ONCE = 2
LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Read:
    """What was found in a message. Without a ``reading`` it is left to a person."""

    reading: Mapping[str, Any] | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    files: list[Attached] = field(default_factory=list, repr=False)


async def read(hub: Hub, raw: bytes) -> Read:
    """Read a message in a thread, within the time that the settings give. Never raises."""
    settings = hub.settings
    assert isinstance(settings, Settings)
    limiter = hub.state.setdefault("reading", anyio.CapacityLimiter(READ_AT_ONCE))
    try:
        with anyio.fail_after(settings.email_reading_seconds):
            return await run_sync(_read, raw, abandon_on_cancel=True, limiter=limiter)
    except Exception as error:
        # Whatever the fault, the message becomes a contact for a person to complete.
        log.warning("message_unread", error=describe(error))
        return Read(files=attachments(raw))


def _read(raw: bytes) -> Read:
    reading = storable(read_email(raw).as_dict())
    return Read(reading, storable(_text(raw)), attachments(raw))


def _text(raw: bytes) -> str | None:
    """The message's own words, without its attachments."""
    parts = _texts(email.message_from_bytes(raw))
    plain = next((part for part in parts if part.get_content_type() == "text/plain"), None)
    chosen = plain or next(iter(parts), None)
    if chosen is None:
        return None
    content = chosen.get_payload(decode=True)
    words = decode(content if isinstance(content, bytes) else b"", chosen.get_content_charset()).text
    if chosen is not plain:
        words = "\n".join(text_of(block) for block in read_html(words))
    return words.strip()[:LONGEST_TEXT] or None


def _texts(message: Message) -> list[Message]:
    own = (part for part in message.walk() if part.get_content_type() in ("text/plain", "text/html"))
    return [part for part in own if not part.get_filename()]
