"""What a professional sees of what they sent, adds to it, and challenges."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from factories.intake import create_form
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from intake.events.handlers import HANDLERS
from intake.usecases.retention import hear_challenge
from mash.contracts.screening import (
    ClosedBecause,
    ContactAllocated,
    ContactDecided,
    DisagreementRaised,
    ScreeningReopened,
)
from mash.hub import Hub
from screening.domain.disagreement import State
from support.clock import FakeClock
from support.intake import Store
from support.pages import Page, visit
from support.services import Services
from support.tokens import Tokens

STANDS = ["Received", "With a social worker", "Looked into further", "Decided"]
CHALLENGE = UUID("01980000-0000-7000-8000-0000000000c1")
PDF = b"%PDF-1.7\n1 0 obj\n"


@dataclass
class Screening:
    """Screening as far as a referrer's challenges go."""

    asked: list[Any] = field(default_factory=list)
    refusal: int | None = None
    state: State = "awaiting_answer"
    closed_because: ClosedBecause | None = None

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.post("/v1/disagreements", status_code=201)
        async def raised(request: Request) -> Any:
            self.asked.append((dict(request.headers), await request.json()))
            if self.refusal:
                return JSONResponse({"detail": "It was not decided yet."}, self.refusal)
            return {"id": str(CHALLENGE), "reference": "x"}

        @app.get("/v1/disagreements/{id}")
        async def shown(id: UUID, request: Request) -> Any:
            self.asked.append((dict(request.headers), None))
            if self.refusal:
                return JSONResponse({"detail": "There is no such disagreement."}, self.refusal)
            return self.one(id)

        return app

    def one(self, id: UUID) -> dict[str, Any]:
        at = "2026-11-18T10:00:00Z"
        stage = {"number": 1, "title": "Between the partners", "owner": "MASH manager", "began_at": at}
        answer = {"due_at": "2026-11-25T10:00:00Z", "answered_at": None, "result": None, "response": None}
        if self.state == "answered":
            answer |= {"answered_at": at, "result": "upheld", "response": "It was weighed again."}
        return {
            "id": str(id),
            "reference": "HAV-26-00000000",
            "about": "decision",
            "state": self.state,
            "owner": "MASH manager",
            "raised_at": at,
            "due_at": "2026-11-25T10:00:00Z",
            "closed_because": self.closed_because,
            "reason": "The children are not safe.",
            "stages": [stage | answer],
        }


@pytest.fixture
def screening() -> Screening:
    return Screening()


@dataclass
class Portal:
    """One referrer, and a contact that they have sent."""

    client: httpx.AsyncClient
    hub: Hub
    headers: dict[str, str]
    receipt: dict[str, Any]

    async def at(self, path: str = "", headers: dict[str, str] | None = None) -> Page:
        where = f"/portal/contacts/{self.receipt['reference']}{path}"
        return await visit(self.client, where, headers or self.headers)

    async def _hears(self, event: type[Any], **told: Any) -> None:
        """Have intake hear of something, as it does from the bus."""
        facts = {"contact_id": self.receipt["contact_id"], **told}
        handle = next(one.apply for one in HANDLERS if one.event is event)
        async with self.hub.transaction() as tx:
            await handle(tx, event.model_validate(event.example | facts))

    async def is_allocated(self, at: datetime) -> None:
        await self._hears(ContactAllocated, worker="worker-of-the-hub", allocated_at=at)

    async def is_enquired_into(self, at: datetime) -> None:
        await self._hears(ContactDecided, pathway="enquiry", decided_at=at)

    async def is_decided(self, at: datetime) -> None:
        await self._hears(ContactDecided, pathway="early_help", decided_at=at)

    async def is_reopened(self, at: datetime) -> None:
        await self._hears(ScreeningReopened, reopened_at=at)

    async def is_challenged(self) -> None:
        """Have intake hear of a challenge, as it does from the bus."""
        told = {"disagreement_id": str(CHALLENGE), "contact_id": self.receipt["contact_id"]}
        async with self.hub.transaction() as tx:
            await hear_challenge(tx, DisagreementRaised.model_validate(DisagreementRaised.example | told))


