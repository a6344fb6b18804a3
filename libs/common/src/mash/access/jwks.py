"""The issuer's public keys, kept at hand.

Keys come from the provider's address for them and from nowhere else. They are fetched again in the
background when they grow old, so that a key withdrawn by the issuer is forgotten, and at once for a key id
not seen before, so that the issuer can change keys; never more often than ``RETRY_AFTER``. While the issuer
is away the keys last fetched go on working.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import structlog
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, RSAKey

from mash.http import Unavailable
from mash.telemetry.logs import first_cause

RETRY_AFTER: Final = timedelta(seconds=10)
FIRST_RETRY_AFTER: Final = timedelta(seconds=1)
# Whoever comes first after a start waits for an issuer that is slow or starting, rather than be turned away.
FIRST_PAUSES_SECONDS: Final = (0.0, 0.2, 0.5)
FRESH_FOR: Final = timedelta(minutes=5)
FETCH_TIMEOUT_SECONDS: Final = 3.0
SMALLEST_RSA_BITS: Final = 2048

log = structlog.get_logger(__name__)


class IssuerKeys:
    """Public keys by key id. ``url`` gives a web address, or ``file:`` where the service has no way out."""

    def __init__(
        self, url: Callable[[], Awaitable[str]], *, clock: Callable[[], datetime], http: httpx.AsyncClient
    ) -> None:
        self._url = url
        self._clock = clock
        self._http = http
        self._keys: dict[str, ECKey | RSAKey] = {}
        self._stale_at: datetime | None = None
        self._next_fetch_at: datetime | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> ECKey | RSAKey | None:
        """The key with this id, or none; waits for a fetch only where the id is not known.

        Raises ``Unavailable`` where no key was ever had, for then no token can be called a wrong one.
        """
        now = self._clock()
        known = kid in self._keys
        if not known or self._stale_at is None or now >= self._stale_at:
            self._begin_fetch(now)
        if not known and self._fetching is not None:
            await asyncio.shield(self._fetching)
        if self._stale_at is None:
            raise Unavailable("sign-in", "the issuer's keys have not been had yet")
        return self._keys.get(kid)

    def _begin_fetch(self, now: datetime) -> None:
        running = self._fetching is not None and not self._fetching.done()
        if running or (self._next_fetch_at is not None and now < self._next_fetch_at):
            return
        self._next_fetch_at = now + (RETRY_AFTER if self._keys else FIRST_RETRY_AFTER)
        self._fetching = asyncio.create_task(self._fetch(now))

    async def _fetch(self, now: datetime) -> None:
        for pause in (0.0,) if self._keys else FIRST_PAUSES_SECONDS:
            await asyncio.sleep(pause)
            try:
                self._keys = usable_keys(await self._read())
                break
            except (httpx.HTTPError, Unavailable, OSError, ValueError, TypeError, KeyError) as error:
                log.warning("issuer_keys_unavailable", error=first_cause(error))
        else:
            return
        self._stale_at = now + FRESH_FOR
        self._next_fetch_at = now + RETRY_AFTER

    async def _read(self) -> Any:
        url = httpx.URL(await self._url())
        if url.scheme == "file":
            return json.loads(await asyncio.to_thread(Path(url.path).read_bytes))
        response = await self._http.get(url, timeout=FETCH_TIMEOUT_SECONDS, follow_redirects=False)
        response.raise_for_status()
        return response.json()

    async def aclose(self) -> None:
        """Stop a fetch that is under way."""
        if self._fetching is not None:
            self._fetching.cancel()
            await asyncio.gather(self._fetching, return_exceptions=True)


def usable_keys(document: Any) -> dict[str, ECKey | RSAKey]:
    """The signing keys of a JWK Set; symmetric, encryption, short and broken keys are left out.

    A symmetric key is never taken, since whoever reads the set could sign with it.
    """
    keys: dict[str, ECKey | RSAKey] = {}
    for entry in document["keys"]:
        try:
            key = JWKRegistry.import_key(entry)
        except (JoseError, ValueError, TypeError, KeyError):
            continue
        if isinstance(key, (ECKey, RSAKey)) and key.kid and _may_sign(key):
            keys[key.kid] = key
    return keys


def _may_sign(key: ECKey | RSAKey) -> bool:
    long_enough = isinstance(key, ECKey) or key.raw_value.key_size >= SMALLEST_RSA_BITS
    return long_enough and key.get("use", "sig") == "sig"
