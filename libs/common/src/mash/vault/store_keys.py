"""A service's own keys, which are in no database: they wrap its data keys and make its digests.

A data key is wrapped by AES key wrap (RFC 3394) with the newest key. The older ones stay in the file until
nothing is wrapped with them. The digest key stays the same, for what was made with it is sought again.
"""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from joserfc.jwk import OctKey

from mash.sealing.store_keys import ALGORITHMS, read_store_keys

WRAPPING: Final = ALGORITHMS["enc"]
DIGESTS: Final = ALGORITHMS["sig"]


class UnknownStoreKey(Exception):
    """A data key is wrapped with a key that is not in this service's file, or not with that one after all."""

    def __init__(self, kek_id: str) -> None:
        super().__init__(f"A data key does not open with the key {kek_id} of STORE_KEYS_FILE.")


class StoreKeys:
    """The keys of ``STORE_KEYS_FILE``, read again when the file has changed.

    Raises ``ValueError`` where the file is not in order.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version: tuple[int, int] | None = None
        self._wrapping: dict[str, bytes] = {}
        self._digest_key = b""
        self._read_if_changed()

    @property
    def newest(self) -> str:
        """The id of the key that data keys are wrapped with now."""
        self._read_if_changed()
        return next(reversed(self._wrapping))

    def wrap(self, key: bytes) -> tuple[bytes, str]:
        """Return a data key wrapped with the newest key, and the id of that."""
        kek_id = self.newest
        return aes_key_wrap(self._wrapping[kek_id], key), kek_id

    def unwrap(self, wrapped: bytes, kek_id: str) -> bytes:
        """Return the data key. Raises :class:`UnknownStoreKey`."""
        if kek_id not in self._wrapping:
            self._read_if_changed()
        try:
            return aes_key_unwrap(self._wrapping[kek_id], wrapped)
        except (KeyError, InvalidUnwrap):
            raise UnknownStoreKey(kek_id) from None

    def digest(self, content: bytes | str) -> bytes:
        """Return 32 bytes that stand for ``content`` and that nobody without the key can guess it by."""
        message = content.encode() if isinstance(content, str) else content
        return hmac.digest(self._digest_key, message, "sha256")

    def _read_if_changed(self) -> None:
        stat = self._path.stat()
        if (stat.st_mtime_ns, stat.st_size) == self._version:
            return
        keys = read_store_keys(self._path)
        self._wrapping = {_id(key): key.raw_value for key in keys if key.get("alg") == WRAPPING}
        # The first, so that a key added by mistake loses nothing.
        self._digest_key = next(key.raw_value for key in keys if key.get("alg") == DIGESTS)
        self._version = (stat.st_mtime_ns, stat.st_size)


def _id(key: OctKey) -> str:
    return str(key.kid)
