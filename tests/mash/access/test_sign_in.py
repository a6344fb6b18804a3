"""A browser signs in at the development provider and comes back; then all that can be wrong with it."""

from __future__ import annotations

import asyncio
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import pytest
from factories.access import ISSUER, Away, create_issuer, create_network
from fastapi import FastAPI
from mash.access import Manager
from mash.access.cookies import SealedCookies, TooLarge
from mash.access.development import Issuer
from mash.access.sessions import Sessions, local_path
from mash.access.sign_in import router
from mash.access.tokens import TokenVerifier
from mash.settings import ServiceSettings
from mash.web import problems
from mash.web.middleware import Edge
from support.clock import FakeClock
from support.logged import all_logged

pytestmark = pytest.mark.requirement("SEAL-09")
KEY, OTHER_KEY = (urlsafe_b64encode(bytes([number]) * 32).decode() for number in (1, 2))
HERE = "https://intake.example"
CALLBACK = f"{HERE}/sign-in/callback"
HTML = {"accept": "text/html"}


class Hub:
    """As much of a hub as the doors need."""

    def __init__(self, settings: ServiceSettings, tokens: TokenVerifier) -> None:
        self.settings = settings
        self.tokens = tokens


class House:
    """A service of the hub, and the provider that it sends browsers to."""

    def __init__(self, directory: Path, **changed: Any) -> None:
        self.clock = FakeClock()
        clients = {"pages-intake": CALLBACK, "pages-other": "https://other.example/sign-in/callback"}
        self.issuer: Issuer = create_issuer(directory, self.clock, sign_in_clients=clients)
        self.network: Away = create_network(self.issuer)
        given: dict[str, Any] = {
            "service": "intake",
            "environment": "production",
            "database_url": "postgresql+asyncpg://x",
            "nats_url": "",
            "token_issuer": ISSUER,
            "sign_in_client_id": "pages-intake",
            "sign_in_address": HERE,
            "sign_in_keys": [KEY],
        }
        self.settings = ServiceSettings(**given | changed)
        http = httpx.AsyncClient(transport=self.network)
        self.tokens = TokenVerifier(self.settings, clock=self.clock, http=http)
        self.sessions = Sessions(self.settings, self.tokens, clock=self.clock)
        self.app = FastAPI()
        self.app.state.hub = Hub(self.settings, self.tokens)
        self.app.state.sessions = self.sessions
        self.app.include_router(router)

        @self.app.post("/v1/things")
        async def change(caller: Manager) -> str:
            return caller.subject

        problems.install(self.app)
        self.app.add_middleware(Edge, service="intake", max_body_bytes=10_000, larger={})

    @asynccontextmanager
    async def browser(self) -> AsyncIterator[httpx.AsyncClient]:
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url=HERE) as client:
            yield client

    async def choose(self, address: str, persona: str = "manager", **changed: str) -> httpx.Response:
        """What the provider answers when somebody chooses who to be on its page."""
        form = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        form |= {"persona": persona, **changed}
        async with httpx.AsyncClient(transport=self.network) as outside:
            return await outside.post(f"{ISSUER}/authorize", data=form)

    async def sign_in(self, browser: httpx.AsyncClient, next: str = "/me", persona: str = "manager") -> None:
        begun = await browser.get("/sign-in", params={"next": next})
        back = (await self.choose(begun.headers["location"], persona)).headers["location"]
        done = await browser.get(back)
        assert (done.status_code, done.headers["location"]) == (303, HERE + next)


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


@pytest.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    async with house.browser() as browser:
        yield browser


