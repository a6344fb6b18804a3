"""The message that carries a letter."""

from __future__ import annotations

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from notifications.mail.rendering import Rendered


class NotAnAddress(Exception):
    """What is recorded as the referrer's address is no single address that mail could go to."""


def build_message(rendered: Rendered, *, id: UUID, to: str, mail_from: str, at: datetime) -> EmailMessage:
    """Put a letter in a message, as text and HTML. Raises :class:`NotAnAddress`."""
    message = EmailMessage(policy=SMTP)
    message["From"] = _address(mail_from)
    message["To"] = _address(to)
    message["Subject"] = rendered.subject
    message["Date"] = format_datetime(at)
    # The same at every try, so that a message sent twice can be told as one, and one that came back found.
    message["Message-ID"] = f"<{id}@{mail_from.rpartition('@')[2]}>"
    # Auto-Submitted keeps other people's automatic answers from being answered, RFC 3834.
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = "en-GB"
    message.set_content(rendered.text, cte="quoted-printable")
    message.add_alternative(rendered.html, subtype="html", cte="quoted-printable")
    return message


def _address(text: str) -> Address:
    try:
        return Address(addr_spec=text)
    except Exception:
        # The parser raises errors of many kinds, and their words hold the address.
        raise NotAnAddress from None
