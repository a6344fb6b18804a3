import asyncio
import logging
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response
from mash import http
from mash.http import RemoteNotFound, ServiceClient, Unavailable
from openmash_local.certificates import provide_certificates
from opentelemetry.sdk.trace import TracerProvider
from pydantic import BaseModel
from pydantic_settings import BaseSettings
from support.logged import all_logged


class Settings(BaseSettings):
    intake_url: str = "http://intake.example/"
    gone_url: str = "http://127.0.0.1:1"


class Facts(BaseModel):
    child_count: int


class Tokens:
    """Gives numbered tokens; forgetting one moves to the next."""

    def __init__(self) -> None:
        self.number = 1
        self.is_closed = False

    async def token(self, service: str) -> str:
        return f"token-{self.number}"

    def forget(self, service: str) -> None:
        self.number += 1

    async def aclose(self) -> None:
        self.is_closed = True


class Intake:
    """A service that gives the answers it is told to, in turn, and keeps what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, dict[str, str], bytes]] = []
        self.app = FastAPI()
        self.app.add_api_route("/{path:path}", self.answer, methods=["GET", "POST"])

    async def answer(self, request: Request) -> Response:
        self.asked.append((request.url.path, dict(request.headers), await request.body()))
        answer = self.answers.pop(0)
        return Response(status_code=answer) if isinstance(answer, int) else JSONResponse(answer)

    def client(self) -> ServiceClient:
        pool = httpx.AsyncClient(transport=httpx.ASGITransport(self.app))
        return ServiceClient(Settings(), Tokens(), pool)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "FIRST_PAUSE_SECONDS", 0.001)


@pytest.fixture
async def real_client() -> AsyncIterator[ServiceClient]:
    client = ServiceClient(Settings(), Tokens())
    yield client
    await client.aclose()


async def test_an_answer_is_read_by_its_schema() -> None:
    intake = Intake({"child_count": 2})
    facts = await intake.client().get("intake", "/v1/contacts/by-id/1/facts", schema=Facts)
    assert facts == Facts(child_count=2)
    path, headers, _ = intake.asked[0]
    assert path == "/v1/contacts/by-id/1/facts"
    assert headers["authorization"] == "Bearer token-1"


async def test_a_list_is_read_by_its_schema() -> None:
    answer = await Intake([{"child_count": 2}]).client().get("intake", "/v1/x", schema=list[Facts])
    assert answer == [Facts(child_count=2)]


async def test_a_call_carries_the_trace() -> None:
    intake = Intake({"child_count": 2})
    with TracerProvider().get_tracer("test").start_as_current_span("call") as span:
        await intake.client().get("intake", "/v1/x", schema=Facts)
    assert format(span.get_span_context().trace_id, "032x") in intake.asked[0][1]["traceparent"]


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_service_briefly_away_is_asked_again(status: int) -> None:
    intake = Intake(status, status, {"child_count": 2})
    assert await intake.client().get("intake", "/v1/x", schema=Facts)
    assert len(intake.asked) == 3


async def test_a_service_that_stays_away_is_given_up() -> None:
    intake = Intake(503, 503, 503, {"child_count": 2})
    with pytest.raises(Unavailable) as given_up:
        await intake.client().get("intake", "/v1/x", schema=Facts)
    assert given_up.value.service == "intake"
    assert len(intake.asked) == 3


async def test_a_service_that_does_not_listen_is_unavailable(real_client: ServiceClient) -> None:
    with pytest.raises(Unavailable):
        await real_client.get("gone", "/v1/x", schema=Facts)


async def test_a_service_without_an_address_is_unavailable(real_client: ServiceClient) -> None:
    with pytest.raises(Unavailable):
        await real_client.get("unheard-of", "/v1/x", schema=Facts)


async def test_closing_the_client_closes_its_tokens() -> None:
    tokens = Tokens()
    await ServiceClient(Settings(), tokens).aclose()
    assert tokens.is_closed


async def test_a_missing_record_is_not_asked_for_again() -> None:
    intake = Intake(404, {"child_count": 2})
    with pytest.raises(RemoteNotFound):
        await intake.client().get("intake", "/v1/x", schema=Facts)
    assert len(intake.asked) == 1


@pytest.mark.parametrize("status", [302, 400, 403, 422, 500])
async def test_another_refusal_is_not_asked_for_again(status: int) -> None:
    intake = Intake(status, {"child_count": 2})
    with pytest.raises(Unavailable):
        await intake.client().get("intake", "/v1/x", schema=Facts)
    assert len(intake.asked) == 1


async def test_a_refused_token_is_fetched_anew() -> None:
    intake = Intake(401, {"child_count": 2})
    assert await intake.client().get("intake", "/v1/x", schema=Facts)
    assert [headers["authorization"] for _, headers, _ in intake.asked] == [
        "Bearer token-1",
        "Bearer token-2",
    ]


async def test_a_post_is_repeated_under_one_key() -> None:
    intake = Intake(503, {"child_count": 2})
    await intake.client().post("intake", "/v1/x", Facts(child_count=1), schema=Facts, idempotency_key="key-1")
    assert [headers["idempotency-key"] for _, headers, _ in intake.asked] == ["key-1", "key-1"]
    assert [body for _, _, body in intake.asked] == [b'{"child_count":1}'] * 2


@pytest.mark.requirement("SEAL-09")
async def test_neither_addresses_nor_answers_are_repeated(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with pytest.raises(Unavailable) as refused:
        await Intake({"child_count": "Robin"}).client().get("intake", "/v1/by-name/Testcase", schema=Facts)
    assert refused.value.__suppress_context__
    told = caplog.text + str(refused.value)
    assert "Robin" not in told
    assert "Testcase" not in told


async def test_who_is_not_who_it_says_is_told_from_who_is_away(tmp_path: Path) -> None:
    provide_certificates(tmp_path, ["intake"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "intake" / "tls.crt", tmp_path / "intake" / "tls.key")
    impostor = await asyncio.start_server(lambda _reader, _writer: None, "127.0.0.1", 0, ssl=context)
    address = f"https://127.0.0.1:{impostor.sockets[0].getsockname()[1]}"
    async with impostor:
        client = ServiceClient(Settings(intake_url=address), Tokens())
        with all_logged() as lines:
            for service in ("intake", "gone"):
                with pytest.raises(Unavailable):
                    await client.get(service, "/v1/facts", schema=Facts)
        await client.aclose()
    told = {(line["asked"], line["error"]) for line in lines}
    assert told == {("intake", "SSLCertVerificationError"), ("gone", "ConnectionRefusedError")}
