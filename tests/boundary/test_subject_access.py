"""What somebody who asks is given of what is held about them, and what never reaches them."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import httpx
import pytest
import pytest_asyncio
from factories.intake import create_child, create_form, create_mother
from fastapi import FastAPI
from support.clock import FakeClock
from support.services import Services
from support.tokens import Tokens

pytestmark = pytest.mark.requirement("SEAL-06")

OFFICER = "data_protection_officer"
ROBIN = {"given": "Robin", "family": "Testcase", "dob": "2019-02-03"}
WREN = create_child(given="Wren", family="Quillfeather", dob="2020-05-05", nhs_number=None)
POLICE_WORDS = "Officers attended because of Terrence Thirdparty."
SUSPICION = "<script>alert('Marian')</script> =HYPERLINK(0) was hidden from us"


class OtherServices:
    """Answers what screening, the enquiry and notifications hold; each of them has the same."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.app.post("/token")(self._grant)
        self.app.get("/v1/held/{contact_id}")(self._held)
        self.police_words = POLICE_WORDS

    async def _grant(self) -> dict[str, Any]:
        return {"access_token": "a-token", "expires_in": 3600}

    async def _held(self, contact_id: str) -> dict[str, Any]:
        words = {"id": f"returned.{contact_id}", "part": "returned: content", "whose": "the agency police"}
        return {"items": [{**words, "words": {"content": {"text": self.police_words}}}]}


class Desk:
    """The data protection officer at work."""

    def __init__(self, client: httpx.AsyncClient, tokens: Tokens, others: OtherServices) -> None:
        self._client = client
        self._tokens = tokens
        self.others = others

    async def ask(self, role: str, method: str, path: str, **sent: Any) -> httpx.Response:
        return await self._client.request(method, path, headers=self._tokens.issue(role), **sent)

    async def send(self, **changes: Any) -> str:
        answer = await self.ask("referrer-school", "POST", "/v1/contacts", json=create_form(**changes))
        return str(answer.json()["reference"])

    async def open(self, who: Mapping[str, Any] = ROBIN, **more: Any) -> str:
        form = {"partnership": "havering", "person": dict(who), **more}
        answer = await self.ask(OFFICER, "POST", "/v1/subject-access", json=form)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def view(self, request: str) -> dict[str, Any]:
        answer = await self.ask(OFFICER, "GET", f"/v1/subject-access/{request}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def decide(
        self, request: str, item: Mapping[str, Any], decision: str, **more: Any
    ) -> httpx.Response:
        named = {name: item[name] for name in ("contact_id", "item", "digest")}
        form = {**named, "decision": decision, **more}
        return await self.ask(OFFICER, "POST", f"/v1/subject-access/{request}/decisions", json=form)

    async def export(self, request: str) -> dict[str, str]:
        answer = await self.ask(OFFICER, "GET", f"/v1/subject-access/{request}/export")
        assert answer.status_code == 200, answer.text
        with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}


