"""What every answer of a service carries, and what none tells, signed in or not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from mash.sealing import make_keys
from mash.web.middleware import Edge
from starlette.responses import PlainTextResponse
from support.clock import FakeClock
from support.services import Services, create_application
from support.tokens import Tokens

pytestmark = pytest.mark.requirement("SEAL-09")
WANTED = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.fixture
async def reporting(service: Services) -> AsyncIterator[httpx.AsyncClient]:
    async with service("reporting") as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/health/live", 200),
        ("GET", "/me", 401),
        ("GET", "/v1/nothing", 404),
        ("DELETE", "/health/live", 405),
        ("TRACE", "/health/live", 405),
        ("GET", "/v1/reports/monthly?colour=red", 422),
        ("GET", "/v1/reports/monthly?month=2026-04", 401),
        ("GET", "/v1/reports/monthly?month=2026-04&month=2026-05", 422),
        ("POST", "/v1/nothing", 404),
    ],
)
async def test_every_answer_tells_browsers_to_be_careful(
    reporting: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await reporting.request(method, path)
    assert answer.status_code == status
    assert WANTED.items() <= dict(answer.headers).items()
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'none'"} == set(
        answer.headers["content-security-policy"].split("; ")
    )
    assert "camera=()" in answer.headers["permissions-policy"]
    assert not {"server", "x-powered-by", "access-control-allow-origin"} & answer.headers.keys()


@pytest.mark.parametrize(("method", "path"), [("GET", "/v1/nothing"), ("DELETE", "/v1/reports/monthly")])
async def test_what_is_not_there_says_nothing_but_that(
    reporting: httpx.AsyncClient, tokens: Tokens, method: str, path: str
) -> None:
    stranger = await reporting.request(method, path)
    known = await reporting.request(method, path, headers=tokens.issue("manager"))
    assert stranger.json() == known.json()
    assert stranger.json().keys() == {"type", "title", "status"}


@pytest.mark.parametrize("https_only", [True, False])
async def test_browsers_are_held_to_https_where_there_is_https(https_only: bool) -> None:
    edge = Edge(PlainTextResponse("x"), "probe", max_body_bytes=100, larger={}, https_only=https_only)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(edge), base_url="https://x.example") as client:
        answer = await client.get("/")
    held = "strict-transport-security" in answer.headers
    assert (answer.status_code, held) == (200, https_only)


@pytest.mark.parametrize(("environment", "status"), [("test", 200), ("production", 404)])
async def test_the_description_is_for_laptops_alone(
    environment: str, status: int, clock: FakeClock, tmp_path: Path
) -> None:
    make_keys(tmp_path, ["audit-reporting"])
    settings = {
        "environment": environment,
        "audit_keys_dir": str(tmp_path),
        "database_url": "postgresql+asyncpg://localhost/none",
        "nats_url": "",
        "token_issuer": "https://issuer.example",
    }
    transport = httpx.ASGITransport(create_application("reporting", clock, settings))
    async with httpx.AsyncClient(transport=transport, base_url="https://x.example") as client:
        assert (await client.get("/openapi.json")).status_code == status
        for path in ("/docs", "/redoc", "/docs/oauth2-redirect"):
            assert (await client.get(path)).status_code == 404
        live = await client.get("/health/live")
    assert ("strict-transport-security" in live.headers) == (environment == "production")
