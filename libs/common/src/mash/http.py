"""How one service asks another for what only that one knows.

Each call is made with a token that counts at the service asked alone, and carries the trace. Connection
failures and the statuses of a service that is briefly away are tried again; what remains is ``Unavailable``,
which a message handler answers by waiting. Neither addresses nor bodies are ever logged: both can say who a
child is.
"""

import asyncio
import logging
import random
import ssl
from collections.abc import Hashable
from functools import cache
from typing import Any, Final, Protocol, TypeVar, cast

import httpx
import structlog
from opentelemetry.propagate import inject
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_settings import BaseSettings

from mash.errors import NotFound
from mash.telemetry.logs import first_cause

T = TypeVar("T")

TRIES: Final = 3
FIRST_PAUSE_SECONDS: Final = 0.1
TIMEOUT: Final = httpx.Timeout(5.0)
BRIEFLY_AWAY: Final = frozenset({502, 503, 504})

log = structlog.get_logger(__name__)

# The client library logs every address it asks at INFO.
logging.getLogger("httpx").setLevel(logging.WARNING)


class Unavailable(Exception):
    """Another service cannot be asked at the moment, or gave an answer that cannot be used."""

    def __init__(self, service: str, reason: str) -> None:
        super().__init__(f"The {service} service is not available: {reason}.")
        self.service = service


class RemoteNotFound(NotFound):
    """The service asked has no such record, or none that we may know of."""


class TokenSource(Protocol):
    """Gives the tokens a service calls others with; ``mash.access.service_tokens.ServiceTokens`` is one."""

    async def token(self, service: str) -> str:
        """A token for this service that is still good."""

    def forget(self, service: str) -> None:
        """Drop the token at hand for this service, because it was refused."""

    async def aclose(self) -> None:
        """Close the connections to where tokens come from."""


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that the environment says are trusted. Reading them takes long, so it is done once."""
    return httpx.create_ssl_context()


class ServiceClient:
    """One pool of connections to the other services. Close it with the process."""

    def __init__(
        self, settings: BaseSettings, tokens: TokenSource, http: httpx.AsyncClient | None = None
    ) -> None:
        self._settings = settings
        self._tokens = tokens
        self._http = http or httpx.AsyncClient(verify=trusted(), timeout=TIMEOUT, follow_redirects=False)

    async def get(self, service: str, path: str, *, schema: type[T]) -> T:
        """Ask ``service`` (its address is the setting ``<service>_url``) for a record of form ``schema``.

        Raises ``RemoteNotFound`` or ``Unavailable``. The path holds identifiers only.
        """
        return await self._ask("GET", service, path, schema, {})

    async def post(
        self, service: str, path: str, body: BaseModel, *, schema: type[T], idempotency_key: str
    ) -> T:
        """Send ``body``; a try that may have arrived is repeated under the same idempotency key."""
        headers = {"content-type": "application/json", "idempotency-key": idempotency_key}
        return await self._ask("POST", service, path, schema, headers, body.model_dump_json().encode())

    async def ask_as_user(
        self, service: str, method: str, path: str, headers: dict[str, str], content: bytes | None
    ) -> httpx.Response:
        """Ask ``service`` as the person whose token is in ``headers``; whatever it answers is given back.

        Raises ``Unavailable``. Only what changes nothing is tried again, or what carries its own key.
        """
        url, answer = self._address(service) + path, None
        for attempt in range(TRIES if method == "GET" or "idempotency-key" in headers else 1):
            if attempt:
                await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311
            answer = await self._request(service, method, url, headers, content)
            if answer is not None and answer.status_code not in BRIEFLY_AWAY:
                return answer
        raise Unavailable(service, "it did not answer" if answer is None else f"status {answer.status_code}")

    async def _ask(
        self,
        method: str,
        service: str,
        path: str,
        schema: type[T],
        headers: dict[str, str],
        content: bytes | None = None,
    ) -> T:
        url = self._address(service) + path
        for attempt in range(TRIES):
            if attempt:
                await asyncio.sleep(FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.0))  # noqa: S311
            token = await self._tokens.token(service)
            response = await self._send(service, method, url, token, headers, content)
            if response is not None and response.status_code == 401:
                self._tokens.forget(service)
            elif response is not None and response.status_code not in BRIEFLY_AWAY:
                return _answer(service, response, schema)
        raise Unavailable(
            service, "it did not answer" if response is None else f"status {response.status_code}"
        )

    async def _send(
        self,
        service: str,
        method: str,
        url: str,
        token: str,
        headers: dict[str, str],
        content: bytes | None,
    ) -> httpx.Response | None:
        return await self._request(
            service, method, url, {**headers, "authorization": f"Bearer {token}"}, content
        )

    async def _request(
        self, service: str, method: str, url: str, headers: dict[str, str], content: bytes | None
    ) -> httpx.Response | None:
        sent = {**headers, "accept": "application/json"}
        inject(sent)
        try:
            return await self._http.request(method, url, headers=sent, content=content)
        except httpx.TransportError as error:
            log.warning("service_not_reached", asked=service, error=first_cause(error))
            return None

    def _address(self, service: str) -> str:
        address = getattr(self._settings, f"{service.replace('-', '_')}_url", "")
        if not address:
            raise Unavailable(service, "its address is not set")
        return str(address).rstrip("/")

    async def aclose(self) -> None:
        """Close the connections, and those of the token source, which belongs to this client."""
        await self._tokens.aclose()
        await self._http.aclose()


def read(content: bytes, schema: type[T]) -> T:
    """Read an answer of form ``schema``, which is made ready for that once. Raises ``ValidationError``."""
    answer: T = _reader(cast(Hashable, schema)).validate_json(content)
    return answer


@cache
def _reader(schema: Any) -> TypeAdapter[Any]:
    return TypeAdapter(schema)


def _answer(service: str, response: httpx.Response, schema: type[T]) -> T:
    if response.status_code == 404:
        raise RemoteNotFound("There is no such record.")
    if not response.is_success:
        raise Unavailable(service, f"status {response.status_code}")
    try:
        return read(response.content, schema)
    except ValidationError:
        # The library's own message would repeat what was answered.
        raise Unavailable(service, "the answer is not of the agreed form") from None
