"""A real SMTP server that keeps what it is given."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage

from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class Mailbox:
    """Where to send mail, and what has arrived. Set ``answer`` to refuse: ``"451 Try again later"``."""

    host: str = "127.0.0.1"
    port: int = 0
    answer: str = "250 Message accepted"
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            content = envelope.content
            raw = content if isinstance(content, bytes) else (content or "").encode()
            self.messages.append(email.message_from_bytes(raw, policy=email.policy.default))
            self.recipients.append(list(envelope.rcpt_tos))
        return self.answer


@asynccontextmanager
async def running_smtp() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, loop=loop), mailbox.host, 0)
    mailbox.port = server.sockets[0].getsockname()[1]
    try:
        yield mailbox
    finally:
        server.close()
