"""Header values as people read them: encoded words, folded lines, broken dates."""

from __future__ import annotations

from datetime import UTC, datetime
from email.header import decode_header
from email.message import Message
from email.utils import parseaddr, parsedate_to_datetime

from intake.reading.blocks import squeeze, visible
from intake.reading.charset import decode, unmangle


def header(message: Message, name: str) -> str | None:
    """The decoded value of a header, or None when it is missing or empty."""
    try:
        raw = message.get(name)
    except (ValueError, TypeError, LookupError):
        return None
    return decoded(str(raw)) or None if raw is not None else None


def decoded(raw: str) -> str:
    """Encoded words (RFC 2047) as text, and bytes that were never encoded read as they were meant."""
    try:
        pieces = decode_header(raw)
    except (ValueError, TypeError, LookupError, AssertionError):
        pieces = [(raw, None)]
    text = "".join(_piece(content, charset) for content, charset in pieces)
    return squeeze(visible(unmangle(text)))


def _piece(content: bytes | str, charset: str | None) -> str:
    if isinstance(content, str):
        content = content.encode("utf-8", "surrogateescape")
    elif charset is None:
        content = content.decode("latin-1").encode("latin-1")
    return decode(content, charset).text


def address(message: Message, name: str) -> tuple[str | None, str | None]:
    """The display name and the address of the first mailbox in a header."""
    value = header(message, name)
    return split_address(value) if value else (None, None)


def split_address(value: str) -> tuple[str | None, str | None]:
    try:
        display, mailbox = parseaddr(value.split(";")[0])
    except (ValueError, TypeError, IndexError):
        display, mailbox = "", ""
    if "@" not in mailbox:
        display, mailbox = display or value.strip(" <>\"'"), ""
    return (display.strip(" \"'") or None), (mailbox.strip().lower() or None)


def moment(message: Message) -> datetime | None:
    """When it was sent, in UTC: the Date header, else the newest Received line."""
    received = header(message, "Received") or ""
    for value in (header(message, "Date"), received.rpartition(";")[2]):
        if value and (found := _moment(value)):
            return found
    return None


def _moment(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
