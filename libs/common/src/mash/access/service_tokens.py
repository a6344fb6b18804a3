"""The token that a service calls other services with.

It is fetched from the issuer by client credentials, kept, and renewed well before it expires. However many
calls wait for one, it is fetched once. While the issuer is away, a token that has not expired is still used.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Protocol

import httpx
from pydantic import BaseModel, Field, ValidationError

from mash.http import Unavailable

RENEW_WITH_LEFT: Final = timedelta(seconds=60)
EXPIRY_MARGIN: Final = timedelta(seconds=5)
SHORT_LIFETIME_SHARE: Final = 4
TIMEOUT_SECONDS: Final = 5.0


class ClientCredentials(Protocol):
    """The settings that a token is fetched with; ``mash.settings.ServiceSettings`` has them."""

    @property
    def token_url(self) -> str: ...
    @property
    def token_audience(self) -> str: ...
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> str: ...


class _Granted(BaseModel):
    access_token: str = Field(min_length=1)
    expires_in: int = Field(gt=0)


class ServiceTokens:
    """Keeps the service's own access token. Close it with the process."""

    def __init__(
        self,
        credentials: ClientCredentials,
        *,
        clock: Callable[[], datetime],
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._credentials = credentials
        self._clock = clock
        self._http = http or httpx.AsyncClient(timeout=TIMEOUT_SECONDS)
        self._one_at_a_time = asyncio.Lock()
        self._token = ""
        self._renew_at: datetime | None = None
        self._expires_at: datetime | None = None

    async def token(self) -> str:
        """A token with time left on it; raises ``Unavailable`` when none can be had."""
        if not self._is_before(self._renew_at):
            async with self._one_at_a_time:
                if not self._is_before(self._renew_at):
                    await self._renew()
        return self._token

    def forget(self) -> None:
        """Drop the token at hand, because it was refused although it had not expired."""
        self._renew_at = self._expires_at = None

    def _is_before(self, moment: datetime | None) -> bool:
        return moment is not None and self._clock() < moment

    async def _renew(self) -> None:
        try:
            granted = await self._fetch()
        except (httpx.HTTPError, ValidationError):
            if self._is_before(self._expires_at):
                return
            raise Unavailable("sign-in", "no token was granted") from None
        now, lifetime = self._clock(), timedelta(seconds=granted.expires_in)
        self._token = granted.access_token
        self._renew_at = now + lifetime - min(RENEW_WITH_LEFT, lifetime / SHORT_LIFETIME_SHARE)
        self._expires_at = now + lifetime - EXPIRY_MARGIN

    async def _fetch(self) -> _Granted:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
            "audience": self._credentials.token_audience,
        }
        response = await self._http.post(self._credentials.token_url, data=form)
        response.raise_for_status()
        return _Granted.model_validate_json(response.content)

    async def aclose(self) -> None:
        """Close the connections to the issuer."""
        await self._http.aclose()
