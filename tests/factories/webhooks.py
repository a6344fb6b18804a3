"""An agency's own system that is told by webhook, and what a test does with it. Nobody in it exists."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import uvicorn
from factories.partner_gateway import Gateway
from fastapi import FastAPI, Request, Response
from mash.messaging.certificates import CERTIFICATE, KEY
from openmash_local.certificates import SERVER, provide_certificates
from openmash_local.ports import free_port
from partner_gateway.settings import Settings
from partner_gateway.store.tables import delivery
from partner_gateway.usecases.calling import send_due
from partner_gateway.webhooks.addresses import Address, Resolve
from partner_gateway.webhooks.loop import allowed
from partner_gateway.webhooks.sending import Sender
from standardwebhooks import Webhook

# What a gateway has to be told to speak to the test's own machine.
NEARBY: dict[str, Any] = {"webhook_hosts": ["127.0.0.0/8"]}


@dataclass(frozen=True)
class Heard:
    """One webhook as it arrived."""

    headers: dict[str, str]
    raw: str

    @property
    def body(self) -> dict[str, Any]:
        return dict(json.loads(self.raw))

    @property
    def type(self) -> str:
        return str(self.body["type"])

    def is_signed_with(self, secret: str) -> bool:
        """Whether one of the signatures is that of this secret, whatever the time is here."""
        at = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        wanted = Webhook(secret).sign(self.headers["webhook-id"], at, self.raw)
        return wanted in self.headers["webhook-signature"].split(" ")


class OwnSystem:
    """Notes what it is told, and answers with ``status`` or whatever ``answer`` gives."""

    def __init__(self) -> None:
        self.status = 204
        self.answer: Response | None = None
        self.pause_seconds = 0.0
        self.heard: list[Heard] = []
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self._hear, methods=["GET", "POST"])

    @property
    def types(self) -> list[str]:
        return [one.type for one in self.heard]

    async def _hear(self, request: Request) -> Response:
        self.heard.append(Heard(dict(request.headers), (await request.body()).decode()))
        await asyncio.sleep(self.pause_seconds)
        return self.answer or Response(status_code=self.status)


@asynccontextmanager
async def listening_over_tls(application: Any, folder: Path) -> AsyncIterator[int]:
    """Serve with a certificate for `localhost` and `nats` of an authority in the folder; gives the port."""
    provide_certificates(folder, [])
    port = free_port()
    config = uvicorn.Config(
        application,
        host="127.0.0.1",
        port=port,
        log_config=None,
        ssl_certfile=str(folder / SERVER / CERTIFICATE),
        ssl_keyfile=str(folder / SERVER / KEY),
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve())
    while not server.started:  # noqa: ASYNC110 - the server has no event to wait for
        await asyncio.sleep(0.005)
    try:
        yield port
    finally:
        server.should_exit = True
        await task


def resolving(*answers: Sequence[str]) -> Resolve:
    """A name server whose answers follow each other; the last is given from then on."""
    left = list(answers)

    async def resolve(_host: str, _port: int) -> Sequence[Address]:
        found = left.pop(0) if len(left) > 1 else left[0]
        return [ip_address(one) for one in found]

    return resolve


async def subscribe(
    gateway: Gateway, headers: dict[str, str], address: str, *events: str, **more: Any
) -> dict[str, Any]:
    """Make a subscription, by default to requests that are received, and return it with its secret."""
    body = {"address": address, "events": list(events) or ["request.received"], **more}
    answer = await gateway.client.post("/v1/subscriptions", headers=headers, json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


async def send_all(gateway: Gateway) -> None:
    """Send what is due now; the gateway's own loop may be first."""
    assert isinstance(gateway.hub.settings, Settings)
    sender = Sender(allowed(gateway.hub.settings), gateway.hub.settings.webhook_timeout_seconds)
    async with asyncio.timeout(20):
        # The database has no event to wait for.
        while await send_due(gateway.hub, sender) or await _on_their_way(gateway):  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def _on_their_way(gateway: Gateway) -> bool:
    now = gateway.hub.clock()
    waiting = sa.select(delivery.c.seq).where(delivery.c.state == "waiting", delivery.c.claimed_until > now)
    async with gateway.hub.engine.connect() as connection:
        return (await connection.execute(waiting)).first() is not None


Serve = Callable[[Any], Awaitable[str]]
