"""Hands a message to the mail relay, and says what came of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Literal

import aiosmtplib
import structlog
from mash.telemetry.logs import first_cause

from notifications.settings import Settings

Result = Literal["sent", "refused", "try_later"]
ACCEPTED = 250

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Posted:
    """What came of a try: ``code`` is the relay's answer, and absent where it gave none."""

    result: Result
    code: int | None = None


async def post(message: EmailMessage, to: str, settings: Settings) -> Posted:
    """Hand over one message.

    Only a final refusal of this recipient or this message is ``refused``. A relay that is away, will not know
    us, or asks for patience is to be tried again: mending it lets the message through.
    """
    try:
        async with asyncio.timeout(settings.smtp_timeout_seconds):
            await _send(message, to, settings)
    except aiosmtplib.SMTPRecipientsRefused as refused:
        return _refused(refused.recipients[0].code)
    except aiosmtplib.SMTPDataError as refused:
        return _refused(refused.code)
    except aiosmtplib.SMTPResponseException as refused:
        return Posted("try_later", refused.code)
    except (aiosmtplib.SMTPException, OSError, TimeoutError) as error:
        log.warning("relay_not_reached", error=first_cause(error))
        return Posted("try_later")
    return Posted("sent", ACCEPTED)


def _refused(code: int) -> Posted:
    return Posted("refused" if code >= 500 else "try_later", code)


async def _send(message: EmailMessage, to: str, settings: Settings) -> None:
    start_tls = {"starttls": True, "tls": False, "if_offered": None}[settings.tls]
    await aiosmtplib.send(
        message,
        sender=settings.mail_from,
        recipients=[to],
        hostname=settings.smtp_host,
        port=settings.smtp_port,
        username=settings.smtp_username,
        password=settings.smtp_password,
        local_hostname=settings.mail_domain,
        timeout=settings.smtp_timeout_seconds,
        use_tls=settings.tls == "tls",
        start_tls=start_tls,
    )
