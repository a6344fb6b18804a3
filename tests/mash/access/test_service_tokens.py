import asyncio
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from factories.access import ISSUER, create_issuer, create_network, create_verifier
from mash.access.service_tokens import ServiceTokens
from mash.http import Unavailable
from support.clock import FakeClock


@dataclass(frozen=True)
class Credentials:
    token_url: str = f"{ISSUER}/token"
    token_audience: str = "openmash-hub"
    client_id: str = "service-screening"
    client_secret: str = "a-secret"


class Desk:
    def __init__(self, directory: Path, lifetime: timedelta = timedelta(minutes=15)) -> None:
        self.clock = FakeClock()
        self.network = create_network(create_issuer(directory, self.clock, token_lifetime=lifetime))
        self.tokens = self.service_tokens(Credentials())

    def service_tokens(self, credentials: Credentials) -> ServiceTokens:
        http = httpx.AsyncClient(transport=self.network)
        return ServiceTokens(credentials, clock=self.clock, http=http)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_the_token_signs_the_service_in(desk: Desk) -> None:
    caller = await create_verifier(desk.network, desk.clock).verify(await desk.tokens.token())
    assert caller.is_service
    assert caller.subject == "service-screening"


async def test_many_calls_at_once_fetch_one_token(desk: Desk) -> None:
    tokens = await asyncio.gather(*(desk.tokens.token() for _ in range(50)))
    assert len(set(tokens)) == 1
    assert len(desk.network.asked) == 1


async def test_a_token_is_renewed_before_it_expires(desk: Desk) -> None:
    first = await desk.tokens.token()
    desk.clock.advance(timedelta(minutes=13, seconds=59))
    assert await desk.tokens.token() == first
    desk.clock.advance(timedelta(seconds=2))
    assert await desk.tokens.token() != first


async def test_a_short_lived_token_is_used_more_than_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, lifetime=timedelta(seconds=40))
    first = await desk.tokens.token()
    desk.clock.advance(timedelta(seconds=20))
    assert await desk.tokens.token() == first


async def test_a_token_is_used_to_its_end_while_the_issuer_is_away(desk: Desk) -> None:
    first = await desk.tokens.token()
    desk.network.is_away = True
    desk.clock.advance(timedelta(minutes=14, seconds=30))
    assert await desk.tokens.token() == first
    desk.clock.advance(timedelta(seconds=30))
    with pytest.raises(Unavailable):
        await desk.tokens.token()


async def test_a_token_that_was_refused_is_fetched_anew(desk: Desk) -> None:
    first = await desk.tokens.token()
    desk.tokens.forget()
    assert await desk.tokens.token() != first


async def test_a_refusal_does_not_repeat_the_secret(desk: Desk) -> None:
    with pytest.raises(Unavailable) as refused:
        await desk.service_tokens(Credentials(client_secret="mistyped-secret")).token()
    assert "mistyped" not in str(refused.value)
    assert refused.value.__suppress_context__
