"""How a connector speaks to one of the agency's systems: briefly, to that system only, and never by redirect.

Whom it asks about is in the bodies of its requests. Neither those nor the answers are ever logged.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx
import structlog
from mash.http import trusted
from mash.telemetry.logs import first_cause
from pydantic import BaseModel, ValidationError

from partner_gateway.connectors.connector import WhyNot

T = TypeVar("T", bound=BaseModel)

MOST_BYTES = 5_242_880

log = structlog.get_logger(__name__)


class NotAnswered(Exception):
    """The system gave nothing that can be used."""

    def __init__(self, reason: WhyNot) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class AgencySystem:
    """Where a system is, the token it knows the gateway by, and how long one search of it may take."""

    url: str
    token: str = field(repr=False)
    timeout_seconds: float

    @asynccontextmanager
    async def conversation(self) -> AsyncIterator[Conversation]:
        """The exchanges of one search, which share the time there is."""
        # Unpacked, an answer could be far larger than what was received.
        headers = {"accept-encoding": "identity"}
        if self.token:
            headers["authorization"] = f"Bearer {self.token}"
        async with httpx.AsyncClient(
            verify=trusted(), headers=headers, follow_redirects=False, timeout=self.timeout_seconds
        ) as http:
            yield Conversation(http, asyncio.get_running_loop().time() + self.timeout_seconds)


class Conversation:
    """Asks, and raises :class:`NotAnswered` for whatever goes wrong."""

    def __init__(self, http: httpx.AsyncClient, deadline: float) -> None:
        self._http = http
        self._deadline = deadline

    async def post_json(self, url: str, body: Mapping[str, Any], schema: type[T]) -> T:
        """The answer to a body of JSON."""
        return await self._ask(self._http.build_request("POST", url, json=body), schema)

    async def post_form(
        self, url: str, form: Mapping[str, str], schema: type[T], headers: Mapping[str, str]
    ) -> T:
        """The answer to a form."""
        return await self._ask(self._http.build_request("POST", url, data=form, headers=headers), schema)

    async def get(self, url: httpx.URL, schema: type[T], headers: Mapping[str, str]) -> T:
        """The answer at an address, which must say nothing of anybody."""
        return await self._ask(self._http.build_request("GET", url, headers=headers), schema)

    async def _ask(self, request: httpx.Request, schema: type[T]) -> T:
        try:
            async with asyncio.timeout_at(self._deadline):
                body = await self._exchange(request)
        except (TimeoutError, httpx.TimeoutException):
            raise NotAnswered("too_slow") from None
        except httpx.HTTPError as error:
            log.warning("agency_system_not_reached", error=first_cause(error))
            raise NotAnswered("did_not_answer") from None
        try:
            return schema.model_validate_json(body)
        except ValidationError:
            # The library's own message would repeat what was answered.
            raise NotAnswered("wrong_answer") from None

    async def _exchange(self, request: httpx.Request) -> bytes:
        response = await self._http.send(request, stream=True)
        try:
            _check_status(response)
            body = bytearray()
            async for part in response.aiter_bytes():
                body += part
                if len(body) > MOST_BYTES:
                    raise NotAnswered("wrong_answer")
            return bytes(body)
        finally:
            await response.aclose()


def _check_status(response: httpx.Response) -> None:
    if response.is_redirect or 300 <= response.status_code < 400:
        raise NotAnswered("redirected")
    if response.is_client_error:
        raise NotAnswered("refused")
    if not response.is_success:
        raise NotAnswered("did_not_answer")
