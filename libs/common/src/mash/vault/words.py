"""The form of an encrypted value: one byte of form, the key's id, a nonce, and AES-256-GCM.

Which service, table, column and case a value belongs to is authenticated with it, so that what is copied to
another row, by whoever can write to the database, does not open there.
"""

from __future__ import annotations

import os
from typing import Any, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import TypeAdapter

JSON: Final = b"\x01"
BYTES: Final = b"\x02"
_KEY_ID: Final = slice(1, 17)
_NONCE: Final = slice(17, 29)
_HEADER_BYTES: Final = 29
_json: TypeAdapter[Any] = TypeAdapter(Any)


class Tampered(Exception):
    """A value is not what was written there: it was changed, or moved from elsewhere."""

    def __init__(self, context: str) -> None:
        super().__init__(f"The value at {context} does not open there.")


def seal(value: Any, cipher: AESGCM, key_id: UUID, context: str) -> bytes:
    """Encrypt bytes, or anything that JSON has, for one place."""
    form, content = (BYTES, value) if isinstance(value, bytes) else (JSON, _json.dump_json(value))
    nonce = os.urandom(12)
    header = form + key_id.bytes
    return header + nonce + cipher.encrypt(nonce, content, header + context.encode())


def key_of(sealed: bytes) -> UUID:
    """Return the id of the key that a value is encrypted with."""
    return UUID(bytes=sealed[_KEY_ID])


def unseal(sealed: bytes, cipher: AESGCM, context: str) -> Any:
    """Return the value. Raises :class:`Tampered`."""
    header = sealed[: _KEY_ID.stop]
    try:
        content = cipher.decrypt(sealed[_NONCE], sealed[_HEADER_BYTES:], header + context.encode())
    except InvalidTag:
        raise Tampered(context) from None
    return content if header[:1] == BYTES else _json.validate_json(content)
