"""Outlook's own containers: saved messages (.msg) and winmail.dat (TNEF)."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from compressed_rtf import decompress

from intake.reading.blocks import Block, lines_of
from intake.reading.charset import decode
from intake.reading.markup import read_html
from intake.reading.rich_text import read_rich_text
from intake.reading.word import UnreadableDocument

_RICH_TEXT, _SENDER_NAME = 0x1009, 0x0C1A


@dataclass
class Opened:
    """What a container held: its words, the files in it, and who wrote it when it says."""

    blocks: list[Block] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)
    sender: str = ""
    subject: str = ""
    sent_at: datetime | None = None


def open_msg(content: bytes) -> Opened:
    """A saved Outlook message. Raises UnreadableDocument."""
    from oxmsg import Message

    try:
        message = Message.load(io.BytesIO(content))
        sent_at = message.sent_date
        opened = Opened(_body(message), sender=_sender(message), subject=message.subject, sent_at=sent_at)
        for attachment in message.attachments:
            opened.files.append((attachment.file_name or "attachment", attachment.file_bytes or b""))
    except Exception as fault:
        raise UnreadableDocument("a saved Outlook message that is damaged") from fault
    return opened


def open_tnef(content: bytes) -> Opened:
    """A winmail.dat. Raises UnreadableDocument."""
    from tnefparse import TNEF

    logging.getLogger("tnefparse").setLevel(logging.CRITICAL)
    try:
        container = TNEF(content, do_checksum=False)
        opened = Opened(_tnef_body(container))
        for attachment in container.attachments:
            opened.files.append(
                (str(attachment.long_filename() or attachment.name or "attachment"), bytes(attachment.data))
            )
    except Exception as fault:
        raise UnreadableDocument("a winmail.dat that is damaged") from fault
    return opened


def _sender(message: Any) -> str:
    """Name and address; a name alone where Outlook kept no more."""
    return str(message.sender or message.properties.str_prop_value(_SENDER_NAME) or "")


def _body(message: Any) -> list[Block]:
    """The richest telling: HTML, else plain text, else compressed rich text."""
    if message.html_body and message.html_body.strip():
        return read_html(message.html_body)
    if message.body and message.body.strip():
        return list(lines_of(message.body))
    packed = message.properties.binary_prop_value(_RICH_TEXT)
    return read_rich_text(decompress(packed)) if packed else []


def _tnef_body(container: Any) -> list[Block]:
    html, plain, rich = container.htmlbody, container.body, container.rtfbody
    if html:
        return read_html(html if isinstance(html, str) else decode(html, None).text)
    if plain:
        return list(lines_of(plain if isinstance(plain, str) else decode(plain, None).text))
    return read_rich_text(rich) if rich else []