def find(view: Mapping[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in view["items"] if one["item"].startswith(name))


@pytest_asyncio.fixture
async def desk(
    service: Services, serve: Callable[[Any], Awaitable[str]], tokens: Tokens
) -> AsyncIterator[Desk]:
    others = OtherServices()
    url = await serve(others.app)
    addresses: dict[str, Any] = {f"{name}_url": url for name in ("screening", "enquiry", "notifications")}
    app = await service.create("intake", partnerships=["havering"], token_url=f"{url}/token", **addresses)
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://intake.test") as client:
        yield Desk(client, tokens, others)
    await app.state.hub.engine.dispose()


class TestWhatIsGiven:
    async def test_is_what_the_person_is_and_said(self, desk: Desk) -> None:
        await desk.send()
        found = await desk.export(await desk.open())
        assert set(found) == {"what-we-hold.html", "what-we-hold.json"}
        for content in found.values():
            assert "Robin" in content
            assert "Robin says there is no food at home." in content

    async def test_holds_no_word_of_anybody_else_until_it_was_decided(self, desk: Desk) -> None:
        await desk.send(
            children=[create_child(), WREN],
            household=[create_mother(given="Marian")],
            concern={"narrative": "Told by Lynn Marker of Terrence Thirdparty.", "types": ["neglect"]},
            views={"child": "Wren says that Robin cries."},
        )
        everything = "".join((await desk.export(await desk.open())).values())
        strange = ("Wren", "Quillfeather", "Marian", "Lynn", "Marker", "Thirdparty", "Paula", "Officers")
        assert [name for name in strange if name in everything] == []

    async def test_never_holds_what_was_kept_back_and_says_how_much_and_why(self, desk: Desk) -> None:
        await desk.send()
        request = await desk.open()
        view = await desk.view(request)
        kept = await desk.decide(request, find(view, "enquiry/"), "withhold", exemption="crime")
        assert kept.status_code == 204
        found = await desk.export(request)
        assert "Thirdparty" not in "".join(found.values())
        assert json.loads(found["what-we-hold.json"])["withheld"] == {"crime": 1}
        assert "One part is kept back." in found["what-we-hold.html"]
        assert "prevention or detection of crime" in found["what-we-hold.html"]

    async def test_holds_what_was_given_and_in_its_place_what_was_cut(self, desk: Desk) -> None:
        await desk.send()
        request = await desk.open()
        view = await desk.view(request)
        await desk.decide(request, find(view, "intake/document.concern.narrative"), "give")
        await desk.decide(request, find(view, "screening/"), "give_cut", cut="Officers attended.")
        found = await desk.export(request)
        for content in found.values():
            assert "Robin came to school hungry" in content
            assert "Officers attended." in content
            assert "Thirdparty" not in content
        assert "Some of it is left out." in found["what-we-hold.html"]

    async def test_says_that_a_page_is_words_and_never_a_script(self, desk: Desk) -> None:
        desk.others.police_words = SUSPICION
        await desk.send()
        request = await desk.open()
        await desk.decide(request, find(await desk.view(request), "enquiry/"), "give")
        page = (await desk.export(request))["what-we-hold.html"]
        assert "<script" not in page
        assert "&lt;script&gt;" in page

    async def test_is_never_another_childs(self, desk: Desk) -> None:
        await desk.send()
        await desk.send(children=[WREN], household=[], views={"child": "Wren is afraid."})
        request = await desk.open()
        for item in (await desk.view(request))["items"]:
            await desk.decide(request, item, "give")
        everything = "".join((await desk.export(request)).values())
        assert "Robin" in everything
        assert "Wren" not in everything
        assert "Quillfeather" not in everything


class TestDeciding:
    async def test_every_thing_says_whose_words_it_is(self, desk: Desk) -> None:
        await desk.send()
        view = await desk.view(await desk.open())
        assert find(view, "intake/document.referrer")["whose"] == "whoever made the contact"
        assert find(view, "enquiry/")["whose"] == "the agency police"
        assert find(view, "intake/document.children")["whose"] == "the person who asks"
        assert [one for one in view["items"] if not one["whose"]] == []

    async def test_what_has_changed_is_looked_at_anew(self, desk: Desk) -> None:
        await desk.send()
        request = await desk.open()
        item = find(await desk.view(request), "enquiry/")
        await desk.decide(request, item, "give")
        desk.others.police_words = "They have found out more about Terrence Thirdparty."
        assert "found out more" not in "".join((await desk.export(request)).values())
        assert (await desk.decide(request, item, "give")).status_code == 409

    @pytest.mark.parametrize(
        "given",
        [
            {"decision": "withhold"},
            {"decision": "give", "exemption": "crime"},
            {"decision": "give_cut"},
            {"decision": "give", "cut": "Shorter."},
        ],
    )
    async def test_a_decision_says_all_that_it_must(self, desk: Desk, given: dict[str, str]) -> None:
        await desk.send()
        request = await desk.open()
        item = find(await desk.view(request), "enquiry/")
        assert (await desk.decide(request, item, **given)).status_code == 422

    @pytest.mark.parametrize("role", ["manager", "social_worker", "referrer-school", "analyst", "ops"])
    async def test_nobody_else_may_ask_or_look(self, desk: Desk, role: str) -> None:
        await desk.send()
        request = await desk.open()
        for method, path in (
            ("GET", ""),
            ("GET", f"/{request}"),
            ("GET", f"/{request}/export"),
            ("POST", f"/{request}/answered"),
        ):
            assert (await desk.ask(role, method, f"/v1/subject-access{path}")).status_code == 403


class TestFinding:
    async def test_finds_every_contact_that_the_person_is_in(self, desk: Desk) -> None:
        first, second = await desk.send(), await desk.send(children=[create_child(nhs_number=None)])
        view = await desk.view(await desk.open())
        assert {one["reference"] for one in view["items"]} == {first, second}

    async def test_a_contact_about_one_child_names_the_person(self, desk: Desk) -> None:
        reference = await desk.send()
        form = {"partnership": "havering", "reference": reference}
        answer = await desk.ask(OFFICER, "POST", "/v1/subject-access", json=form)
        assert answer.json()["contacts"] == 1

    async def test_too_little_to_know_a_person_by_is_refused(self, desk: Desk) -> None:
        form = {"partnership": "havering", "person": {"given": "Robin"}}
        assert (await desk.ask(OFFICER, "POST", "/v1/subject-access", json=form)).status_code == 422


class TestTime:
    async def test_is_a_month_from_receipt_and_can_be_put_off_once_by_two(
        self, desk: Desk, clock: FakeClock
    ) -> None:
        request = await desk.open(received_on="2026-11-18")
        assert (await desk.view(request))["due_on"] == "2026-12-18"
        put_off = {"months": 2, "reason": "There are many records."}
        answer = await desk.ask(OFFICER, "POST", f"/v1/subject-access/{request}/extension", json=put_off)
        assert answer.json() == {"due_on": "2027-02-18"}
        again = await desk.ask(OFFICER, "POST", f"/v1/subject-access/{request}/extension", json=put_off)
        assert again.status_code == 409
        clock.advance(days=120)
        (listed,) = (await desk.ask(OFFICER, "GET", "/v1/subject-access")).json()
        assert listed["overdue"]
        answer = await desk.ask(OFFICER, "POST", f"/v1/subject-access/{request}/answered")
        assert answer.status_code == 204
        (listed,) = (await desk.ask(OFFICER, "GET", "/v1/subject-access")).json()
        assert not listed["overdue"]

    async def test_does_not_end_while_anything_waits_for_a_decision(self, desk: Desk) -> None:
        await desk.send()
        request = await desk.open()
        path = f"/v1/subject-access/{request}/answered"
        assert (await desk.ask(OFFICER, "POST", path)).status_code == 409
        assert (await desk.view(request))["answered_at"] is None
        for item in (await desk.view(request))["items"]:
            await desk.decide(request, item, "withhold", exemption="third_party")
        assert (await desk.ask(OFFICER, "POST", path)).status_code == 204
        assert (await desk.view(request))["answered_at"] is not None
