"""The tokens that a service calls other services with, one for each of them.

Each is fetched from the issuer by client credentials for that service's own audience, so that it counts
there and nowhere else; it is kept, and renewed well before it expires. However many calls wait for one, it is
fetched once. While the issuer is away, a token that has not expired is still used.

Providers differ in how an audience is asked for. ``TOKEN_REQUEST`` holds the fields of the form that say it,
with ``{audience}`` in its place.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import httpx
import structlog
from pydantic import BaseModel, Field, ValidationError

from mash.access.audiences import service_audience
from mash.access.provider import Provider
from mash.http import Unavailable, trusted
from mash.telemetry.logs import first_cause

RENEW_WITH_LEFT: Final = timedelta(seconds=60)
EXPIRY_MARGIN: Final = timedelta(seconds=5)
SHORT_LIFETIME_SHARE: Final = 4
TIMEOUT_SECONDS: Final = 5.0

log = structlog.get_logger(__name__)


class ClientCredentials(Protocol):
    """The settings that a token is fetched with; ``mash.settings.ServiceSettings`` has them."""

    @property
    def token_request(self) -> dict[str, str]: ...
    @property
    def client_id(self) -> str: ...
    @property
    def client_secret(self) -> str: ...


class _Granted(BaseModel):
    access_token: str = Field(min_length=1)
    expires_in: int = Field(gt=0)


@dataclass
class _Kept:
    token: str = ""
    renew_at: datetime | None = None
    expires_at: datetime | None = None
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)


def asking_for(audience: str, fields: dict[str, str]) -> dict[str, str]:
    """The fields of a request for a token that say whom it is meant for."""
    return {name: value.replace("{audience}", audience) for name, value in fields.items()}


class ServiceTokens:
    """Keeps the service's own access tokens. Close it with the process."""

    def __init__(
        self,
        credentials: ClientCredentials,
        provider: Provider,
        *,
        clock: Callable[[], datetime],
        http: httpx.AsyncClient | None = None,
    ) -> None:
        self._credentials = credentials
        self._provider = provider
        self._clock = clock
        self._http = http or httpx.AsyncClient(verify=trusted(), timeout=TIMEOUT_SECONDS)
        self._kept: dict[str, _Kept] = {}

    async def token(self, service: str) -> str:
        """A token that ``service`` takes, with time left on it; raises ``Unavailable`` if none can be had."""
        kept = self._kept.setdefault(service, _Kept())
        if not self._is_before(kept.renew_at):
            async with kept.one_at_a_time:
                if not self._is_before(kept.renew_at):
                    await self._renew(service, kept)
        return kept.token

    def forget(self, service: str) -> None:
        """Drop the token at hand, because it was refused although it had not expired."""
        if service in self._kept:
            self._kept[service].renew_at = self._kept[service].expires_at = None

    def _is_before(self, moment: datetime | None) -> bool:
        return moment is not None and self._clock() < moment

    async def _renew(self, service: str, kept: _Kept) -> None:
        try:
            granted = await self._fetch(service_audience(service))
        except (httpx.HTTPError, ValidationError) as error:
            log.warning("token_not_granted", asked=service, error=first_cause(error))
            if self._is_before(kept.expires_at):
                return
            raise Unavailable("sign-in", "no token was granted") from None
        now, lifetime = self._clock(), timedelta(seconds=granted.expires_in)
        kept.token = granted.access_token
        kept.renew_at = now + lifetime - min(RENEW_WITH_LEFT, lifetime / SHORT_LIFETIME_SHARE)
        kept.expires_at = now + lifetime - EXPIRY_MARGIN

    async def _fetch(self, audience: str) -> _Granted:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credentials.client_id,
            "client_secret": self._credentials.client_secret,
            **asking_for(audience, self._credentials.token_request),
        }
        response = await self._http.post(await self._provider.token_url(), data=form)
        response.raise_for_status()
        return _Granted.model_validate_json(response.content)

    async def aclose(self) -> None:
        """Close the connections to the issuer."""
        await self._http.aclose()
