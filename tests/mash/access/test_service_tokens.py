import asyncio
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from factories.access import Rules, create_issuer, create_network, create_verifier
from mash.access import NotSignedIn
from mash.access.provider import Provider
from mash.access.service_tokens import ServiceTokens, asking_for
from mash.http import Unavailable
from support.clock import FakeClock


@dataclass(frozen=True)
class Credentials:
    client_id: str = "service-screening"
    client_secret: str = "a-secret"
    token_request: dict[str, str] = field(default_factory=lambda: {"audience": "{audience}"})


class Desk:
    def __init__(self, directory: Path, lifetime: timedelta = timedelta(minutes=15)) -> None:
        self.clock = FakeClock()
        self.network = create_network(create_issuer(directory, self.clock, token_lifetime=lifetime))
        self.tokens = self.service_tokens(Credentials())

    def service_tokens(self, credentials: Credentials) -> ServiceTokens:
        http = httpx.AsyncClient(transport=self.network)
        provider = Provider(Rules(), clock=self.clock, http=http)
        return ServiceTokens(credentials, provider, clock=self.clock, http=http)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


async def test_the_token_signs_the_service_in(desk: Desk) -> None:
    caller = await create_verifier(desk.network, desk.clock).verify(await desk.tokens.token("intake"))
    assert caller.is_service
    assert caller.subject == "service-screening"


async def test_many_calls_at_once_fetch_one_token(desk: Desk) -> None:
    tokens = await asyncio.gather(*(desk.tokens.token("intake") for _ in range(50)))
    assert len(set(tokens)) == 1
    assert desk.network.asked.count("/token") == 1


async def test_a_token_is_renewed_before_it_expires(desk: Desk) -> None:
    first = await desk.tokens.token("intake")
    desk.clock.advance(timedelta(minutes=13, seconds=59))
    assert await desk.tokens.token("intake") == first
    desk.clock.advance(timedelta(seconds=2))
    assert await desk.tokens.token("intake") != first


async def test_a_short_lived_token_is_used_more_than_once(tmp_path: Path) -> None:
    desk = Desk(tmp_path, lifetime=timedelta(seconds=40))
    first = await desk.tokens.token("intake")
    desk.clock.advance(timedelta(seconds=20))
    assert await desk.tokens.token("intake") == first


async def test_a_token_is_used_to_its_end_while_the_issuer_is_away(desk: Desk) -> None:
    first = await desk.tokens.token("intake")
    desk.network.is_away = True
    desk.clock.advance(timedelta(minutes=14, seconds=30))
    assert await desk.tokens.token("intake") == first
    desk.clock.advance(timedelta(seconds=30))
    with pytest.raises(Unavailable):
        await desk.tokens.token("intake")


async def test_a_token_that_was_refused_is_fetched_anew(desk: Desk) -> None:
    first = await desk.tokens.token("intake")
    desk.tokens.forget("intake")
    assert await desk.tokens.token("intake") != first


async def test_a_refusal_does_not_repeat_the_secret(desk: Desk) -> None:
    with pytest.raises(Unavailable) as refused:
        await desk.service_tokens(Credentials(client_secret="mistyped-secret")).token("intake")
    assert "mistyped" not in str(refused.value)
    assert refused.value.__suppress_context__


@pytest.mark.requirement("SEAL-09")
async def test_a_token_counts_at_the_service_that_it_is_for_and_nowhere_else(desk: Desk) -> None:
    token = await desk.tokens.token("intake")
    assert await create_verifier(desk.network, desk.clock, Rules(service="intake")).verify(token)
    for elsewhere in (Rules(service="enquiry"), Rules(service="intake-", token_audience="openmash-police")):
        with pytest.raises(NotSignedIn):
            await create_verifier(desk.network, desk.clock, elsewhere).verify(token)


@pytest.mark.requirement("SEAL-09")
@pytest.mark.parametrize("service", ["screening", "hub", "police"])
async def test_a_service_gets_no_token_for_whom_it_has_no_business_with(desk: Desk, service: str) -> None:
    assert await desk.tokens.token("intake")
    with pytest.raises(Unavailable):
        await desk.tokens.token(service)


async def test_forgetting_one_token_keeps_the_others(desk: Desk) -> None:
    first = await desk.tokens.token("intake")
    desk.tokens.forget("enquiry")
    assert await desk.tokens.token("intake") == first


async def test_a_provider_may_be_asked_for_an_audience_in_its_own_way() -> None:
    fields = {"scope": "api://{audience}/.default", "resource": "{audience}"}
    assert asking_for("openmash-intake", fields) == {
        "scope": "api://openmash-intake/.default",
        "resource": "openmash-intake",
    }
