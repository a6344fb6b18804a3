"""The data protection officer answers somebody who asks what is held about them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from factories.intake import create_form
from fastapi import FastAPI
from support.pages import Page, visit
from support.services import Services
from support.tokens import Tokens

pytestmark = pytest.mark.requirement("SEAL-06")

Headers = dict[str, str]
ROBIN = {"given": "Robin", "family": "Testcase", "dob-day": "3", "dob-month": "2", "dob-year": "2019"}
HELD = {
    "id": "returned.other",
    "part": "returned: other",
    "whose": "the agency police",
    "facts": {"returned_at": "2026-07-01T09:30:00Z", "words": "2026-02-31T09:30:00Z"},
    "words": {},
}
POLICE_WORDS = "<b>Officers</b> attended because of Terrence Thirdparty."


class Others:
    """Answers what screening, the enquiry and notifications hold: nothing but a word of the police's."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.app.post("/token")(self._grant)
        self.app.get("/v1/held/{contact_id}")(self._held)
        self.police_words = POLICE_WORDS
        self.before: list[dict[str, Any]] = []
        self.has_erased = False

    async def _grant(self) -> dict[str, Any]:
        return {"access_token": "a-token", "expires_in": 3600}

    async def _held(self, contact_id: str) -> dict[str, Any]:
        words = {"id": f"returned.{contact_id}", "part": "returned: content", "whose": "the agency police"}
        held = {**words, "words": {"content": {"text": self.police_words}}}
        return {"items": [*self.before, *([] if self.has_erased else [held])]}


@pytest.fixture
def others() -> Others:
    return Others()


@pytest_asyncio.fixture
async def intake(
    service: Services, serve: Callable[[Any], Awaitable[str]], database_url: str, others: Others
) -> AsyncIterator[httpx.AsyncClient]:
    url = await serve(others.app)
    urls: dict[str, Any] = {f"{name}_url": url for name in ("screening", "enquiry", "notifications")}
    async with service(
        "intake", database_url=database_url, partnerships=["havering"], token_url=f"{url}/token", **urls
    ) as client:
        yield client


@pytest.fixture
def dpo(tokens: Tokens) -> Headers:
    return tokens.issue("dpo")


async def ask(client: httpx.AsyncClient, dpo: Headers, referrer: Headers, **typed: str) -> Page:
    await client.post("/v1/contacts", json=create_form(), headers=referrer)
    page = await visit(client, "/subject-access", dpo)
    return await page.submit({**ROBIN, **typed}, button="Take it in")


async def decide(page: Page, part: str, **said: str) -> Page:
    """Decide on the first thing of that name."""
    (card,) = [one for one in page.html.css("div.hub-card") if part in one.text()][:1]
    form = card.css_first("form")
    assert form is not None
    fields = [one.attributes for one in form.css("input[type=hidden]")]
    hidden = {one["name"] or "": one["value"] or "" for one in fields}
    sent = {**hidden, **{name.replace("PLACE", hidden["place"]): value for name, value in said.items()}}
    action = form.attributes["action"] or ""
    answer = await page.client.post(action, data=sent, headers=page.headers, follow_redirects=False)
    if answer.has_redirect_location:
        return await visit(page.client, answer.headers["location"].partition("#")[0], page.headers)
    return Page(page.client, page.headers, answer)


async def give_all(page: Page) -> None:
    """Give all that waits, as it stands."""
    path = f"/v1{page.path}"
    for item in (await page.client.get(path, headers=page.headers)).json()["items"]:
        said = {name: item[name] for name in ("contact_id", "item", "digest")} | {"decision": "give"}
        answer = await page.client.post(f"{path}/decisions", json=said, headers=page.headers)
        assert answer.status_code == 204, answer.text


