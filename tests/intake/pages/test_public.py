"""The public's form as a neighbour's browser without scripts goes through it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import pytest_asyncio
from mash.access.cookies import SealedCookies
from support.clock import FakeClock
from support.intake import Store
from support.pages import Page, visit
from support.services import Services

KEY = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
GO_ON, SEND = "Save and go on", "Send to Havering MASH"
COOKIE = "openmash-intake-draft"
Browser = Callable[[], Awaitable[httpx.AsyncClient]]


@asynccontextmanager
async def opened(service: Services, database_url: str, **settings: Any) -> AsyncIterator[Browser]:
    """Browsers of people who share nothing but the service."""
    told: dict[str, Any] = {"sign_in_keys": [KEY], "partnerships": ["havering"], **settings}
    app = await service.create("intake", database_url=database_url, **told)
    clients = []

    async def browser() -> httpx.AsyncClient:
        transport = httpx.ASGITransport(app)
        clients.append(httpx.AsyncClient(transport=transport, base_url="http://intake.test"))
        return clients[-1]

    async with app.router.lifespan_context(app):
        yield browser
        for client in clients:
            await client.aclose()


@pytest_asyncio.fixture
async def browser(service: Services, database_url: str) -> AsyncIterator[Browser]:
    async with opened(service, database_url) as found:
        yield found


async def begin(browser: Browser, danger: str = "no", **more: str) -> Page:
    page = await visit(await browser(), "/report")
    return await page.submit({"danger": danger, **more})


async def at(page: Page, path: str) -> Page:
    return await visit(page.client, f"/report/{path}")


async def write(page: Page, path: str, **said: Any) -> Page:
    return await (await at(page, path)).submit(said, button=GO_ON)


class TestJourney:
    @pytest.mark.requirement("INT-01")
    async def test_takes_a_neighbour_to_a_reference(
        self, browser: Browser, intake: httpx.AsyncClient, officer: dict[str, str]
    ) -> None:
        page = await visit(await browser(), "/report")
        assert page.heading == "Are you worried about a child?"
        assert "ring 999 now" in page.text
        page = await page.submit({"danger": "no"})
        page = await page.submit(
            {"worry": "He is out alone late at night.", "when": "Most nights"}, button=GO_ON
        )
        page = await visit(page.client, page.links()["Add a child"])
        page = await page.submit({"given": "Robin", "estimated_age_years": "7"}, button=GO_ON)
        page = await visit(page.client, page.links()["Go on"])
        page = await page.submit({"address": "14 Sample Close, Romford"}, button=GO_ON)
        page = await page.submit({"kind": "acquaintance"}, button=GO_ON)
        page = await page.submit({"telephone": "020 7946 0111", "safe_to_write": "no"}, button=GO_ON)
        assert page.heading == "Check what you wrote, then send it"
        page = await page.submit(button=SEND)
        assert "Thank you. It has been sent" in page.heading
        reference = page.texts(".govuk-panel__body strong")[0]
        seen = (await intake.get(f"/v1/contacts/{reference}", headers=officer)).json()
        assert seen["document"]["concern"]["narrative"] == "He is out alone late at night."
        assert seen["document"]["children"][0]["given"] == "Robin"
        assert seen["document"]["referrer"]["is_professional"] is False
        assert (seen["referrer_kind"], seen["may_write"]) == ("acquaintance", False)

    async def test_may_say_nothing_but_the_worry(self, browser: Browser, store: Store) -> None:
        page = await begin(browser)
        page = await write(page, "worry", worry="Shouting every night at number 14.")
        page = await (await at(page, "check")).submit(button=SEND)
        assert page.status == 200
        assert (await store.rows("contact"))[0]["referrer_kind"] == "anonymous"

    async def test_tells_who_says_yes_to_ring_first(self, browser: Browser, store: Store) -> None:
        page = await begin(browser, "yes")
        assert page.heading == "Ring before you write"
        page = await write(page, "worry", worry="He hits them.")
        page = await at(page, "check")
        assert "If you have not rung 999 yet, ring first." in page.text
        await page.submit(button=SEND)
        assert (await store.rows("contact"))[0]["immediate_danger"]

    async def test_needs_a_worry_and_keeps_the_rest(self, browser: Browser, store: Store) -> None:
        page = await begin(browser)
        empty = await write(page, "worry", when="Last night")
        assert (empty.status, empty.errors) == (422, ["Tell us what worries you"])
        assert empty.fields(GO_ON)["when"] == ["Last night"]
        await write(page, "home", address="14 Sample Close")
        refused = await (await at(page, "check")).submit(button=SEND)
        assert (refused.status, refused.errors) == (422, ["Tell us what worries you before you send this."])
        assert "14 Sample Close" in refused.text
        assert await store.count("contact") == 0

    async def test_takes_only_what_the_public_s_form_has(self, browser: Browser) -> None:
        page = await begin(browser)
        forged = await write(page, "you", kind="police")
        assert forged.status == 422
        assert (await at(page, "telling")).status == 404
        assert (await at(page, "children/1/places")).status == 404

    async def test_asks_for_the_area_where_there_are_several(
        self, service: Services, database_url: str, store: Store
    ) -> None:
        async with opened(service, database_url, partnerships=["havering", "medway"]) as browser:
            page = await begin(browser)
            assert page.errors == ["Choose the area the child lives in"]
            page = await begin(browser, partnership="medway")
            await write(page, "worry", worry="He is out alone.")
            await (await at(page, "check")).submit()
            assert (await store.rows("contact"))[0]["partnership"] == "medway"

    async def test_takes_what_was_written_along_to_another_area(
        self, service: Services, database_url: str, store: Store
    ) -> None:
        async with opened(service, database_url, partnerships=["havering", "medway"]) as browser:
            page = await begin(browser, partnership="havering")
            await write(page, "worry", worry="He is out alone.")
            again = await visit(page.client, "/report")
            await again.submit({"danger": "yes", "partnership": "medway"})
            check = await at(page, "check")
            assert "He is out alone." in check.text
            assert "If you have not rung 999 yet, ring first." in check.text
            (draft,) = await store.rows("draft")
            assert draft["partnership"] == "medway"
            await (await at(page, "delete")).submit()
            assert await store.count("draft") == 0

    @pytest.mark.requirement("INT-20")
    async def test_sent_twice_is_one_contact(self, browser: Browser, store: Store) -> None:
        page = await begin(browser)
        await write(page, "worry", worry="He is out alone.")
        check = await at(page, "check")
        first, again = await asyncio.gather(check.submit(button=SEND), check.submit(button=SEND))
        late = await check.submit(button=SEND)
        assert {one.texts(".govuk-panel__body strong")[0] for one in (first, again, late)} == {
            first.texts(".govuk-panel__body strong")[0]
        }
        assert (await store.count("contact"), await store.count("draft")) == (1, 0)


class TestCookie:
    async def test_leads_back_for_a_day_and_nobody_else(self, browser: Browser, clock: FakeClock) -> None:
        page = await begin(browser)
        await write(page, "worry", worry="He is out alone.")
        clock.advance(hours=23)
        assert "He is out alone." in (await at(page, "check")).text
        stranger = await visit(await browser(), "/report/check")
        assert stranger.heading == "Are you worried about a child?"
        clock.advance(hours=2)
        assert (await at(page, "check")).heading == "Are you worried about a child?"

    async def test_lasts_as_long_as_the_page_says_after_each_change(
        self, browser: Browser, clock: FakeClock
    ) -> None:
        page = await begin(browser)
        clock.advance(hours=20)
        await write(page, "worry", worry="He is out alone.")
        clock.advance(hours=20)
        await write(page, "children/1/child", given="Robin")
        clock.advance(hours=20)
        await (await at(page, "children/1/remove")).submit()
        clock.advance(hours=20)
        await (await visit(page.client, "/report")).submit({"danger": "no"})
        clock.advance(hours=20)
        assert "He is out alone." in (await at(page, "check")).text

    async def test_of_what_was_sent_is_taken_away_at_once(self, browser: Browser, store: Store) -> None:
        page = await begin(browser)
        await write(page, "worry", worry="He is out alone.")
        sent = await (await at(page, "check")).submit(button=SEND)
        page = await sent.submit(button="Remove this from the browser")
        assert page.heading == "It is removed from this browser"
        assert COOKIE not in page.client.cookies
        assert (await at(page, "sent")).heading == "Are you worried about a child?"
        assert await store.count("contact") == 1

    async def test_says_nothing_and_is_closed_to_scripts(self, browser: Browser) -> None:
        page = await visit(await browser(), "/report")
        answer = await page.client.post("/report", data={"danger": "no"}, headers={"accept": "text/html"})
        (cookie,) = answer.headers.get_list("set-cookie")
        assert cookie.startswith(f"{COOKIE}=")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Max-Age=86400" in cookie

    async def test_of_somebody_s_own_making_opens_nothing(
        self, browser: Browser, store: Store, clock: FakeClock
    ) -> None:
        page = await begin(browser)
        await write(page, "worry", worry="He is out alone.")
        (draft,) = await store.rows("draft")
        forger = SealedCookies("intake", ["B" * 43], secure=False, clock=clock)
        until = clock().replace(year=2027)
        (forged,) = forger.seal("draft", {"draft": str(draft["id"])}, until)
        value = forged.partition("=")[2].partition(";")[0]
        for cookie in (value, "", "1.x", str(draft["id"])):
            client = await browser()
            client.cookies.set(COOKIE, cookie)
            assert (await visit(client, "/report/check")).heading == "Are you worried about a child?"

    async def test_of_another_site_s_page_changes_nothing(self, browser: Browser, store: Store) -> None:
        page = await begin(browser)
        elsewhere = {"sec-fetch-site": "cross-site", "accept": "text/html"}
        for path in ("/report", "/report/worry", "/report/send", "/report/delete"):
            sent = await page.client.post(path, data={"worry": "x", "danger": "no"}, headers=elsewhere)
            assert sent.status_code == 403, path
        assert await store.count("draft") == 1

    async def test_is_taken_away_with_what_was_written(self, browser: Browser, store: Store) -> None:
        page = await begin(browser)
        await write(page, "worry", worry="He is out alone.")
        page = await (await at(page, "delete")).submit()
        assert page.heading == "It is deleted"
        assert COOKIE not in page.client.cookies
        assert (await store.count("draft"), await store.count("erased_case")) == (0, 1)
        assert (await at(page, "check")).heading == "Are you worried about a child?"

    async def test_is_no_sign_in(self, browser: Browser, tokens: Any, store: Store) -> None:
        page = await begin(browser)
        (draft,) = await store.rows("draft")
        for subject in ("public", "referrer-school"):
            headers = tokens.issue("referrer", subject=subject)
            assert (await page.client.get(f"/v1/drafts/{draft['id']}", headers=headers)).status_code == 404
            assert (await page.client.get("/v1/drafts", headers=headers)).json() == []

    async def test_without_keys_there_is_no_form(self, intake: httpx.AsyncClient) -> None:
        assert (await visit(intake, "/report")).status == 404


class TestKeeping:
    async def test_ends_a_day_after_the_last_change(
        self, browser: Browser, clock: FakeClock, store: Store
    ) -> None:
        page = await begin(browser)
        await write(page, "worry", worry="He is out alone.")
        clock.advance(hours=25)
        await store.wait_for_audit("draft.erased")
        assert (await store.count("draft"), await store.count("erased_case")) == (0, 1)

    async def test_is_in_words_that_the_store_cannot_read(self, browser: Browser, store: Store) -> None:
        page = await begin(browser)
        await write(page, "worry", worry="He is out alone.")
        assert "alone" not in str(await store.rows("draft"))
        assert "alone" not in str(await store.audit())

    async def test_gives_back_what_was_written_too_late(self, browser: Browser, clock: FakeClock) -> None:
        written = await at(await begin(browser), "worry")
        clock.advance(hours=25)
        late = await written.submit({"worry": "It took me a day to write."}, button=GO_ON)
        assert late.status == 404
        assert "It took me a day to write." in late.text
        assert late.links() == {"Begin again": "/report"}


class TestLimits:
    @pytest.mark.requirement("SEAL-09")
    async def test_hold_back_what_is_sent_and_lose_nothing(
        self, service: Services, database_url: str, store: Store
    ) -> None:
        async with opened(service, database_url, public_per_hour_and_address=1) as browser:
            for number, status in ((1, 200), (2, 429)):
                page = await begin(browser)
                await write(page, "worry", worry=f"Worry {number}.")
                page = await (await at(page, "check")).submit(button=SEND)
                assert page.status == status
            assert "has not been sent. It is still kept here. Please ring MASH duty line" in page.errors[0]
            assert "Worry 2." in page.text
            assert (await store.count("contact"), await store.count("draft")) == (1, 1)

    @pytest.mark.requirement("SEAL-09")
    async def test_hold_back_whoever_begins_again_and_again(
        self, service: Services, database_url: str, store: Store
    ) -> None:
        async with opened(service, database_url, public_per_hour_and_address=1) as browser:
            statuses = [(await begin(browser)).status for _ in range(6)]
        assert statuses == [200] * 5 + [429]
        assert await store.count("draft") == 5
