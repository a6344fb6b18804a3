"""The loop that sends webhooks for as long as the gateway runs, beside its timers and its messages."""

from __future__ import annotations

import asyncio

from mash.hub import Hub

from partner_gateway.settings import Settings
from partner_gateway.usecases.calling import send_due, tidy
from partner_gateway.webhooks.addresses import Allowed
from partner_gateway.webhooks.sending import Sender

LOOK_AGAIN_SECONDS = 1.0
TIDY_SECONDS = 3600.0


def allowed(settings: Settings) -> Allowed:
    """Which addresses this gateway may tell."""
    return Allowed(settings.webhook_hosts, http=settings.is_development)


async def send_webhooks(hub: Hub) -> None:
    """Send for ever."""
    assert isinstance(hub.settings, Settings)
    sender = Sender(allowed(hub.settings), hub.settings.webhook_timeout_seconds)
    tidied = 0.0
    while True:
        while await send_due(hub, sender):
            pass
        now = asyncio.get_running_loop().time()
        if now - tidied > TIDY_SECONDS:
            await tidy(hub)
            tidied = now
        await asyncio.sleep(LOOK_AGAIN_SECONDS)
