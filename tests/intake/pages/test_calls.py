"""A call or a walk-in is written down on one page, and its result says what to tell the caller."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from support.clock import FakeClock
from support.intake import Store
from support.pages import Page, visit
from support.tokens import Tokens

CALL: dict[str, Any] = {
    "concern-narrative": "Robin came to school hungry and with a bruise.",
    "immediate_child_protection": "yes",
    "referrer-name": "Lynn Marker",
    "referrer-kind": "school",
    "referrer-telephone": "020 7946 0144",
    "children-0-given": "Robin",
    "children-0-family": "Testcase",
    "children-0-dob-day": "3",
    "children-0-dob-month": "2",
    "children-0-dob-year": "2019",
    "consent-told": "informed",
    "advised": "Keep Robin at school until a social worker rings back.",
}


async def take(client: httpx.AsyncClient, officer: dict[str, str], **changes: Any) -> Page:
    page = await visit(client, "/calls/new", officer)
    return await page.submit({**CALL, **changes}, button="Log it")


class TestTakeACall:
    @pytest.mark.requirement("INT-01", "INT-04")
    async def test_says_what_to_tell_the_caller(
        self, intake: httpx.AsyncClient, officer: dict[str, str], store: Store
    ) -> None:
        page = await take(intake, officer)
        assert page.status == 200, page.errors
        (event,) = await store.events("contact.received")
        assert event["reference"] in page.text
        assert "They have to send the written form by 19 November 2026 at 10am" in page.text

        contact = await visit(intake, f"/contacts/{event['contact_id']}", officer)
        assert "What the caller was advised" in contact.text
        assert "until a social worker rings back" in contact.text

    async def test_keeps_what_was_said_as_the_json_route_does(
        self, intake: httpx.AsyncClient, officer: dict[str, str]
    ) -> None:
        page = await take(intake, officer, unsafe="yes")
        reference = next(word.rstrip(".") for word in page.text.split() if word.startswith("HAV-26-"))
        seen = (await intake.get(f"/v1/contacts/{reference}", headers=officer)).json()
        assert seen["document"]["call"] == {"advised": CALL["advised"]}
        assert seen["document"]["children"][0]["dob"] == "2019-02-03"
        assert seen["document"]["household"] == []
        assert seen["may_write"] is False

    async def test_adds_a_child_and_keeps_what_was_typed(
        self, intake: httpx.AsyncClient, officer: dict[str, str]
    ) -> None:
        page = await visit(intake, "/calls/new", officer)
        page = await page.submit(CALL, button="Add another child")
        assert (page.status, page.errors) == (200, [])
        page = await page.submit({"children-1-given": "Sam"}, button="Log it")
        assert page.heading == "Logged"

    async def test_is_one_contact_however_often_it_is_sent(
        self, intake: httpx.AsyncClient, officer: dict[str, str], store: Store
    ) -> None:
        page = await visit(intake, "/calls/new", officer)
        for _ in range(2):
            assert (await page.submit(CALL, button="Log it")).heading == "Logged"
        assert await store.count("contact") == 1

    async def test_loses_nothing_that_is_added_after_it_was_sent(
        self, intake: httpx.AsyncClient, officer: dict[str, str], store: Store
    ) -> None:
        page = await visit(intake, "/calls/new", officer)
        await page.submit(CALL, button="Log it")
        more = {**CALL, "advised": "Ring 999 if he comes to the gate."}
        again = await page.submit(more, button="Log it")
        assert again.status == 422
        assert again.errors[0].startswith("This form was sent before with other words")
        assert again.fields("Log it")["advised"] == [more["advised"]]
        assert (await again.submit({}, button="Log it")).heading == "Logged"
        assert await store.count("contact") == 2

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"children-0-dob-month": "13"}, "Date of birth must be a real date"),
            ({"time": "25:61"}, "Enter the time of the call on the 24-hour clock, such as 14:05"),
            ({"time": "23:59"}, "A call cannot be logged before it happens."),
            (
                {"received-day": "1", "received-month": "1", "received-year": "2026", "time": "9:00"},
                "A call is logged within seven days.",
            ),
            (
                {"received-day": "1", "received-month": "1", "received-year": "1950", "time": "9:00"},
                "The day of the call must lie within the years 2000 to 2100",
            ),
            (
                {"children-0-family": "T" * 201},
                "Child 1: Last name is too long: 200 characters at most",
            ),
            ({"advised": "x" * 20_001}, "What you advised them to do is too long: 20000 characters at most"),
        ],
    )
    async def test_comes_back_with_all_that_was_typed(
        self,
        intake: httpx.AsyncClient,
        officer: dict[str, str],
        store: Store,
        typed: dict[str, str],
        told: str,
    ) -> None:
        page = await take(intake, officer, **typed)
        assert (page.status, page.errors) == (422, [told])
        assert page.fields("Log it")["concern-narrative"] == [CALL["concern-narrative"]]
        assert page.fields("Log it")["children-0-given"] == ["Robin"]
        (link,) = page.html.css(".govuk-error-summary__list a")
        assert page.html.css_first(link.attributes["href"] or "") is not None
        assert bool(page.html.css_first("details[open] #time")) == bool(typed.get("time"))
        assert await store.count("contact") == 0

    async def test_wants_a_concern_or_a_child(
        self, intake: httpx.AsyncClient, officer: dict[str, str]
    ) -> None:
        page = await (await visit(intake, "/calls/new", officer)).submit(button="Log it")
        assert (page.status, page.errors) == (422, ["Write what the concern is, or who the child is"])

    async def test_counts_from_when_the_call_came(
        self, intake: httpx.AsyncClient, officer: dict[str, str], store: Store, clock: FakeClock
    ) -> None:
        page = await take(intake, officer, time=f"{clock.now:%H:%M}")
        assert page.status == 200, page.errors
        (event,) = await store.events("contact.received")
        assert event["received_at"] == "2026-11-18T10:00:00Z"

    @pytest.mark.parametrize("role", ["referrer-school", "social_worker", "analyst", "dpo"])
    async def test_is_for_contact_officers(
        self, intake: httpx.AsyncClient, tokens: Tokens, role: str
    ) -> None:
        assert (await visit(intake, "/calls/new", tokens.issue(role))).status == 403

    async def test_is_not_there_for_another_partnership(
        self, intake: httpx.AsyncClient, officer: dict[str, str], tokens: Tokens
    ) -> None:
        logged = (await take(intake, officer)).path
        other = tokens.issue("contact_officer", partnerships=["medway"])
        assert (await visit(intake, logged, other)).status == 404