@pytest_asyncio.fixture
async def portal(
    service: Services,
    database_url: str,
    serve: Callable[[Any], Awaitable[str]],
    screening: Screening,
    tokens: Tokens,
) -> AsyncIterator[Portal]:
    url = await serve(screening.app())
    app = await service.create("intake", database_url=database_url, screening_url=url)
    headers = tokens.issue("referrer-school")
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://intake.test") as client,
    ):
        draft = (await client.post("/v1/drafts", json=_form(), headers=headers)).json()
        file = {"name": "letter.pdf", "content": "JVBERi0xLjcKMSAwIG9iago="}
        await client.post(f"/v1/drafts/{draft['id']}/attachments", json=file, headers=headers)
        receipt = (await client.post(f"/v1/drafts/{draft['id']}/send", headers=headers)).json()
        yield Portal(client, app.state.hub, headers, receipt)


def _form() -> dict[str, Any]:
    return create_form(history={})


class TestReceipt:
    async def test_says_what_happens_next_by_when_and_whom_to_ring(self, portal: Portal) -> None:
        page = await portal.at("/sent")
        assert "Your concern has been sent" in page.heading
        assert page.texts(".govuk-panel__body strong") == [portal.receipt["reference"]]
        assert portal.receipt["acknowledgement"]["words"] in page.text
        assert "ring MASH duty line" in page.text
        assert "01708 433999" in page.text
        missing = [item["label"] for item in portal.receipt["missing"]]
        assert missing
        assert all(label in page.text for label in missing)

    @pytest.mark.parametrize("path", ["", "/sent", "/add", "/challenge"])
    async def test_is_for_whoever_sent_it(
        self, portal: Portal, tokens: Tokens, officer: dict[str, str], path: str
    ) -> None:
        assert (await portal.at(path)).status == 200
        other = tokens.issue("referrer", subject="another-school")
        assert (await portal.at(path, other)).status == 404
        elsewhere = tokens.issue("referrer-school", partnerships=["medway"])
        assert (await portal.at(path, elsewhere)).status == 404
        assert (await portal.at(path, officer)).status == 403


@pytest.mark.requirement("FBK-06")
class TestHowFarItHasGot:
    async def test_is_told_without_what_was_decided_and_by_whom(
        self, portal: Portal, clock: FakeClock, tokens: Tokens
    ) -> None:
        told: list[str] = []
        for happens in (None, portal.is_allocated, portal.is_enquired_into, portal.is_decided):
            clock.advance(minutes=5)
            if happens is not None:
                await happens(clock())
            page = await portal.at()
            told += [one for one in page.texts("dd") if one in STANDS]
            assert "worker-of-the-hub" not in page.text
            assert "early_help" not in page.text
            status = await portal.client.get(
                f"/v1/contacts/{portal.receipt['reference']}/status", headers=portal.headers
            )
            assert datetime.fromisoformat(status.json()["stage_since"]) == (
                clock() if happens else clock() - timedelta(minutes=5)
            )
        assert told == STANDS

    async def test_is_told_anew_once_it_is_open_again(self, portal: Portal, clock: FakeClock) -> None:
        await portal.is_decided(clock())
        assert "Decided" in (await portal.at()).texts("dd")
        await portal.is_reopened(clock.advance(minutes=5))
        assert "Looked into further" in (await portal.at()).texts("dd")


@pytest.mark.requirement("INT-22")
class TestContact:
    async def test_shows_how_it_stands_and_what_was_sent(
        self, portal: Portal, officer: dict[str, str]
    ) -> None:
        page = await portal.at()
        assert "waits for a contact officer" in page.text
        assert "Robin came to school hungry" in page.text
        where = f"/v1/contacts/{portal.receipt['reference']}"
        correction = {"language": "Polish"}
        await portal.client.patch(where, json=correction, headers=officer | {"If-Match": '"1"'})
        page = await portal.at()
        assert "A contact officer has gone through it" in page.text
        assert "Polish" not in page.text

    async def test_is_listed_by_its_reference(self, portal: Portal, tokens: Tokens) -> None:
        listed = await visit(portal.client, "/portal", portal.headers)
        assert portal.receipt["reference"] in listed.links()
        other = await visit(portal.client, "/portal", tokens.issue("referrer", subject="another-school"))
        assert portal.receipt["reference"] not in other.text

    async def test_gives_its_files_back_to_whoever_sent_them(self, portal: Portal, tokens: Tokens) -> None:
        link = (await portal.at()).links()["letter.pdf"]
        got = await portal.client.get(link, headers=portal.headers)
        assert got.content == PDF
        assert got.headers["content-type"] == "application/octet-stream"
        assert got.headers["x-content-type-options"] == "nosniff"
        other = tokens.issue("referrer", subject="another-school")
        assert (await portal.client.get(link, headers=other)).status_code == 404

    async def test_is_added_to_once(self, portal: Portal, store: Store) -> None:
        page = await portal.at("/add")
        said = {"text": "Robin has told us of a bruise.", "types": ["physical_abuse"]}
        added = await page.submit(said)
        await page.submit(said)
        assert "Robin has told us of a bruise." in added.text
        assert await store.count("addition") == 1
        assert len(await store.events("contact.supplemented")) == 1

    async def test_is_not_added_to_with_nothing(self, portal: Portal, store: Store) -> None:
        page = await (await portal.at("/add")).submit({"immediate_danger": "yes"})
        assert (page.status, page.errors) == (422, ["Write what you want to add"])
        assert page.fields()["immediate_danger"] == ["yes"]
        assert await store.count("addition") == 0


