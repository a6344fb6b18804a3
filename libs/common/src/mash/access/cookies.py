"""Cookies that only this service can read: encrypted, closed to scripts, and named for the service.

Services on one host share cookies by name, so a cookie names its service both outside, where the browser
tells it from others, and inside, where another's does not open even under the same key. What is too long for
one cookie goes in several, up to a limit that browsers and servers bear.
"""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

HEADER: Final = {"alg": "dir", "enc": "A256GCM"}
KEY_BITS: Final = 256
MOST_PARTS: Final = 4
PART_CHARACTERS: Final = 3500


class TooLarge(ValueError):
    """What is to be kept does not fit in a browser's cookies."""


class SealedCookies:
    """Seals with the first of ``keys`` (base64url, 256 bits) and opens with any, so that keys can change."""

    def __init__(
        self, owner: str, keys: Sequence[str], *, secure: bool, clock: Callable[[], datetime]
    ) -> None:
        raw = [urlsafe_b64decode(key + "=" * (-len(key) % 4)) for key in keys]
        if not raw or any(len(key) * 8 != KEY_BITS for key in raw):
            raise ValueError("SIGN_IN_KEYS has to hold keys of 256 bits, in base64url, and at least one.")
        self._keys = [OctKey.import_key(key) for key in raw]
        # A browser takes the prefix from this very host alone, over https.
        self._start = f"{'__Host-' if secure else ''}openmash-"
        self._prefix = f"{self._start}{owner}-"
        self._attributes = "; Path=/; HttpOnly; SameSite=Lax" + ("; Secure" if secure else "")
        self._clock = clock

    def seal(self, kind: str, content: Mapping[str, Any], until: datetime) -> list[str]:
        """The ``Set-Cookie`` headers that keep ``content`` until then; raises ``TooLarge``."""
        name = self._prefix + kind
        inside = {"for": name, "until": until.timestamp(), "content": content}
        sealed = jwe.encrypt_compact(HEADER, json.dumps(inside).encode(), self._keys[0])
        parts = [sealed[at : at + PART_CHARACTERS] for at in range(0, len(sealed), PART_CHARACTERS)]
        if len(parts) > MOST_PARTS:
            raise TooLarge("the tokens of this sign-in do not fit in cookies")
        # Parts that an earlier, longer one left behind do not count.
        parts[0] = f"{len(parts)}.{parts[0]}"
        seconds = max(0, int((until - self._clock()).total_seconds()))
        return [
            f"{_part(name, number)}={part}; Max-Age={seconds}{self._attributes}"
            for number, part in enumerate(parts)
        ]

    def open(self, kind: str, cookies: Mapping[str, str]) -> dict[str, Any] | None:
        """What is kept, or none if it is not there, forged, of another service, or over."""
        name = self._prefix + kind
        count, _, first = cookies.get(name, "").partition(".")
        if not count.isdecimal() or not 1 <= int(count) <= MOST_PARTS:
            return None
        rest = (cookies.get(_part(name, number), "") for number in range(1, int(count)))
        inside = self._opened("".join([first, *rest]))
        if not inside or inside.get("for") != name or inside["until"] <= self._clock().timestamp():
            return None
        content: dict[str, Any] = inside["content"]
        return content

    def _opened(self, sealed: str) -> dict[str, Any] | None:
        for key in self._keys:
            try:
                inside: dict[str, Any] = json.loads(jwe.decrypt_compact(sealed, key).plaintext or b"")
                return inside
            except (JoseError, ValueError, TypeError, KeyError):
                continue
        return None

    def clear(self, kind: str) -> list[str]:
        """The ``Set-Cookie`` headers that take it away."""
        name = self._prefix + kind
        return [f"{_part(name, number)}=; Max-Age=0{self._attributes}" for number in range(MOST_PARTS)]

    def clear_all(self, kind: str, owners: Sequence[str], cookies: Mapping[str, str]) -> list[str]:
        """The same for each of ``owners`` whose cookie the browser has sent along."""
        names = [f"{self._start}{owner}-{kind}" for owner in owners]
        return [
            f"{_part(name, number)}=; Max-Age=0{self._attributes}"
            for name in names
            for number in range(MOST_PARTS)
            if _part(name, number) in cookies
        ]


def _part(name: str, number: int) -> str:
    return f"{name}-{number}" if number else name
