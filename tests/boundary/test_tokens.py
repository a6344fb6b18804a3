"""Forged, stolen and misdirected tokens at the real routes of every service: 401, beside one that counts."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from mash.access.audiences import HUB_AUDIENCE, agency_audience, service_audience
from mash.access.cookies import SealedCookies
from mash.access.roles import MAY_ASK, SERVICE_ROLES
from mash.sealing import make_keys
from support.clock import FakeClock
from support.forger import Forger
from support.services import Services
from support.tokens import AGENCIES, Tokens

pytestmark = pytest.mark.requirement("SEAL-09")
# A route of each service that shows records, and whose it is.
ROUTES = {
    "intake": ("/v1/contacts", "manager"),
    "screening": ("/v1/screenings", "manager"),
    "enquiry": ("/v1/enquiries", "manager"),
    "notifications": ("/v1/tasks", "manager"),
    "reporting": ("/v1/reports/monthly?partnership=havering&month=2026-04", "manager"),
    "partner-gateway": ("/v1/requests", "researcher"),
}
KEY = urlsafe_b64encode(b"1" * 32).decode()


@dataclass
class Target:
    """One service as it runs, and what a sound token for it says."""

    name: str
    client: httpx.AsyncClient
    tokens: Tokens
    clock: FakeClock

    @property
    def agency(self) -> str | None:
        return "police" if self.name == "partner-gateway" else None

    @property
    def audience(self) -> str:
        return agency_audience(self.agency) if self.agency else HUB_AUDIENCE

    def forger(self) -> Forger:
        role = ROUTES[self.name][1]
        return Forger(
            self.tokens,
            self.clock.now,
            aud=self.audience,
            roles=[role],
            **({"agency": self.agency} if self.agency else {}),
        )

    async def ask(self, token: str | None = None, path: str | None = None, **headers: str) -> int:
        signed = {"authorization": f"Bearer {token}"} if token else {}
        answer = await self.client.get(path or ROUTES[self.name][0], headers=signed | headers)
        if answer.status_code == 401:
            # A refusal is the same whatever was wrong, and says nothing of what is there.
            assert answer.json()["detail"] == "Sign in to go on."
            assert answer.headers["www-authenticate"] == "Bearer"
        return answer.status_code


@pytest_asyncio.fixture(params=ROUTES)
async def target(
    request: pytest.FixtureRequest, service: Services, tokens: Tokens, clock: FakeClock, tmp_path: Path
) -> AsyncIterator[Target]:
    name: str = request.param
    settings: dict[str, Any] = {
        "sign_in_client_id": "pages",
        "sign_in_address": f"http://{name}.test",
        "sign_in_keys": [KEY],
    }
    if name in MAY_ASK and name != "intake":
        settings["intake_url"] = "http://intake.test"
    if name == "notifications":
        settings["smtp_host"] = "mail.test"
    if name in ("partner-gateway", "enquiry"):
        make_keys(tmp_path, ["hub", *AGENCIES])
        settings["sealing_keys_dir"] = str(tmp_path)
    if name == "partner-gateway":
        settings |= {"agency": "police"}
    async with service(name, **settings) as client:
        yield Target(name, client, tokens, clock)


async def test_a_sound_token_counts_and_every_forged_one_does_not(target: Target) -> None:
    forger = target.forger()
    assert await target.ask(forger.token()) in (200, 404)
    for why, token in forger.attacks(service_audience("elsewhere")):
        assert await target.ask(token) == 401, why
        assert await target.ask(token, "/me") == 401, why
    assert await target.ask(forger.token()) in (200, 404)


async def test_without_a_token_there_is_nothing(target: Target) -> None:
    assert await target.ask(target.forger().token()) in (200, 404)
    assert await target.ask() == 401
    for header in ("Bearer", "Basic bWU6bWU=", f"Token {target.forger().token()}", ""):
        assert await target.ask(authorization=header) == 401, header


async def test_a_service_s_token_counts_at_the_service_that_it_is_for_alone(target: Target) -> None:
    for asker, role in SERVICE_ROLES.items():
        forger = Forger(target.tokens, target.clock.now, roles=[role.value])
        for other in [*MAY_ASK[asker], *SERVICE_ROLES, "intake", "hub", "police"]:
            mine = other == target.name
            status = await target.ask(forger.token(aud=service_audience(other)), "/me")
            assert status == (200 if mine else 401), (asker, other)
            # Where it counts, it still opens no person's door.
            if mine:
                assert await target.ask(forger.token(aud=service_audience(other))) == 403


async def test_a_person_s_token_does_not_count_with_a_service_s_audience(target: Target) -> None:
    forger = target.forger()
    assert await target.ask(forger.token(), "/me") == 200
    own = service_audience(target.name)
    for audience in (own, [own], [own, target.audience]):
        assert await target.ask(forger.token(aud=audience), "/me") == 401, audience


class TestCookies:
    def cookie(self, target: Target, owner: str | None = None, key: str = KEY, **changed: Any) -> str:
        now = target.clock.now
        cookies = SealedCookies(
            owner or target.agency or target.name, [key], secure=False, clock=target.clock
        )
        until = changed.pop("until", now + timedelta(minutes=5))
        token = changed.pop("token", None) or target.forger().token()
        content = {"subject": "forged", "access": token, "refresh": "", "renew_at": 0}
        return cookies.seal("session", content, until)[0].split(";")[0]

    async def test_one_that_is_sound_counts_and_no_other(self, target: Target) -> None:
        own = f"openmash-{target.agency or target.name}-session"
        sound = self.cookie(target)
        assert await target.ask(cookie=sound) in (200, 404)
        other_key = urlsafe_b64encode(b"2" * 32).decode()
        another = self.cookie(target, "elsewhere").split("=", 1)[1]
        wrong = {
            "sealed with another key": self.cookie(target, key=other_key),
            "of another service": self.cookie(target, "elsewhere"),
            "of another service, renamed": f"{own}={another}",
            "over": self.cookie(target, until=target.clock.now),
            "cut": sound[:-4],
            "the bare token": f"{own}=1.{target.forger().token()}",
            "holding a forged token": self.cookie(target, token=target.forger().token()[:-4]),
        }
        for why, cookie in wrong.items():
            assert await target.ask(cookie=cookie) == 401, why

    async def test_a_wrong_header_is_not_made_good_by_a_sound_cookie(self, target: Target) -> None:
        sound = self.cookie(target)
        assert await target.ask(cookie=sound) in (200, 404)
        assert await target.ask("nonsense", cookie=sound) == 401
