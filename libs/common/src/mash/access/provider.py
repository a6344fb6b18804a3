"""The identity provider, as its own discovery document describes it (OpenID Connect Discovery 1.0).

Only ``TOKEN_ISSUER`` has to be known. The document is fetched when something of it is first needed, kept, and
fetched again after an hour; while the provider is away, what was last read goes on counting, and a service
starts without it. ``TOKEN_JWKS_URL``, ``TOKEN_URL`` and ``TOKEN_DISCOVERY_URL`` go before what is discovered,
for a service that reaches the provider by another way than people do, or has no way out at all.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

import httpx
import structlog
from pydantic import BaseModel, ValidationError

from mash.http import Unavailable
from mash.telemetry.logs import first_cause

FRESH_FOR: Final = timedelta(hours=1)
RETRY_AFTER: Final = timedelta(seconds=10)
TIMEOUT_SECONDS: Final = 3.0
WELL_KNOWN: Final = "/.well-known/openid-configuration"

log = structlog.get_logger(__name__)


class ProviderSettings(Protocol):
    """The settings that say who the provider is; ``mash.settings.ServiceSettings`` has them."""

    @property
    def token_issuer(self) -> str: ...
    @property
    def token_discovery_url(self) -> str: ...
    @property
    def token_jwks_url(self) -> str: ...
    @property
    def token_url(self) -> str: ...
    @property
    def is_development(self) -> bool: ...


class Described(BaseModel):
    """What is used of the discovery document."""

    issuer: str
    jwks_uri: str
    token_endpoint: str = ""
    authorization_endpoint: str = ""
    end_session_endpoint: str = ""


class NotTheProvider(ValueError):
    """The document is of another issuer, or names an address that is not safe to use."""


class Provider:
    """Where the provider's keys, tokens and pages are. ``http`` belongs to whoever made it."""

    def __init__(
        self, settings: ProviderSettings, *, clock: Callable[[], datetime], http: httpx.AsyncClient
    ) -> None:
        self._settings = settings
        self._clock = clock
        self.http = http
        self._known: Described | None = None
        self._fetch_at: datetime | None = None
        self._one_at_a_time = asyncio.Lock()
        for url in (settings.token_jwks_url, settings.token_url, settings.token_discovery_url):
            self._require_safe(url)

    async def jwks_url(self) -> str:
        """Where the provider's public keys are; a ``file:`` address where the setting gives one."""
        return self._settings.token_jwks_url or (await self.described()).jwks_uri

    async def token_url(self) -> str:
        """Where tokens are granted."""
        return self._settings.token_url or (await self.described()).token_endpoint

    async def described(self) -> Described:
        """What the provider says of itself; raises ``Unavailable`` if it never could be asked."""
        if self._is_due():
            async with self._one_at_a_time:
                if self._is_due():
                    await self._fetch()
        if self._known is None:
            raise Unavailable("sign-in", "the provider has not been reached")
        return self._known

    def _is_due(self) -> bool:
        return self._fetch_at is None or self._clock() >= self._fetch_at

    async def _fetch(self) -> None:
        now = self._clock()
        self._fetch_at = now + RETRY_AFTER if self._known else None
        try:
            self._known = await self._read()
        except (httpx.HTTPError, ValidationError, NotTheProvider) as error:
            log.warning("identity_provider_unavailable", error=first_cause(error))
            return
        self._fetch_at = now + FRESH_FOR

    async def _read(self) -> Described:
        issuer = self._settings.token_issuer
        address = self._settings.token_discovery_url or issuer.rstrip("/") + WELL_KNOWN
        self._require_safe(address)
        response = await self.http.get(address, timeout=TIMEOUT_SECONDS, follow_redirects=False)
        response.raise_for_status()
        described = Described.model_validate_json(response.content)
        if described.issuer != issuer:
            raise NotTheProvider("the discovery document is of another issuer")
        for url in described.model_dump(exclude={"issuer"}).values():
            if url.startswith("file:"):
                raise NotTheProvider("a file cannot be discovered")
            self._require_safe(url)
        return described

    def _require_safe(self, url: str) -> None:
        plain = ("http://",) if self._settings.is_development else ()
        if url and not url.startswith(("https://", "file:", *plain)):
            raise NotTheProvider("the identity provider is reached by https only")
