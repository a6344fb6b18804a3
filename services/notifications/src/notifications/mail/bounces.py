"""Reads what a mail server sends back when it could not deliver a message after all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from uuid import UUID

_OUR_ID = r"<([0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})@{domain}>"
_GONE_BACK = frozenset({"message/rfc822", "text/rfc822-headers"})


def read_bounce(raw: bytes, domain: str) -> UUID | None:
    """Return which notification a delivery report says was not delivered.

    None where it is no such report (RFC 3464), reports a delay or a delivery, or is not about a message of
    ours, which went out from ``domain``. The message that went out is known by its Message-ID alone.
    """
    parts = list(message_from_bytes(raw).walk())
    if not any(_says_failed(part) for part in parts):
        return None
    ours = re.compile(_OUR_ID.format(domain=re.escape(domain)), re.IGNORECASE)
    return next((UUID(found[1]) for id in _returned_ids(parts) if (found := ours.fullmatch(id))), None)


def _says_failed(part: Message) -> bool:
    """Whether a part is a report with a recipient whom the message will not reach any more."""
    if part.get_content_type() != "message/delivery-status" or not part.is_multipart():
        return False
    recipients = part.get_payload()
    assert isinstance(recipients, list)
    return any(
        str(one.get("Action", "")).strip().lower() == "failed"
        for one in recipients
        if isinstance(one, Message)
    )


def _returned_ids(parts: list[Message]) -> Iterator[str]:
    for part in parts:
        if part.get_content_type() not in _GONE_BACK:
            continue
        content = part.get_payload()
        if isinstance(content, list):
            yield from (str(one.get("Message-ID", "")).strip() for one in content if isinstance(one, Message))
        else:
            headers = part.get_payload(decode=True)
            assert isinstance(headers, bytes)
            yield str(message_from_bytes(headers).get("Message-ID", "")).strip()
