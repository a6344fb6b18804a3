"""Posts one webhook: signed, to the address that was judged, and to no other by redirect or by proxy."""

from __future__ import annotations

import asyncio
import base64
import random
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final

import httpx
import structlog
from mash.telemetry.logs import first_cause
from standardwebhooks import Webhook

from partner_gateway.domain.webhooks import Attempt, Result, result_of
from partner_gateway.webhooks.addresses import Address, AddressRefused, Allowed, Place

SECRET_BYTES: Final = 32
MOST_BYTES_READ: Final = 4096
READING_SECONDS: Final = 1.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Post:
    """What is sent: the same id and body at every try."""

    id: str
    address: str
    body: str
    secrets: Sequence[str] = field(repr=False)


def new_secret() -> str:
    """A secret as Standard Webhooks writes it."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def signed_headers(post: Post, at: datetime) -> dict[str, str]:
    """The headers that show whom a webhook is from; while a secret is being changed, under both."""
    signatures = [Webhook(secret).sign(post.id, at, post.body) for secret in post.secrets]
    return {
        "content-type": "application/json",
        "webhook-id": post.id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


class Sender:
    """Sends from this machine. Close it with the process."""

    def __init__(self, allowed: Allowed, timeout_seconds: float) -> None:
        self._allowed = allowed
        self._timeout_seconds = timeout_seconds
        # The environment says which authorities are trusted, and is not asked for a proxy.
        self._trusted = httpx.create_ssl_context()

    async def send(self, post: Post, at: datetime) -> Attempt:
        """Try once; whatever goes wrong is the result."""
        began = monotonic()
        status: int | None = None
        result: Result
        try:
            async with asyncio.timeout(self._timeout_seconds):
                place = await self._allowed.place(post.address)
                status = await self._post(place, post, at)
            result = result_of(status)
        except AddressRefused:
            result = "address_refused"
        except (TimeoutError, httpx.TimeoutException):
            result = "too_slow"
        except httpx.HTTPError as error:
            log.warning("webhook_not_answered", error=first_cause(error))
            result = "no_answer"
        return Attempt(result, status, int((monotonic() - began) * 1000))

    async def _post(self, place: Place, post: Post, at: datetime) -> int:
        *others, last = dict.fromkeys(place.connect_to)
        for address in others:
            try:
                return await self._post_to(address, place.url, post, at)
            except httpx.ConnectError:
                # A name may have an address of a version that this network does not carry.
                continue
        return await self._post_to(last, place.url, post, at)

    async def _post_to(self, address: Address, url: httpx.URL, post: Post, at: datetime) -> int:
        headers = {**signed_headers(post, at), "host": url.netloc.decode(), "accept-encoding": "identity"}
        async with httpx.AsyncClient(
            verify=self._trusted, trust_env=False, follow_redirects=False, timeout=self._timeout_seconds
        ) as http:
            request = http.build_request(
                "POST",
                url.copy_with(host=str(address)),
                content=post.body.encode(),
                headers=headers,
                # The certificate has to be that of the name, although the address is connected to.
                extensions={"sni_hostname": url.raw_host.decode()},
            )
            response = await http.send(request, stream=True)
            try:
                await _read_a_little(response)
            finally:
                await response.aclose()
            return response.status_code


async def _read_a_little(response: httpx.Response) -> None:
    """Let a short answer end, so that the system does not see its line cut; a long or slow one is left."""
    read = 0
    with suppress(httpx.HTTPError, TimeoutError):
        async with asyncio.timeout(READING_SECONDS):
            async for part in response.aiter_raw():
                read += len(part)
                if read >= MOST_BYTES_READ:
                    return


def spread() -> float:
    """A number between -1 and 1, by chance."""
    return random.uniform(-1, 1)  # noqa: S311
