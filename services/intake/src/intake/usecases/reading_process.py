"""What is done with a message in a process apart: reading its words and taking its files out.

A hostile message can keep the reader busy for ever or eat its memory. A process can be ended, and holds up
nobody else meanwhile; a thread cannot. It imports no more than reading needs, as it starts anew each time
that one was ended.
"""

from __future__ import annotations

import email
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import Message
from typing import Any

from intake.domain.raw_message import Attached, attachments
from intake.domain.tidying import storable
from intake.reading import read_email
from intake.reading.blocks import text_of
from intake.reading.charset import decode
from intake.reading.markup import read_html

LONGEST_TEXT = 20_000


@dataclass(frozen=True)
class Read:
    """What was found in a message. Without a ``reading`` it is left to a person."""

    reading: Mapping[str, Any] | None = field(default=None, repr=False)
    text: str | None = field(default=None, repr=False)
    files: list[Attached] = field(default_factory=list, repr=False)


def read_in_full(raw: bytes) -> Read:
    """Read a message: its cases with their evidence, its own words, and the files that came with it."""
    reading = storable(read_email(raw).as_dict())
    return Read(reading, storable(_text(raw)), attachments(raw))


def read_text(raw: bytes) -> str | None:
    """A message's own words alone."""
    return storable(_text(raw))


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
