"""Outlook's own containers: saved messages (.msg) and winmail.dat (TNEF)."""

from __future__ import annotations

import io
import logging
from dataclasses import dataclass, field
from typing import Any

from intake.reading.blocks import Block, lines_of
from intake.reading.charset import decode
from intake.reading.markup import read_html
from intake.reading.rich_text import read_rich_text
from intake.reading.word import UnreadableDocument


@dataclass
class Opened:
    """What a container held: its words and the files in it."""

    blocks: list[Block] = field(default_factory=list)
    files: list[tuple[str, bytes]] = field(default_factory=list)


def open_msg(content: bytes) -> Opened:
    """A saved Outlook message. Raises UnreadableDocument."""
    from oxmsg import Message

    try:
        message = Message.load(io.BytesIO(content))
        opened = Opened(_heading_lines(message) + _body(message.body, message.html_body))
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


def _heading_lines(message: Any) -> list[Block]:
    """The lines that a forwarded message would show, so that its sender is found the same way."""
    sender, subject = message.sender or "", message.subject or ""
    sent = message.sent_date.strftime("%d %B %Y %H:%M") if message.sent_date else ""
    return (
        list(lines_of(f"From: {sender}\nSent: {sent}\nSubject: {subject}\n\n")) if sender or subject else []
    )


def _body(plain: str | None, html: str | None) -> list[Block]:
    return read_html(html) if html and html.strip() else list(lines_of(plain or ""))


def _tnef_body(container: Any) -> list[Block]:
    html, plain, rich = container.htmlbody, container.body, container.rtfbody
    if html:
        return read_html(html if isinstance(html, str) else decode(html, None).text)
    if plain:
        return list(lines_of(plain if isinstance(plain, str) else decode(plain, None).text))
    return read_rich_text(rich) if rich else []
