"""A product from the agencies' returns to its receiver, over a real broker, through three gateways."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from asgi_lifespan import LifespanManager
from factories.enquiry import Desk, IntakeStandIn
from factories.partner_gateway import Gateway, create_answer, create_item, running_gateway
from factories.products import CUT, WHOLE, ProductDesk
from openmash_local.broker import Broker
from support.services import Services
from support.tokens import Tokens

POLICE, HEALTH, HOUSING = "police", "health", "housing"
PRIVATE = "The health visitor was told in confidence."


@dataclass
class Town:
    """An enquiry's desk, and the gateways of three agencies with their researchers."""

    desk: Desk
    gateways: dict[str, Gateway]
    tokens: Tokens

    async def get(self, agency: str, path: str, **wanted: Any) -> httpx.Response:
        headers = self.tokens.issue("researcher", agency=agency)
        return await self.gateways[agency].client.get(f"/v1/{path}", headers=headers, params=wanted)

    async def items(self, agency: str, path: str, **wanted: Any) -> list[dict[str, Any]]:
        return list((await self.get(agency, path, **wanted)).json()["items"])

    async def post(self, agency: str, path: str, version: int, body: dict[str, Any]) -> None:
        headers = {**self.tokens.issue("researcher", agency=agency), "if-match": f'"{version}"'}
        answer = await self.gateways[agency].client.post(f"/v1/{path}", headers=headers, json=body)
        assert answer.status_code == 201, answer.text

    async def first(self, agency: str, path: str) -> dict[str, Any]:
        """The first of a list at a gateway, once it is there."""
        found: list[dict[str, Any]] = await until(lambda: self.items(agency, path))
        return found[0]

    async def returns(self, agency: str, text: str) -> None:
        """An agency's researcher answers the request that lies in its queue."""
        asked = await self.first(agency, "requests")
        body = create_answer(items=[create_item(text=text)])
        await self.post(agency, f"requests/{asked['request_id']}/return", asked["version"], body)

    async def decides(self, agency: str, **decision: Any) -> None:
        """An agency's researcher decides on what the hub asks to pass on."""
        asked = await self.first(agency, "releases")
        items = [{"id": item["id"], **decision} for item in asked["items"]]
        await self.post(agency, f"releases/{asked['release_id']}/answer", asked["version"], {"items": items})


async def until(look: Callable[[], Awaitable[Any]]) -> Any:
    async with asyncio.timeout(30):
        while not (found := await look()):  # noqa: ASYNC110 - the database has no event to wait for
            await asyncio.sleep(0.05)
    return found


@pytest_asyncio.fixture
async def town(
    service: Services,
    serve: Callable[[Any], Awaitable[str]],
    tokens: Tokens,
    keys: Path,
    broker: Broker,
) -> AsyncIterator[Town]:
    intake = IntakeStandIn()
    url = await serve(intake.app)
    async with AsyncExitStack() as stack:
        gateways = {
            agency: await stack.enter_async_context(running_gateway(service, keys, agency, broker=broker))
            for agency in (POLICE, HEALTH, HOUSING)
        }
        app = await service.create(
            "enquiry", broker=broker, intake_url=url, token_url=f"{url}/token", sealing_keys_dir=str(keys)
        )
        await stack.enter_async_context(LifespanManager(app, startup_timeout=30))
        client = await stack.enter_async_context(
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://enquiry.test")
        )
        yield Town(Desk(app, client, tokens, intake, keys), gateways, tokens)


@pytest.mark.requirement("ENQ-07", "RET-04")
async def test_goes_to_housing_with_what_police_released_and_without_what_health_refused(town: Town) -> None:
    made = ProductDesk(town.desk, await town.desk.open(POLICE, HEALTH))
    await town.returns(POLICE, WHOLE)
    await town.returns(HEALTH, PRIVATE)

    async def both_are_in() -> bool:
        return bool((await town.desk.enquiry(made.enquiry_id))["ready"] == "all_in")

    await until(both_are_in)
    await made.make(kind="agency", agency=HOUSING, name="Housing options")
    await made.choose(POLICE, text=CUT)
    await made.choose(HEALTH)
    await made.send("releases")
    await town.decides(POLICE, decision="released", explanation="Housing can move them.")
    await town.decides(
        HEALTH,
        decision="refused",
        refused_because="more_detrimental",
        explanation="She would not come again.",
    )

    async def both_have_answered() -> bool:
        return not (await made.read())["waits_for"]

    await until(both_have_answered)
    assert (await made.send("sending")).status_code == 409
    refused = next(item for item in (await made.read())["items"] if item["state"] == "refused")
    await made.send(f"items/{refused['id']}/drop", {"reason": "Health refused it."})
    assert (await made.send("sending")).status_code == 200

    got = await town.first(HOUSING, "products")
    assert [(item["text"], item["owner"]) for item in got["items"]] == [(CUT, POLICE)]
    assert PRIVATE not in str(got)
    await until(lambda: _received(made))
    for agency in (POLICE, HEALTH):
        assert await town.items(agency, "products") == []
        assert (await town.get(agency, f"products/{made.product_id}")).status_code == 404
    await until(lambda: _used(town))
    assert [one["used_at"] for one in await town.items(HEALTH, "ledger", kind="release_refused")] == [None]
    raw = await town.desk.raw_events()
    assert [words for words in (CUT, WHOLE, PRIVATE, "Housing options") if words in raw] == []


async def _received(made: ProductDesk) -> str | None:
    received: str | None = (await made.read())["received_at"]
    return received


async def _used(town: Town) -> str | None:
    (line,) = await town.items(POLICE, "ledger", kind="released")
    assert (line["text"], line["receiver"]) == (CUT, "Housing options")
    used: str | None = line["used_at"]
    return used
