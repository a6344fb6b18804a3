"""The data protection officer asks who looked at a case, and what somebody looked at."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from intake.pages.who_looked import MOST
from support.pages import visit
from support.services import Services
from support.tokens import Tokens

Headers = dict[str, str]
ALERT = {
    "contact_id": "01980000-0000-7000-8000-000000000001",
    "reference": "HAV-26-00000001",
    "kind": "own_case",
    "words": "Look into an access.",
    "subject": "worker-17",
    "raised_at": "2026-11-17T10:00:00Z",
    "done_at": None,
}


class Others:
    """Screening, the enquiry and notifications, as far as they are asked who looked."""

    def __init__(self) -> None:
        self.app = FastAPI()
        self.app.get("/v1/tasks")(self._tasks)
        self.app.get("/v1/audit/cases/{contact_id}")(self._looks)
        self.app.post("/v1/audit/people")(self._by_person)
        self.is_away = False
        self.has_more = False
        self.alerts = [ALERT]
        self.asked: list[dict[str, str]] = []
        self.asked_by: set[str] = set()

    def _look(self, service: str, **more: Any) -> dict[str, Any]:
        id = "01980000-0000-7000-8000-000000000002"
        common = {"at": "2026-11-18T09:00:00Z", "id": id, "service": service, "in_a_list": False}
        who = {"subject": "=worker-9", "action": "screening.viewed", "purpose": "duty_cover"}
        return {**common, **who, "origin": "192.0.2.1", "detail": {}, **more}

    async def _tasks(self, kind: str, open: bool, cursor: int = 0) -> Any:
        found = self.alerts[cursor:] if kind == "own_case" and open else []
        return {"items": found[:1], "next": str(cursor + 1) if found[1:] else None}

    async def _looks(self, contact_id: str, request: Request) -> Any:
        self.asked_by.add(request.headers["authorization"])
        if self.is_away:
            return JSONResponse({}, 503)
        if self.has_more:
            return {"items": [self._look("screening")] * MOST, "next": "more"}
        return {"items": [self._look("screening")], "next": None}

    async def _by_person(self, request: Request) -> Any:
        asked = await request.json()
        self.asked.append(asked)
        contact_id = ALERT["contact_id"]
        return {
            "items": [self._look("screening", subject=asked["subject"], contact_id=contact_id)],
            "next": None,
        }


@pytest.fixture
def others() -> Others:
    return Others()


@pytest_asyncio.fixture
async def intake(
    service: Services, serve: Callable[[Any], Awaitable[str]], database_url: str, others: Others
) -> AsyncIterator[httpx.AsyncClient]:
    url = await serve(others.app)
    urls: dict[str, Any] = {f"{name}_url": url for name in ("screening", "enquiry", "notifications")}
    async with service("intake", database_url=database_url, partnerships=["havering"], **urls) as client:
        yield client


@pytest.fixture
def dpo(tokens: Tokens) -> Headers:
    return tokens.issue("dpo")


@pytest_asyncio.fixture
async def contact_id(intake: httpx.AsyncClient, sent: str, officer: Headers) -> str:
    found: str = (await intake.get(f"/v1/contacts/{sent}", headers=officer)).json()["id"]
    return found


class TestWhoLooked:
    @pytest.mark.requirement("SEAL-05")
    async def test_shows_the_looks_at_a_case_at_every_service(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str, sent: str, others: Others
    ) -> None:
        page = await visit(intake, "/audit", dpo)
        page = await page.submit({"reference": sent.lower()}, button="Find the contacts")
        assert (page.path, page.heading) == (f"/audit/cases/{contact_id}", f"Who looked at {sent}")
        assert "Opened the contact" in page.text
        assert page.texts("tbody td")[-5:-1] == ["=worker-9", "Screening: viewed", "Duty cover", "Screening"]
        assert others.asked_by == {dpo["authorization"]}

    async def test_shows_no_name_to_who_may_open_no_case(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str
    ) -> None:
        page = await visit(intake, f"/audit/cases/{contact_id}", dpo)
        assert page.status == 200
        assert "Robin" not in page.text

    async def test_gives_a_table_that_runs_nothing(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str, sent: str
    ) -> None:
        answer = await intake.get(f"/audit/cases/{contact_id}/export", headers=dpo)
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert {row["Case"] for row in rows} == {sent}
        assert "'=worker-9" in {row["Who"] for row in rows}
        assert answer.headers["content-disposition"].startswith("attachment")

    async def test_says_which_service_does_not_answer(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str, others: Others
    ) -> None:
        others.is_away = True
        page = await visit(intake, f"/audit/cases/{contact_id}", dpo)
        assert "Screening does not answer just now" in page.text
        assert "Opened the contact" in page.text

    async def test_says_in_the_table_which_service_does_not_answer(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str, others: Others
    ) -> None:
        others.is_away = True
        answer = await intake.get(f"/audit/cases/{contact_id}/export", headers=dpo)
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        told = [row["What they did"] for row in rows if row["Service"] == "screening"]
        assert told == ["screening did not answer: what was seen there is not in this table"]

    async def test_says_that_the_oldest_lines_are_missing(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str, others: Others
    ) -> None:
        others.has_more = True
        page = await visit(intake, f"/audit/cases/{contact_id}", dpo)
        assert "Screening has more lines than are shown: its oldest are missing here." in page.text
        assert "The newest 300 of" in page.text
        assert len(page.texts("tbody tr")) == 300
        answer = await intake.get(f"/audit/cases/{contact_id}/export", headers=dpo)
        assert "screening has older lines that are not in this table" in answer.text

    async def test_counts_thirty_days_back_from_the_last_day(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str, others: Others
    ) -> None:
        until = {"until-day": "31", "until-month": "7", "until-year": "2026"}
        page = await (await visit(intake, "/audit", dpo)).submit(
            {"subject": "officer", **until}, button="Show what they looked at"
        )
        assert (page.status, page.errors) == (200, [])
        asked = {(one["since"], one["until"]) for one in others.asked}
        assert asked == {("2026-07-01T00:00:00+01:00", "2026-08-01T00:00:00+01:00")}

    async def test_shows_what_somebody_looked_at(
        self, intake: httpx.AsyncClient, dpo: Headers, contact_id: str, sent: str
    ) -> None:
        page = await visit(intake, "/audit", dpo)
        page = await page.submit({"subject": "officer"}, button="Show what they looked at")
        assert page.heading == "What officer looked at"
        assert sent in page.texts("tbody a")
        download = await page.submit(button="Download it as a table (CSV)")
        assert sent in download.answer.text

    async def test_shows_the_accesses_that_were_noticed(
        self, intake: httpx.AsyncClient, dpo: Headers
    ) -> None:
        page = await visit(intake, "/audit", dpo)
        assert "1 access waits for you to look into" in page.text
        assert "worker-17" in page.text

    async def test_shows_every_access_that_waits(
        self, intake: httpx.AsyncClient, dpo: Headers, others: Others
    ) -> None:
        others.alerts = [ALERT | {"subject": f"worker-{number}"} for number in range(3)]
        page = await visit(intake, "/audit", dpo)
        assert "3 accesses wait for you to look into" in page.text

    @pytest.mark.parametrize(
        ("typed", "button", "told"),
        [
            ({}, "Find the contacts", "Enter either a reference, or who the child is"),
            (
                {"given": "Robin"},
                "Find the contacts",
                "Give an NHS number, or the whole name and the date of birth.",
            ),
            (
                {"reference": "HAV-26-00000000"},
                "Find the contacts",
                "There is no such contact, or none that you may see.",
            ),
            ({"dob-day": "1"}, "Find the contacts", "Date of birth must have a month and a year"),
            ({"given": "R" * 201}, "Find the contacts", "First name is too long: 200 characters at most"),
            ({}, "Show what they looked at", "Enter the name that they sign in with"),
        ],
    )
    async def test_comes_back_with_what_was_typed(
        self, intake: httpx.AsyncClient, dpo: Headers, typed: dict[str, str], button: str, told: str
    ) -> None:
        page = await (await visit(intake, "/audit", dpo)).submit(typed, button=button)
        assert (page.status, page.errors) == (422, [told])
        for name, value in typed.items():
            assert page.fields(button)[name] == [value]
        for link in page.html.css(".govuk-error-summary__list a"):
            assert page.html.css_first(link.attributes["href"] or "") is not None

    async def test_is_not_there_for_another_partnership(
        self, intake: httpx.AsyncClient, contact_id: str, tokens: Tokens
    ) -> None:
        other = tokens.issue("dpo", partnerships=["medway"])
        assert (await visit(intake, f"/audit/cases/{contact_id}", other)).status == 404
        page = await (await visit(intake, "/audit", other)).submit(
            {"subject": "officer"}, button="Show what they looked at"
        )
        assert page.status == 200
        assert contact_id not in str(page.links())

    @pytest.mark.parametrize("role", ["manager", "contact_officer", "analyst", "ops"])
    async def test_is_for_the_data_protection_officer_alone(
        self, intake: httpx.AsyncClient, tokens: Tokens, contact_id: str, role: str
    ) -> None:
        for path in ("/audit", f"/audit/cases/{contact_id}", f"/audit/cases/{contact_id}/export"):
            assert (await visit(intake, path, tokens.issue(role))).status == 403
