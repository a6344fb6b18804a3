"""The mail catcher: a real SMTP server whose messages go into a folder and nowhere else."""

from __future__ import annotations

import asyncio
import email
import email.policy
import re
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session
from mash.ids import new_id
from pydantic import BaseModel

MOST_LISTED = 500
LARGEST_MESSAGE_BYTES = 20 * 1024 * 1024
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class CaughtMail(BaseModel):
    """One message as a list shows it; `id` rises with time."""

    id: str
    received_at: datetime
    sender: str
    recipients: list[str]
    subject: str


class WholeMail(CaughtMail):
    text: str
    attachments: list[str]


class MailFolder:
    """The messages that were caught, one file each, named by an id that rises with time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, sender: str, recipients: list[str], content: bytes, received_at: datetime) -> str:
        """Store a message with its envelope in front, as headers that its own cannot be taken for."""
        id = str(new_id())
        message = CaughtMail(
            id=id, received_at=received_at, sender=sender, recipients=recipients, subject=_subject(content)
        )
        unfinished = self._folder / f"{id}.new"
        unfinished.write_bytes(message.model_dump_json().encode() + b"\n" + content)
        unfinished.chmod(0o600)
        unfinished.rename(self._folder / f"{id}.eml")
        return id

    def newest(self, recipient: str | None = None) -> list[CaughtMail]:
        """Return the newest messages, to one recipient or to all, newest first."""
        found = []
        for path in sorted(self._folder.glob("*.eml"), reverse=True):
            with path.open("rb") as file:
                message = CaughtMail.model_validate_json(file.readline())
            if recipient is None or recipient.lower() in map(str.lower, message.recipients):
                found.append(message)
            if len(found) == MOST_LISTED:
                break
        return found

    def find(self, id: str) -> WholeMail | None:
        path = self._folder / f"{id}.eml"
        if not _ID.fullmatch(id) or not path.exists():
            return None
        envelope, content = path.read_bytes().split(b"\n", 1)
        message = _parse(content)
        body = message.get_body(("plain", "html"))
        return WholeMail(
            **CaughtMail.model_validate_json(envelope).model_dump(),
            text=body.get_content() if body else "",
            attachments=[part.get_filename() or "unnamed" for part in message.iter_attachments()],
        )


class CatchAll:
    """What aiosmtpd calls with each message."""

    def __init__(self, folder: MailFolder, clock: Any) -> None:
        self._folder = folder
        self._clock = clock

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode()
        sender = envelope.mail_from or ""
        await asyncio.to_thread(self._folder.keep, sender, list(envelope.rcpt_tos), raw, self._clock())
        return "250 Message caught"


async def serve_smtp(handler: CatchAll, host: str, port: int) -> asyncio.Server:
    loop = asyncio.get_running_loop()
    return await loop.create_server(
        lambda: SMTP(handler, loop=loop, data_size_limit=LARGEST_MESSAGE_BYTES, enable_SMTPUTF8=True),
        host,
        port,
    )


def _parse(content: bytes) -> EmailMessage:
    return email.message_from_bytes(content, policy=email.policy.default)


def _subject(content: bytes) -> str:
    return str(_parse(content).get("subject", ""))
