"""What can be told of an e-mail from its bytes alone: which one it is, and what is attached to it.

Nothing here raises, whatever the bytes are.
"""

from __future__ import annotations

import email
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from intake.domain.tidying import storable

MOST_ATTACHMENTS = 100
_END_OF_HEADER = re.compile(rb"\r?\n\r?\n")
_MESSAGE_ID = re.compile(rb"^message-id:[ \t]*(?:\r?\n[ \t]+)?(\S[^\r\n]*)", re.I | re.M)
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,100}")


@dataclass(frozen=True)
class Attached:
    """A file that came with a message."""

    name: str
    media_type: str
    content: bytes = field(repr=False)


def identity_of(raw: bytes) -> bytes:
    """Return a digest of the Message-ID, or of the whole message where it has none."""
    found = _MESSAGE_ID.search(_END_OF_HEADER.split(raw, maxsplit=1)[0])
    identity = b"id:" + found[1].strip() if found and found[1].strip() else b"bytes:" + raw
    return hashlib.sha256(identity).digest()


def body_digest(raw: bytes) -> bytes:
    """Return a digest of what follows the header, which changes from one delivery to the next."""
    parts = _END_OF_HEADER.split(raw, maxsplit=1)
    return hashlib.sha256(parts[-1].replace(b"\r\n", b"\n").strip()).digest()


def attachments(raw: bytes) -> list[Attached]:
    """Return the files that came with a message, in order; an attached message is one file."""
    try:
        message = email.message_from_bytes(raw)
        return [_attached(part) for part, _ in zip(_files(message), range(MOST_ATTACHMENTS), strict=False)]
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        # The raw message is kept; a person opens what cannot be taken apart here.
        return []


def _files(message: Message) -> Iterator[Message]:
    children = message.get_payload() if message.is_multipart() else None
    is_file = message.get_content_type() == "message/rfc822" or bool(message.get_filename())
    if is_file or _says_attachment(message):
        yield message
    elif isinstance(children, list):
        for child in children:
            if isinstance(child, Message):
                yield from _files(child)
    elif message.get_content_maintype() not in ("text", "multipart"):
        yield message


def _says_attachment(message: Message) -> bool:
    return str(message.get("content-disposition", "")).lower().startswith("attachment")


def _attached(part: Message) -> Attached:
    media_type = part.get_content_type().lower()
    name = part.get_filename() or ("message.eml" if media_type == "message/rfc822" else "attachment")
    return Attached(
        name=storable(_plain(name))[:200],
        media_type=media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream",
        content=_content(part),
    )


def _plain(name: str) -> str:
    try:
        return str(make_header(decode_header(name)))
    except (MessageError, LookupError, ValueError):
        return name


def _content(part: Message) -> bytes:
    inner = part.get_payload()
    if isinstance(inner, list):
        return inner[0].as_bytes() if inner and isinstance(inner[0], Message) else b""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""
