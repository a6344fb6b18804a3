"""Who the provider is, is told by its own document, and believed only where it can be."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from factories.access import ISSUER, Rules, create_issuer, create_network
from fastapi import FastAPI
from mash.access.provider import NotTheProvider, Provider
from mash.http import Unavailable
from support.clock import FakeClock

pytestmark = pytest.mark.requirement("SEAL-09")
DESCRIBED = {
    "issuer": ISSUER,
    "jwks_uri": f"{ISSUER}/jwks.json",
    "token_endpoint": f"{ISSUER}/token",
}


def create_provider(document: Any, rules: Rules | None = None) -> Provider:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, json=document) if "well-known" in request.url.path else httpx.Response(404)

    http = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return Provider(rules or Rules(), clock=FakeClock(), http=http)


async def test_the_document_tells_where_everything_is() -> None:
    provider = create_provider(DESCRIBED)
    assert await provider.jwks_url() == f"{ISSUER}/jwks.json"
    assert await provider.token_url() == f"{ISSUER}/token"


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": "https://other.example"},
        {"issuer": f"{ISSUER}/"},
        {"issuer": None},
        {"jwks_uri": "http://issuer.example/jwks.json"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"token_endpoint": "http://issuer.example/token"},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
)
async def test_believes_no_document_that(changed: dict[str, Any]) -> None:
    assert await create_provider(DESCRIBED).jwks_url()
    with pytest.raises(Unavailable):
        await create_provider(DESCRIBED | changed).jwks_url()


async def test_plain_http_is_for_laptops_alone() -> None:
    plain = {name: url.replace("https", "http") for name, url in DESCRIBED.items()}
    issuer = ISSUER.replace("https", "http")
    local = create_provider(plain, Rules(token_issuer=issuer, is_development=True))
    assert await local.token_url() == f"{issuer}/token"
    with pytest.raises(Unavailable):
        await create_provider(plain, Rules(token_issuer=issuer)).token_url()


@pytest.mark.parametrize("setting", ["token_jwks_url", "token_url", "token_discovery_url"])
def test_a_setting_that_is_not_safe_stops_the_start(setting: str) -> None:
    unsafe: dict[str, Any] = {setting: "http://issuer.example/x"}
    with pytest.raises(NotTheProvider):
        create_provider(DESCRIBED, Rules(**unsafe))


async def test_settings_go_before_what_is_discovered() -> None:
    rules = Rules(token_jwks_url="file:///keys.json", token_url="https://inside.example/token")
    provider = create_provider({}, rules)
    assert await provider.jwks_url() == "file:///keys.json"
    assert await provider.token_url() == "https://inside.example/token"


async def test_all_who_ask_at_the_start_wait_for_one_answer(tmp_path: Path) -> None:
    clock = FakeClock()
    network = create_network(create_issuer(tmp_path, clock))

    async def answer(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.05)
        return await network.handle_async_request(request)

    provider = Provider(Rules(), clock=clock, http=httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    first, second = await asyncio.gather(provider.token_url(), provider.jwks_url())
    assert (first, second) == (DESCRIBED["token_endpoint"], DESCRIBED["jwks_uri"])
    assert network.asked == ["/.well-known/openid-configuration"]


async def test_what_was_read_counts_while_the_provider_is_away(tmp_path: Path) -> None:
    clock = FakeClock()
    network = create_network(create_issuer(tmp_path, clock))
    provider = Provider(Rules(), clock=clock, http=httpx.AsyncClient(transport=network))
    network.is_away = True
    with pytest.raises(Unavailable):
        await provider.described()
    network.is_away = False
    clock.advance(timedelta(seconds=2))
    described = await provider.described()
    network.is_away = True
    clock.advance(timedelta(days=1))
    assert await provider.described() == described
    assert network.asked.count("/.well-known/openid-configuration") == 3


async def test_the_document_may_be_reached_by_another_way() -> None:
    app = FastAPI()

    @app.get("/inside")
    async def document() -> dict[str, str]:
        return DESCRIBED

    rules = Rules(token_discovery_url="https://inside.example/inside")
    http = httpx.AsyncClient(transport=httpx.ASGITransport(app))
    assert await Provider(rules, clock=FakeClock(), http=http).token_url() == f"{ISSUER}/token"