@pytest.mark.requirement("FBK-06")
class TestChallenge:
    async def test_reaches_screening_as_from_whoever_signed_in(
        self, portal: Portal, screening: Screening
    ) -> None:
        page = await portal.at("/challenge")
        page = await page.submit({"about": "decision", "reason": "The children are not safe."})
        headers, body = screening.asked[0]
        assert headers["authorization"] == portal.headers["authorization"]
        assert headers["idempotency-key"]
        assert body == {
            "reference": portal.receipt["reference"],
            "about": "decision",
            "reason": "The children are not safe.",
        }
        assert "It is open. MASH manager is to answer by 25 November 2026 at 10am" in page.text

    async def test_says_what_is_left_out_and_keeps_the_rest(
        self, portal: Portal, screening: Screening
    ) -> None:
        page = await (await portal.at("/challenge")).submit({"reason": "The children are not safe."})
        assert (page.status, page.errors) == (422, ["Choose what you challenge"])
        assert page.fields()["reason"] == ["The children are not safe."]
        assert screening.asked == []

    @pytest.mark.parametrize(
        ("refusal", "words"),
        [
            (409, "It was not decided yet."),
            (404, "This cannot be challenged yet: the hub has not begun to look at it. Ring and ask."),
            (500, "A part of the hub does not answer. Nothing was sent. Try again in a few minutes."),
        ],
    )
    async def test_that_is_refused_keeps_its_words(
        self, portal: Portal, screening: Screening, refusal: int, words: str
    ) -> None:
        screening.refusal = refusal
        page = await (await portal.at("/challenge")).submit({"about": "delay", "reason": "Six weeks."})
        assert (page.status, page.errors) == (422, [words])
        assert page.fields()["reason"] == ["Six weeks."]

    async def test_that_is_open_is_shown_with_who_answers_by_when(self, portal: Portal) -> None:
        assert "Nothing." in (await portal.at()).text
        await portal.is_challenged()
        page = await portal.at()
        assert "open. MASH manager is to answer by 25 November 2026 at 10am" in page.text
        link = next(href for href in page.links().values() if "/challenges/" in href)
        assert "The children are not safe." in (await visit(portal.client, link, portal.headers)).text

    async def test_that_is_answered_says_until_when_it_goes_further(
        self, portal: Portal, screening: Screening
    ) -> None:
        await portal.is_challenged()
        screening.state = "answered"
        page = await portal.at()
        assert "answered. Open it to read the answer" in page.text
        assert "go further before 25 November 2026 at 10am" in page.text
        assert "is to answer" not in page.text

    @pytest.mark.parametrize(
        ("because", "told"),
        [
            ("accepted", "ended. You accepted the answer."),
            ("not_taken_further", "ended. Nobody took it further in time."),
            ("final_answer", "ended. The last stage has answered."),
            ("withdrawn", "ended. You took it back."),
        ],
    )
    async def test_that_has_ended_says_so(
        self, portal: Portal, screening: Screening, because: ClosedBecause, told: str
    ) -> None:
        await portal.is_challenged()
        screening.state = "withdrawn" if because == "withdrawn" else "resolved"
        screening.closed_because = because
        page = await portal.at()
        assert told in page.text
        assert "is to answer" not in page.text

    async def test_of_somebody_else_is_not_shown(self, portal: Portal, screening: Screening) -> None:
        await portal.is_challenged()
        screening.refusal = 404
        assert "Nothing." in (await portal.at()).text

    async def test_that_cannot_be_asked_after_is_no_reason_to_show_nothing(
        self, portal: Portal, screening: Screening
    ) -> None:
        await portal.is_challenged()
        screening.refusal = 500
        page = await portal.at()
        assert page.status == 200
        assert "Challenges cannot be shown just now." in page.text
