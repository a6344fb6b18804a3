"""How every service answers what it will not do."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httptools
import httpx
import pytest
import pytest_asyncio
from asgi_lifespan import LifespanManager
from fastapi import APIRouter, FastAPI
from mash.app import RouteWithoutCaller, create_app
from mash.errors import Invalid
from mash.web.middleware import Edge
from mash.web.paging import decode_cursor, encode_cursor
from openmash_local.ports import free_port
from probe.main import Settings
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send
from support.services import create_application
from uvicorn.protocols.http.auto import AutoHTTPProtocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


@pytest_asyncio.fixture
async def client(
    make_store: Callable[[str], Awaitable[dict[str, str]]], tokens: Any, clock: Any
) -> AsyncIterator[httpx.AsyncClient]:
    settings = {
        "environment": "test",
        "log_level": "CRITICAL",
        **await make_store("probe"),
        "nats_url": "",
        **tokens.settings(),
    }
    app = create_application("probe", clock, settings)
    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://probe") as client,
    ):
        yield client


class TestProblems:
    @pytest.mark.parametrize(
        ("body", "status", "field", "rule"),
        [
            (b'{"contact_id": "Robin"}', 422, "contact_id", "must be an identifier (UUID)"),
            (b"{}", 422, "contact_id", "is needed"),
            (b'{"contact_id": ', 400, "body", "is not well-formed JSON"),
            (b"[]", 422, "body", "must be an object"),
            (b'"\xff"', 400, None, None),
            (b"[" * 100_000, 400, None, None),
        ],
    )
    async def test_name_the_field_and_the_rule_and_never_the_value(
        self, client: httpx.AsyncClient, tokens: Any, body: bytes, status: int, field: str, rule: str
    ) -> None:
        answer = await client.post(
            "/v1/notes", content=body, headers={**tokens.issue("manager"), "content-type": "application/json"}
        )
        assert answer.status_code == status
        assert answer.headers["content-type"] == "application/problem+json"
        assert "Robin" not in answer.text
        if rule:
            assert {"field": field, "rule": rule} in answer.json()["errors"]

    @pytest.mark.parametrize(
        ("changes", "rule"),
        [
            ({"words": "Robin Testcase, aged nine"}, "is too long (the limit is 20)"),
            ({"words": "a\x00b"}, "text may not hold a NUL or half of a surrogate pair"),
            ({"on": "2026-02-31T00:00:00Z"}, "must be a real time, as YYYY-MM-DDThh:mm:ssZ"),
            ({"colour": "red"}, "is not a field of this request"),
        ],
    )
    async def test_say_the_rule_in_plain_words(
        self, client: httpx.AsyncClient, tokens: Any, changes: dict[str, str], rule: str
    ) -> None:
        body = {"contact_id": str(uuid4()), **changes}
        answer = await client.post("/v1/notes", json=body, headers=tokens.issue("manager"))
        assert answer.status_code == 422
        assert [error["rule"] for error in answer.json()["errors"]] == [rule]
        assert next(iter(changes.values())) not in answer.text

    async def test_a_field_nobody_knows_is_named_in_plain_letters(
        self, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        answer = await client.post("/v1/notes", json={"a\n\u202eb": 1}, headers=tokens.issue("manager"))
        assert "a??b" in [error["field"] for error in answer.json()["errors"]]

    async def test_refuse_a_filter_that_there_is_not(self, client: httpx.AsyncClient, tokens: Any) -> None:
        answer = await client.get("/v1/dead-letters?partnership=Robin", headers=tokens.issue("ops"))
        assert answer.json()["errors"] == [
            {"field": "query", "rule": "This address takes nothing in its query."}
        ]

    async def test_are_what_the_description_promises(self, client: httpx.AsyncClient) -> None:
        responses = (await client.get("/openapi.json")).json()["paths"]["/v1/notes"]["post"]["responses"]
        assert set(responses) == {"201", "4XX"}
        assert "input" not in str(responses["4XX"])
        assert list(responses["4XX"]["content"]) == ["application/problem+json"]

    async def test_a_body_that_is_too_large_is_refused_unread(
        self, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        async def endless() -> AsyncIterator[bytes]:
            for _ in range(40):
                yield b" " * 100_000

        told = await client.post("/v1/notes", content=b" " * 2_000_000, headers=tokens.issue("manager"))
        untold = await client.post("/v1/notes", content=endless(), headers=tokens.issue("manager"))
        assert (told.status_code, untold.status_code) == (413, 413)

    async def test_a_browser_is_told_of_it_on_a_page(self, client: httpx.AsyncClient, tokens: Any) -> None:
        headers = {**tokens.issue("manager"), "accept": "text/html,*/*;q=0.8"}
        answer = await client.post("/v1/notes", content=b" " * 2_000_000, headers=headers)
        assert answer.status_code == 413
        assert answer.headers["content-type"].startswith("text/html")
        assert "What you sent is too large" in answer.text

    async def test_a_sender_that_goes_away_is_no_fault_of_ours(self) -> None:
        async def read(scope: Scope, receive: Receive, send: Send) -> None:
            await Request(scope, receive).body()

        async def gone() -> Message:
            return {"type": "http.disconnect"}

        sent: list[Message] = []

        async def send(message: Message) -> None:
            sent.append(message)

        edge = Edge(read, service="probe", max_body_bytes=100, larger={})
        await edge({"type": "http", "path": "/", "method": "POST", "headers": []}, gone, send)
        assert sent[0]["status"] == 400

    async def test_sign_in_is_asked_for_before_anything_is_read(self, client: httpx.AsyncClient) -> None:
        answer = await client.post("/v1/notes", json={"nonsense": 1})
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"


class TestDatabaseAway:
    @pytest_asyncio.fixture
    async def client(self, tokens: Any, clock: Any) -> AsyncIterator[httpx.AsyncClient]:
        settings = {
            "environment": "test",
            "log_level": "CRITICAL",
            "database_url": f"postgresql+asyncpg://probe:probe@127.0.0.1:{free_port()}/probe",
            "nats_url": "",
            **tokens.settings(),
        }
        app = create_application("probe", clock, settings)
        async with (
            LifespanManager(app),
            httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://probe") as client,
        ):
            yield client

    async def test_a_request_is_asked_to_come_again(self, client: httpx.AsyncClient, tokens: Any) -> None:
        answer = await client.post(
            "/v1/notes", json={"contact_id": str(uuid4())}, headers=tokens.issue("manager")
        )
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert answer.headers["content-type"] == "application/problem+json"

    async def test_a_browser_is_told_so_on_a_page(self, client: httpx.AsyncClient, tokens: Any) -> None:
        headers = {**tokens.issue("manager"), "accept": "text/html"}
        answer = await client.post("/v1/notes", json={"contact_id": str(uuid4())}, headers=headers)
        assert answer.status_code == 503
        assert "Nothing was changed. Wait a minute" in answer.text

    async def test_the_service_is_not_ready_and_can_still_be_measured(
        self, client: httpx.AsyncClient
    ) -> None:
        assert (await client.get("/health/ready")).json()["database"] is False
        assert (await client.get("/metrics")).status_code == 200


class TestIdempotency:
    async def test_the_same_request_twice_starts_nothing_twice(
        self, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        body = {"contact_id": str(uuid4())}
        headers = {**tokens.issue("manager"), "Idempotency-Key": "one"}
        first, second = [await client.post("/v1/notes", json=body, headers=headers) for _ in range(2)]
        assert (first.json()["repeat"], second.json()["repeat"]) == (False, True)

    async def test_the_same_key_with_another_body_is_refused(
        self, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        headers = {**tokens.issue("manager"), "Idempotency-Key": "one"}
        bodies = [{"contact_id": str(uuid4())} for _ in range(2)]
        answers = [await client.post("/v1/notes", json=body, headers=headers) for body in bodies]
        assert [answer.status_code for answer in answers] == [201, 409]

    async def test_another_callers_key_is_another_key(self, client: httpx.AsyncClient, tokens: Any) -> None:
        people = [tokens.issue("manager", subject=subject) for subject in ("manager-a", "manager-b")]
        answers = [
            await client.post(
                "/v1/notes", json={"contact_id": str(uuid4())}, headers={**person, "Idempotency-Key": "one"}
            )
            for person in people
        ]
        assert [answer.status_code for answer in answers] == [201, 201]


@pytest.mark.requirement("SCR-15")
class TestIfMatch:
    @pytest.mark.parametrize(
        ("header", "status"),
        [({}, 428), ({"If-Match": "3"}, 422), ({"If-Match": '"2"'}, 412), ({"If-Match": '"3"'}, 200)],
    )
    async def test_a_change_names_the_version_it_was_made_on(
        self, client: httpx.AsyncClient, tokens: Any, header: dict[str, str], status: int
    ) -> None:
        answer = await client.put(f"/v1/notes/{uuid4()}", headers={**tokens.issue("manager"), **header})
        assert answer.status_code == status
        if status == 412:
            assert answer.json()["changed"] == ["words"]


class TestOperations:
    @pytest.mark.parametrize(
        "path", ["/health/live", "/health/ready", "/health/startup", "/info", "/metrics"]
    )
    async def test_those_who_run_it_need_not_sign_in(self, client: httpx.AsyncClient, path: str) -> None:
        answer = await client.get(path)
        assert answer.status_code == 200
        assert answer.headers["x-content-type-options"] == "nosniff"

    async def test_metrics_name_routes_and_never_addresses(
        self, client: httpx.AsyncClient, tokens: Any
    ) -> None:
        secret = uuid4()
        await client.put(f"/v1/notes/{secret}", headers=tokens.issue("manager"))
        text = (await client.get("/metrics")).text
        assert "/v1/notes/{contact_id}" in text
        assert str(secret) not in text


@pytest.mark.parametrize(
    "lengths",
    [
        b"Content-Length: 4\r\nTransfer-Encoding: chunked",
        b"Content-Length: 4\r\nContent-Length: 5",
        b"Transfer-Encoding: xchunked",
    ],
)
def test_a_message_of_two_lengths_is_refused(lengths: bytes) -> None:
    """Where one message ends must be the same for the proxy before a service and for the service itself."""
    assert AutoHTTPProtocol is HttpToolsProtocol
    httptools.HttpRequestParser(object()).feed_data(
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
    )
    with pytest.raises(httptools.HttpParserError):
        httptools.HttpRequestParser(object()).feed_data(
            b"POST / HTTP/1.1\r\nHost: x\r\n" + lengths + b"\r\n\r\n0\r\n\r\n"
        )


def test_a_route_that_names_no_caller_stops_the_start() -> None:
    router = APIRouter()

    @router.get("/open-to-all")
    async def forgotten() -> None:
        """Return nothing."""

    settings = Settings(
        environment="test",
        database_url="postgresql+asyncpg://localhost/none",
        nats_url="",
        token_issuer="https://issuer.example",
        token_jwks_url="https://issuer.example/jwks.json",
    )
    with pytest.raises(RouteWithoutCaller, match="/open-to-all"):
        create_app(settings, routers=[router])


SOME_ID = "01980000-0000-7000-8000-000000000001"


def create_cursor(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "!!!",
        "W10",
        create_cursor("a", "b"),
        create_cursor(1, 2),
        create_cursor(None, None),
        create_cursor("2026-11-18T10:00:00", SOME_ID),
        create_cursor("0001-01-01T00:00:00+14:00", SOME_ID),
        create_cursor("2026-11-18T10:00:00Z", "Robin"),
    ],
)
def test_a_cursor_that_no_list_gave_is_refused(cursor: str) -> None:
    with pytest.raises(Invalid):
        decode_cursor(cursor)


def test_a_cursor_comes_back_as_it_was() -> None:
    place = (datetime(2026, 3, 3, 13, 1, tzinfo=UTC), uuid4())
    assert decode_cursor(encode_cursor(*place)) == place


def test_the_application_is_built_without_touching_anything() -> None:
    assert isinstance(
        create_app(
            Settings(
                environment="test",
                database_url="postgresql+asyncpg://localhost/none",
                nats_url="",
                token_issuer="https://issuer.example",
                token_jwks_url="https://issuer.example/jwks.json",
            )
        ),
        FastAPI,
    )