class TestSubjectAccess:
    async def test_shows_all_that_is_held_and_what_waits(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers
    ) -> None:
        page = await ask(intake, dpo, referrer)
        assert page.status == 200, page.errors
        assert "The answer is due by 18 December 2026" in page.text
        assert "Robin came to school hungry three days running." in page.text
        assert POLICE_WORDS in page.text
        assert page.texts("main b") == []
        assert "Waits for you" in page.texts(".govuk-tag")
        listed = await visit(intake, "/subject-access", dpo)
        assert page.path in listed.links().values()

    async def test_gives_leaves_out_and_cuts(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers
    ) -> None:
        page = await ask(intake, dpo, referrer)
        path = page.path
        page = await decide(page, "came to school hungry", decision="give")
        cut = {"PLACE-cut": "Officers attended."}
        page = await decide(page, "Terrence Thirdparty", decision="give_cut", **cut)
        assert {"Given", "Given cut"} <= set(page.texts(".govuk-tag"))

        answer = await intake.get(f"{path}/export", headers=dpo)
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            given = archive.read("what-we-hold.json").decode()
        assert "came to school hungry" in given
        assert "Officers attended." in given
        assert "Terrence" not in given

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            ({}, ""),
            ({"decision": "withhold"}, "-exemption"),
            ({"decision": "give_cut"}, "-cut"),
        ],
    )
    async def test_says_at_its_field_what_a_decision_lacks(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers, said: dict[str, str], field: str
    ) -> None:
        page = await decide(await ask(intake, dpo, referrer), "Terrence Thirdparty", **said)
        assert page.status == 422
        (link,) = [one.attributes["href"] or "" for one in page.html.css(".govuk-error-summary__list a")]
        assert link.endswith(field)
        assert page.html.css_first(link) is not None

    async def test_decides_nothing_that_has_changed_since(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers, others: Others
    ) -> None:
        page = await ask(intake, dpo, referrer)
        others.police_words = "Officers say something else now."
        back = await decide(page, "Terrence Thirdparty", decision="give")
        assert (back.status, "has changed since you looked at it" in back.text) == (422, True)
        assert "Officers say something else now." in back.text

    @pytest.mark.parametrize("has_erased", [False, True])
    async def test_gives_back_what_was_typed_where_what_is_held_has_changed(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers, others: Others, has_erased: bool
    ) -> None:
        page = await ask(intake, dpo, referrer)
        others.before = [HELD | {"id": "returned.first"}]
        others.has_erased, others.police_words = has_erased, "Officers say something else now."
        cut = {"PLACE-cut": "Officers attended a house."}
        back = await decide(page, "Terrence Thirdparty", decision="give_cut", **cut)
        assert (back.status, len(back.errors)) == (422, 1)
        assert "Officers attended a house." in back.text

    async def test_shows_times_by_londons_clock(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers, others: Others
    ) -> None:
        others.before = [HELD]
        page = await ask(intake, dpo, referrer)
        assert "1 July 2026 at 10.30am" in page.text
        assert {"First name", "Date of birth"} <= set(page.texts("dt"))
        assert "2026-02-31T09:30:00Z" in page.text

    async def test_is_not_answered_while_anything_waits(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers
    ) -> None:
        page = await ask(intake, dpo, referrer)
        refused = await page.submit(button="The person has been given the answer")
        assert refused.status == 422
        assert "things wait for a decision" in refused.errors[0]
        listed = await visit(intake, "/subject-access", dpo)
        assert "Due by 18 December 2026" in listed.text

    async def test_is_put_off_and_then_answered(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers
    ) -> None:
        page = await ask(intake, dpo, referrer)
        refused = await page.submit({"reason": "Many records."}, button="Put it off")
        assert (refused.status, refused.errors) == (422, ["Choose by how much"])
        assert refused.fields("Put it off")["reason"] == ["Many records."]
        page = await refused.submit({"months": "2"}, button="Put it off")
        assert "The answer is due by 18 February 2027" in page.text
        await give_all(page)
        page = await page.submit(button="The person has been given the answer")
        assert "It was answered on 18 November 2026" in page.text

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            (
                {"dob-day": "", "dob-month": "", "dob-year": ""},
                "Give an NHS number, or the whole name and the date of birth.",
            ),
            ({"dob-month": "13"}, "Date of birth must be a real date"),
            ({"given": "R" * 201}, "First name is too long: 200 characters at most"),
            (
                {"received-day": "1", "received-month": "1", "received-year": "2027"},
                "It cannot have come later than today.",
            ),
        ],
    )
    async def test_comes_back_with_what_was_typed(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers, typed: dict[str, str], told: str
    ) -> None:
        page = await ask(intake, dpo, referrer, **typed)
        assert (page.status, page.errors) == (422, [told])
        assert page.fields("Take it in")["family"] == ["Testcase"]
        for link in page.html.css(".govuk-error-summary__list a"):
            assert page.html.css_first(link.attributes["href"] or "") is not None

    async def test_is_not_there_for_another_partnership(
        self, intake: httpx.AsyncClient, dpo: Headers, referrer: Headers, tokens: Tokens
    ) -> None:
        path = (await ask(intake, dpo, referrer)).path
        other = tokens.issue("dpo", partnerships=["medway"])
        for one in (path, f"{path}/export"):
            assert (await visit(intake, one, other)).status == 404

    @pytest.mark.parametrize("role", ["manager", "contact_officer", "analyst", "referrer-school"])
    async def test_is_for_the_data_protection_officer_alone(
        self, intake: httpx.AsyncClient, tokens: Tokens, role: str
    ) -> None:
        assert (await visit(intake, "/subject-access", tokens.issue(role))).status == 403