class TestThereAndBack:
    async def test_a_browser_is_sent_there_and_comes_back_as_somebody(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        first = await browser.get("/me", headers=HTML)
        assert (first.status_code, first.headers["location"]) == (303, f"{HERE}/sign-in?next=%2Fme")
        await house.sign_in(browser)
        me = (await browser.get("/me", headers=HTML)).json()
        assert (me["subject"], me["roles"], me["partnerships"]) == ("manager", ["manager"], ["havering"])

    async def test_what_asks_for_no_page_is_told_401(self, browser: httpx.AsyncClient) -> None:
        answer = await browser.get("/me")
        assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
        assert (await browser.post("/v1/things", headers=HTML)).status_code == 401

    async def test_asks_the_provider_for_no_more_than_is_needed(self, browser: httpx.AsyncClient) -> None:
        begun = urlsplit((await browser.get("/sign-in")).headers["location"])
        asked = {name: values[0] for name, values in parse_qs(begun.query).items()}
        assert begun.path == "/authorize"
        assert asked["redirect_uri"] == CALLBACK
        assert asked["code_challenge_method"] == "S256"
        assert asked["audience"] == "openmash-hub"
        assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3

    async def test_the_cookie_is_closed_to_scripts_and_other_sites(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        begun = await browser.get("/sign-in")
        back = (await house.choose(begun.headers["location"])).headers["location"]
        kept = (await browser.get(back)).headers.get_list("set-cookie")
        assert kept[0].startswith("__Host-openmash-intake-session=")
        for cookie in kept:
            assert {"Path=/", "HttpOnly", "SameSite=Lax", "Secure"} <= set(cookie.split("; "))
        assert "manager" not in kept[0]

    @pytest.mark.parametrize(
        "outside",
        [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "\\\\evil",
            "javascript:x",
            "a",
            "/a\nb",
        ],
    )
    async def test_one_never_lands_on_another_site(
        self, house: House, browser: httpx.AsyncClient, outside: str
    ) -> None:
        assert local_path("/v1/contacts?limit=2") == "/v1/contacts?limit=2"
        begun = await browser.get("/sign-in", params={"next": outside})
        back = (await house.choose(begun.headers["location"])).headers["location"]
        assert (await browser.get(back)).headers["location"] == f"{HERE}/"


class TestComingBackWrongly:
    @pytest.mark.parametrize(
        "changed",
        [
            {"state": "another"},
            {"state": "é"},
            {"state": ""},
            {"code": "another"},
            {"code": ""},
            {"iss": "https://other.example"},
            {"code": "", "error": "access_denied"},
        ],
    )
    async def test_signs_nobody_in(
        self, house: House, browser: httpx.AsyncClient, changed: dict[str, str]
    ) -> None:
        begun = await browser.get("/sign-in")
        back = (await house.choose(begun.headers["location"])).headers["location"]
        query = {name: values[0] for name, values in parse_qs(urlsplit(back).query).items()}
        wrong = await browser.get(f"{CALLBACK}?{urlencode(query | changed)}", headers=HTML)
        assert wrong.status_code == 400
        assert not [one for one in wrong.headers.get_list("set-cookie") if "session" in one]
        assert (await browser.get("/me")).status_code == 401

    async def test_another_s_code_signs_nobody_in(self, house: House, browser: httpx.AsyncClient) -> None:
        async with house.browser() as forger:
            begun = await forger.get("/sign-in")
            theirs = (await house.choose(begun.headers["location"])).headers["location"]
        await browser.get("/sign-in")
        assert (await browser.get(theirs)).status_code == 400

    async def test_a_code_counts_once(self, house: House, browser: httpx.AsyncClient) -> None:
        begun = await browser.get("/sign-in")
        cookies = dict(browser.cookies)
        back = (await house.choose(begun.headers["location"])).headers["location"]
        assert (await browser.get(back)).status_code == 303
        async with house.browser() as again:
            again.cookies.update(cookies)
            assert (await again.get(back)).status_code == 400

    async def test_a_code_is_good_for_a_minute(self, house: House, browser: httpx.AsyncClient) -> None:
        begun = await browser.get("/sign-in")
        back = (await house.choose(begun.headers["location"])).headers["location"]
        house.clock.advance(timedelta(seconds=60))
        assert (await browser.get(back)).status_code == 400

    async def test_an_answer_after_ten_minutes_does_not_count(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        begun = await browser.get("/sign-in")
        house.clock.advance(timedelta(minutes=11))
        back = (await house.choose(begun.headers["location"])).headers["location"]
        assert (await browser.get(back)).status_code == 400

    async def test_an_id_token_of_another_sign_in_does_not_count(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        begun = await browser.get("/sign-in")
        back = (await house.choose(begun.headers["location"], nonce="another")).headers["location"]
        assert (await browser.get(back)).status_code == 400

    async def test_while_the_provider_is_away_it_says_so(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        house.network.is_away = True
        answer = await browser.get("/sign-in")
        assert answer.status_code == 503
        assert "cannot sign in just now" in answer.text

    async def test_a_persona_of_other_places_cannot_be_chosen(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        begun = (await browser.get("/sign-in")).headers["location"]
        assert (await house.choose(begun, "researcher-police")).status_code == 400
        assert (await house.choose(begun, "service-screening")).status_code == 400


class TestTheProvidersPage:
    @pytest.mark.parametrize(
        "changed",
        [
            {"client_id": "nobody"},
            {"client_id": "pages-other"},
            {"redirect_uri": f"{CALLBACK}/"},
            {"redirect_uri": "https://evil.example/sign-in/callback"},
            {"response_type": "token"},
            {"scope": "profile"},
            {"code_challenge_method": "plain"},
            {"code_challenge": ""},
        ],
    )
    async def test_refuses_and_sends_nobody_on(
        self, house: House, browser: httpx.AsyncClient, changed: dict[str, str]
    ) -> None:
        begun = (await browser.get("/sign-in")).headers["location"]
        asked = {name: values[0] for name, values in parse_qs(urlsplit(begun).query).items()} | changed
        async with httpx.AsyncClient(transport=house.network) as outside:
            shown = await outside.get(f"{ISSUER}/authorize", params=asked)
            chosen = await outside.post(f"{ISSUER}/authorize", data=asked | {"persona": "manager"})
        assert (shown.status_code, chosen.status_code) == (400, 400)
        assert "location" not in chosen.headers

    async def test_runs_no_script_and_escapes_what_it_was_sent(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        begun = (await browser.get("/sign-in")).headers["location"]
        async with httpx.AsyncClient(transport=house.network) as outside:
            page = await outside.get(begun.replace("state=", 'state="><script>'))
        assert page.status_code == 200
        assert "<script>" not in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'none'")
        assert re.search(
            r"form-action 'self' https://intake\.example$", page.headers["content-security-policy"]
        )
        assert '<html lang="en-GB">' in page.text

    @pytest.mark.parametrize(
        "changed", [{"code_verifier": "guessed"}, {"redirect_uri": HERE}, {"client_id": "x"}]
    )
    async def test_a_stolen_code_is_worth_nothing(
        self, house: House, browser: httpx.AsyncClient, changed: dict[str, str]
    ) -> None:
        begun = (await browser.get("/sign-in")).headers["location"]
        back = (await house.choose(begun)).headers["location"]
        stolen = parse_qs(urlsplit(back).query)["code"][0]
        kept = house.sessions.cookies.open("sign-in", dict(browser.cookies))
        assert kept is not None
        form = {
            "grant_type": "authorization_code",
            "code": stolen,
            "client_id": "pages-intake",
            "redirect_uri": CALLBACK,
            "code_verifier": kept["verifier"],
        }
        async with httpx.AsyncClient(transport=house.network) as outside:
            answer = await outside.post(f"{ISSUER}/token", data=form | changed)
        assert (answer.status_code, answer.json()) == (400, {"error": "invalid_grant"})


class TestTheSession:
    async def test_is_renewed_while_the_provider_allows_it(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        await house.sign_in(browser)
        for _ in range(3):
            house.clock.advance(timedelta(minutes=20))
            assert (await browser.get("/me")).json()["subject"] == "manager"
        assert house.network.asked.count("/token") == 4

    async def test_ends_after_its_hours_all_the_same(self, house: House, browser: httpx.AsyncClient) -> None:
        await house.sign_in(browser)
        for _ in range(29):
            house.clock.advance(timedelta(minutes=20))
            assert (await browser.get("/me")).status_code == 200
        house.clock.advance(timedelta(minutes=20))
        assert (await browser.get("/me")).status_code == 401

    @pytest.mark.parametrize(("away", "status"), [(44, 200), (45, 401)])
    async def test_ends_where_nothing_is_asked_for_long(
        self, house: House, browser: httpx.AsyncClient, away: int, status: int
    ) -> None:
        """A token of fifteen minutes, and thirty in which nobody came back."""
        await house.sign_in(browser)
        house.clock.advance(timedelta(minutes=away))
        assert (await browser.get("/me")).status_code == status

    async def test_does_not_outlast_a_token_that_cannot_be_renewed(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        token = house.issuer.token(house.issuer.clients["manager"])
        until = house.clock.now + timedelta(minutes=15)
        content = {"access": token, "refresh": "", "renew_at": 0, "until": until.timestamp()}
        browser.headers["cookie"] = house.sessions.cookies.seal("session", content, until)[0].split(";")[0]
        assert (await browser.get("/me")).status_code == 200
        house.clock.advance(timedelta(minutes=15))
        assert (await browser.get("/me")).status_code == 401

    async def test_a_spent_refresh_token_renews_nothing(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        await house.sign_in(browser)
        stolen = dict(browser.cookies)
        house.clock.advance(timedelta(minutes=20))
        assert (await browser.get("/me")).status_code == 200
        other = House(Path(house.issuer.settings.issuer_key_file).parent)
        other.network.app, other.clock.now = house.network.app, house.clock.now
        async with other.browser() as thief:
            thief.cookies.update(stolen)
            assert (await thief.get("/me")).status_code == 401

    async def test_a_page_s_many_requests_renew_it_once(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        await house.sign_in(browser)
        house.clock.advance(timedelta(minutes=20))
        answers = await asyncio.gather(*(browser.get("/me") for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
        assert house.network.asked.count("/token") == 2

    @pytest.mark.parametrize(
        ("headers", "status"),
        [
            ({"sec-fetch-site": "same-origin"}, 200),
            ({"origin": HERE}, 200),
            ({}, 403),
            ({"origin": "https://evil.example"}, 403),
            ({"origin": "null"}, 403),
            ({"sec-fetch-site": "same-site", "origin": HERE}, 403),
            ({"sec-fetch-site": "cross-site"}, 403),
            ({"sec-fetch-site": "none"}, 403),
        ],
    )
    async def test_changes_nothing_for_another_site(
        self, house: House, browser: httpx.AsyncClient, headers: dict[str, str], status: int
    ) -> None:
        await house.sign_in(browser)
        assert (await browser.post("/v1/things", headers=headers)).status_code == status

    async def test_a_header_goes_before_the_cookie(self, house: House, browser: httpx.AsyncClient) -> None:
        await house.sign_in(browser)
        token = house.issuer.token(house.issuer.clients["worker"])
        answer = await browser.get("/me", headers={"authorization": f"Bearer {token}"})
        assert answer.json()["subject"] == "worker"
        for bad in ("Bearer x", "Basic bWU6bWU=", ""):
            assert (await browser.get("/me", headers={"authorization": bad})).status_code == 401

    async def test_signing_out_takes_it_away_and_ends_it_at_the_provider(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        await house.sign_in(browser)
        assert 'method="post" action="/sign-out"' in (await browser.get("/sign-out")).text
        assert (
            await browser.post("/sign-out", headers={"origin": "https://evil.example"})
        ).status_code == 403
        assert (await browser.get("/me")).status_code == 200
        out = await browser.post("/sign-out", headers={"sec-fetch-site": "same-origin"})
        assert out.headers["location"].startswith(f"{ISSUER}/end-session?")
        assert out.headers["clear-site-data"] == '"cache", "storage"'
        assert (await browser.get("/me")).status_code == 401
        async with httpx.AsyncClient(transport=house.network) as outside:
            back = await outside.get(out.headers["location"])
            astray = await outside.get(f"{ISSUER}/end-session?post_logout_redirect_uri=https://evil.example/")
        assert back.headers["location"] == f"{HERE}/sign-out"
        assert astray.status_code == 200
        assert "You are signed out" in (await browser.get("/sign-out")).text


class TestWhatIsLogged:
    async def test_a_sign_in_and_its_end_are_with_who_it_was(
        self, house: House, browser: httpx.AsyncClient
    ) -> None:
        with all_logged() as lines:
            await house.sign_in(browser)
            await browser.post("/sign-out", headers={"sec-fetch-site": "same-origin"})
        told = {line["event"]: line for line in lines}
        assert told["signed_in"]["caller"] == "manager"
        assert "signed_out" in told

    async def test_one_that_failed_is_without_what_was_sent(self, browser: httpx.AsyncClient) -> None:
        with all_logged() as lines:
            await browser.get(f"{CALLBACK}?code=stolen&state=forged")
        assert "sign_in_refused" in [line["event"] for line in lines]
        assert "stolen" not in str(lines)


class TestTheCookie:
    def cookies(
        self, clock: FakeClock, owner: str = "intake", keys: tuple[str, ...] = (KEY,)
    ) -> SealedCookies:
        return SealedCookies(owner, keys, secure=False, clock=clock)

    def kept(self, set_cookies: list[str]) -> dict[str, str]:
        return dict(one.split(";")[0].split("=", 1) for one in set_cookies)

    def test_opens_under_any_key_of_the_list(self) -> None:
        clock = FakeClock()
        until = clock.now + timedelta(minutes=1)
        kept = self.kept(self.cookies(clock).seal("session", {"a": 1}, until))
        assert self.cookies(clock, keys=(OTHER_KEY, KEY)).open("session", kept) == {"a": 1}
        assert self.cookies(clock, keys=(OTHER_KEY,)).open("session", kept) is None

    def test_of_another_service_does_not_open_even_under_the_same_key(self) -> None:
        clock = FakeClock()
        kept = self.kept(self.cookies(clock).seal("session", {"a": 1}, clock.now + timedelta(minutes=1)))
        renamed = {name.replace("intake", "enquiry"): value for name, value in kept.items()}
        assert self.cookies(clock).open("session", kept)
        assert self.cookies(clock, "enquiry").open("session", renamed) is None
        begun = {name.replace("session", "sign-in"): value for name, value in kept.items()}
        assert self.cookies(clock).open("sign-in", begun) is None

    def test_that_is_long_goes_in_parts_and_none_may_be_missing(self) -> None:
        clock = FakeClock()
        content = {"token": "x" * 6000}
        kept = self.kept(self.cookies(clock).seal("session", content, clock.now + timedelta(minutes=1)))
        assert len(kept) == 3
        assert self.cookies(clock).open("session", kept) == content
        for name in kept:
            assert self.cookies(clock).open("session", {k: v for k, v in kept.items() if k != name}) is None

    def test_that_is_too_long_is_refused(self) -> None:
        clock = FakeClock()
        with pytest.raises(TooLarge):
            self.cookies(clock).seal("session", {"token": "x" * 12_000}, clock.now + timedelta(minutes=1))

    def test_that_is_over_or_forged_does_not_open(self) -> None:
        clock = FakeClock()
        until = clock.now + timedelta(minutes=1)
        ((name, value),) = self.kept(self.cookies(clock).seal("session", {"a": 1}, until)).items()
        for forged in (
            value[:-2],
            "1." + json.dumps({"a": 1}),
            "1.",
            "",
            "9.x",
        ):
            assert self.cookies(clock).open("session", {name: forged}) is None
        assert self.cookies(clock).open("session", {name: value}) == {"a": 1}
        clock.advance(timedelta(minutes=1))
        assert self.cookies(clock).open("session", {name: value}) is None

    @pytest.mark.parametrize("keys", [[], ["c2hvcnQ"], [KEY, "c2hvcnQ"]])
    def test_keys_have_to_be_long_enough(self, keys: list[str]) -> None:
        with pytest.raises(ValueError, match="256 bits"):
            self.cookies(FakeClock(), keys=tuple(keys))


@pytest.mark.parametrize(
    "changed",
    [
        {"sign_in_client_id": "openmash-hub"},
        {"sign_in_address": "http://intake.example"},
        {"sign_in_keys": []},
    ],
)
def test_settings_that_are_not_safe_stop_the_start(tmp_path: Path, changed: dict[str, Any]) -> None:
    House(tmp_path)
    with pytest.raises(ValueError, match="SIGN_IN"):
        House(tmp_path, **changed)


async def test_without_a_client_id_there_is_nothing_to_sign_in_at(house: House) -> None:
    house.app.state.sessions = None
    async with house.browser() as browser:
        assert (await browser.get("/sign-in")).status_code == 404
        assert (await browser.get("/me", headers=HTML)).status_code == 401
