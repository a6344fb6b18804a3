"""The notifications service with its database and a real mail relay, beside a stand-in for intake."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest_asyncio
from factories.notifications import Desk, IntakeStandIn
from support.services import Services
from support.smtp import Mailbox
from support.tokens import Tokens


@pytest_asyncio.fixture
async def desk(
    service: Services, serve: Callable[[Any], Awaitable[str]], tokens: Tokens, smtp: Mailbox
) -> AsyncIterator[Desk]:
    intake = IntakeStandIn()
    url = await serve(intake.app)
    # Not started, so that nothing is sent but when a test says so.
    app = await service.create(
        "notifications",
        intake_url=url,
        token_url=f"{url}/token",
        smtp_host=smtp.host,
        smtp_port=str(smtp.port),
        smtp_timeout_seconds="5",
    )
    desk = Desk(app, tokens, intake)
    yield desk
    await desk.client.aclose()
    await desk.hub.http.aclose()
    await desk.hub.engine.dispose()
