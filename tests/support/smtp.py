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
    """Where to send mail, and what has arrived. Set ``answer`` to refuse: ``"451 Try again later"``.

    ``refused`` are addresses that it does not know. It can ``go_away`` and ``come_back`` at the same port.
    """

    host: str = "127.0.0.1"
    port: int = 0
    answer: str = "250 Message accepted"
    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 No such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 Known"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("250"):
            content = envelope.content
            raw = content if isinstance(content, bytes) else (content or "").encode()
            self.messages.append(email.message_from_bytes(raw, policy=email.policy.default))
            self.recipients.append(list(envelope.rcpt_tos))
        return self.answer

    async def come_back(self) -> None:
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(lambda: SMTP(self, loop=loop), self.host, self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def go_away(self) -> None:
        if self._server is not None:
            self._server.close()


@asynccontextmanager
async def running_smtp() -> AsyncIterator[Mailbox]:
    mailbox = Mailbox()
    await mailbox.come_back()
    try:
        yield mailbox
    finally:
        mailbox.go_away()
