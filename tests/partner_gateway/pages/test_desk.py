"""The desk as a researcher sees it: what waits, whom it is about, who sees to it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from factories.partner_gateway import ROBIN, SAGE, Gateway, create_answer, create_message, follow_up
from mash.contracts.boundary import InformationRequest, Person
from mash.db.tables import audit
from support.clock import START, FakeClock
from support.pages import Page, visit
from support.tokens import Tokens

Headers = dict[str, str]
# The same in every process that collects these tests.
NOBODY = UUID("01980000-0000-7000-8000-00000000dead")


async def desk(gateway: Gateway, headers: Headers, path: str = "/desk") -> Page:
    return await visit(gateway.client, path, headers)


async def answer(gateway: Gateway, headers: Headers, asked: InformationRequest, kind: str) -> None:
    done = await gateway.client.post(
        f"/v1/requests/{asked.request_id}/return",
        headers={**headers, "if-match": '"1"'},
        json=create_answer(kind),
    )
    assert done.status_code == 201, done.text


class TestDesk:
    async def test_puts_the_next_to_be_late_first_by_name(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await gateway.hear(create_message())
        unborn = Person(role="child", edd=START.date() + timedelta(days=90))
        sooner: dict[str, Any] = {
            "rating": "red",
            "due_at": START + timedelta(hours=4),
            "people": [SAGE, unborn, ROBIN],
        }
        await gateway.hear(create_message(**sooner))

        page = await desk(gateway, researcher)

        assert page.texts("tbody th a") == ["unborn child and 2 more", "Robin Testcase, 9 and 1 more"]
        assert page.texts("tbody .hub-rating") == ["Red", "Amber"]
        assert [text.split(" due")[0] for text in page.texts("tbody td:nth-child(3)")] == [
            "4 h 0 min left",
            "1 d 0 h left",
        ]

    async def test_tells_what_is_late_and_who_was_chased(
        self, gateway: Gateway, tokens: Tokens, clock: FakeClock
    ) -> None:
        asked = create_message()
        await gateway.hear(asked, follow_up(asked, "chase"), follow_up(asked, "raised", version=3))
        clock.advance(hours=25)
        page = await desk(gateway, tokens.issue("researcher", agency="police"))
        assert "Late by 1 h 0 min" in page.text
        assert page.texts("tbody .govuk-tag") == ["Raised with our lead", "Chased"]
        assert "1 is late: open the late ones first" in page.text

    async def test_says_what_to_do_with_no_request_at_all(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        page = await desk(gateway, researcher)
        assert "Nothing waits for us" in page.text
        assert "Show all that wait for us" not in page.links()

    async def test_filters_and_keeps_what_was_chosen(self, gateway: Gateway, researcher: Headers) -> None:
        await gateway.hear(create_message(rating="green"))
        await gateway.hear(create_message(rating="red"))
        page = await (await desk(gateway, researcher)).submit({"rating": "red"}, button="Show")
        assert (page.texts("tbody .hub-rating"), page.fields("Show")["rating"]) == (["Red"], ["red"])
        none = await page.submit({"which": "late"}, button="Show")
        assert "Nothing here is as you asked for" in none.text

    async def test_shows_the_answered_and_the_closed_apart(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        answered = await gateway.hear(create_message())
        await answer(gateway, researcher, answered, "nil")
        cancelled = create_message()
        await gateway.hear(cancelled, follow_up(cancelled, "cancelled"))
        assert (await desk(gateway, researcher)).texts("tbody tr") == []
        page = await desk(gateway, researcher, "/desk?which=answered")
        assert page.texts("tbody td:nth-child(4)") == ["Nothing held (nil)"]
        page = await desk(gateway, researcher, "/desk?which=closed")
        assert page.texts("tbody td:nth-child(4)") == ["Cancelled by the hub"]

    async def test_has_pages_of_fifty(self, gateway: Gateway, researcher: Headers) -> None:
        for minute in range(51):
            await gateway.hear(create_message(due_at=START + timedelta(hours=1, minutes=minute)))
        first = await desk(gateway, researcher)
        assert len(first.texts("tbody tr")) == 50
        second = await desk(gateway, researcher, first.links()["Further ones"])
        assert len(second.texts("tbody tr")) == 1
        assert "Further ones" not in second.links()

    async def test_shows_nothing_of_another_partnership(self, gateway: Gateway, tokens: Tokens) -> None:
        await gateway.hear(create_message())
        other = tokens.issue("researcher", agency="police", partnerships=["medway"])
        assert (await desk(gateway, other)).texts("tbody tr") == []

    async def test_knows_no_page_of_the_hub(self, gateway: Gateway, tokens: Tokens) -> None:
        page = await desk(gateway, tokens.issue("agency_lead", agency="police"))
        links = [one.attributes.get("href") or "" for one in page.html.css("a[href]")]
        assert all(link.startswith(("/", "#")) for link in links)
        assert page.texts(".govuk-service-navigation__link") == [
            "Requests",
            "Releases",
            "Discussions",
            "Shared with us",
            "Ledger",
            "Our records",
            "Systems",
            "Witness",
        ]


class TestRenewed:
    async def test_is_given_again_only_once_it_has_changed(
        self, gateway: Gateway, tokens: Tokens, researcher: Headers, clock: FakeClock
    ) -> None:
        asked = await gateway.hear(create_message())
        changes: list[Callable[[], Awaitable[object]]] = [
            lambda: gateway.hear(follow_up(asked, "reminder")),
            lambda: gateway.hear(follow_up(asked, "raised", version=3)),
            lambda: gateway.hear(create_message()),
            lambda: take(gateway, tokens.issue("researcher", agency="police", subject="colleague"), asked),
        ]
        for change in changes:
            [queue] = (await desk(gateway, researcher)).html.css("#queue")
            seen = queue.attributes["hx-get"] or ""
            assert (await desk(gateway, researcher, seen)).status == 204
            await change()
            assert (await desk(gateway, researcher, seen)).status == 200

    async def test_fills_no_audit_while_nothing_changes(self, gateway: Gateway, researcher: Headers) -> None:
        await gateway.hear(create_message())
        [queue] = (await desk(gateway, researcher)).html.css("#queue")
        before = await lines(gateway)
        for _ in range(3):
            await desk(gateway, researcher, queue.attributes["hx-get"] or "")
        assert await lines(gateway) == before

    async def test_whoever_looks_at_names_is_in_the_audit(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await desk(gateway, researcher)
        async with gateway.hub.transaction() as tx:
            line = (await tx.execute(sa.select(audit).where(audit.c.action == "requests.named"))).one()
        assert (line.subject, line.detail) == ("researcher-police", {"requests": [str(asked.request_id)]})


class TestTaking:
    async def test_shares_requests_out(self, gateway: Gateway, tokens: Tokens, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        page = await visit(gateway.client, f"/desk/requests/{asked.request_id}", researcher)
        mine = await page.submit(button="Take this request")
        assert "You see to this request." in mine.text

        colleague = tokens.issue("researcher", agency="police", subject="colleague")
        theirs = await visit(gateway.client, f"/desk/requests/{asked.request_id}", colleague)
        assert "researcher-police has seen to this request" in theirs.text
        assert (await desk(gateway, colleague)).texts("tbody td:nth-child(6)") == ["researcher-police"]
        over = await theirs.submit(button="Take it over")
        assert "You see to this request." in over.text
        refused = await mine.submit(button="Give it back")
        assert (refused.status, refused.errors) == (
            409,
            ["colleague sees to this request, and only they can give it back."],
        )

    async def test_is_taken_over_from_nobody_but_whom_the_page_named(
        self, gateway: Gateway, tokens: Tokens, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        await take(gateway, tokens.issue("researcher", agency="police", subject="colleague"), asked)
        page = await visit(gateway.client, f"/desk/requests/{asked.request_id}", researcher)
        third = tokens.issue("researcher", agency="police", subject="third")
        theirs = await visit(gateway.client, f"/desk/requests/{asked.request_id}", third)
        await theirs.submit(button="Take it over")
        told = await page.submit(button="Take it over")
        assert (told.status, told.errors) == (
            409,
            ["third sees to this request. Ask them, or take it over."],
        )
        assert "You see to this request." in (await told.submit(button="Take it over")).text

    async def test_two_who_take_it_at_once_do_not_both_have_it(
        self, gateway: Gateway, tokens: Tokens, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        page = await visit(gateway.client, f"/desk/requests/{asked.request_id}", researcher)
        await take(gateway, tokens.issue("researcher", agency="police", subject="colleague"), asked)
        told = await page.submit(button="Take this request")
        assert (told.status, told.errors) == (
            409,
            ["colleague sees to this request. Ask them, or take it over."],
        )

    async def test_whoever_begins_an_answer_has_it(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        writing = await visit(
            gateway.client, f"/desk/requests/{asked.request_id}/answer?kind=not_covered", researcher
        )
        await writing.submit(button="Keep it for later")
        page = await desk(gateway, researcher, "/desk?taken=me")
        assert page.texts("tbody td:nth-child(6)") == ["researcher-police"]

    async def test_makes_no_answer_stale(self, gateway: Gateway, tokens: Tokens, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        await take(gateway, tokens.issue("researcher", agency="police", subject="colleague"), asked)
        await answer(gateway, researcher, asked, "nil")


class TestRequest:
    async def test_shows_what_is_asked_why_and_of_whom(self, gateway: Gateway, researcher: Headers) -> None:
        asked = await gateway.hear(create_message())
        page = await visit(gateway.client, f"/desk/requests/{asked.request_id}", researcher)
        for words in (
            "Are the people named known to you?",
            "Children Act 1989, section 47",
            "The family has been told of the referral.",
            "They have not agreed.",
            "Domestic abuse",
            "01632 960100",
        ):
            assert words in page.text
        assert "1 d 0 h left" in page.texts(".hub-card")[0]
        assert page.texts("tbody th") == ["Robin Testcase, 9", "Sage Testcase, 36"]

    async def test_leads_to_the_one_before_and_the_one_after(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = [await gateway.hear(create_message(due_at=START + timedelta(hours=n))) for n in (1, 2, 3)]
        page = await visit(gateway.client, f"/desk/requests/{asked[1].request_id}", researcher)
        nearby = {one.attributes["rel"]: one.attributes["href"] for one in page.html.css("a[rel]")}
        assert nearby == {
            "prev": f"/desk/requests/{asked[0].request_id}",
            "next": f"/desk/requests/{asked[2].request_id}",
        }

    async def test_tells_what_the_hub_asked_before(self, gateway: Gateway, researcher: Headers) -> None:
        asked = create_message()
        await gateway.hear(asked, follow_up(asked, "changed", rating="red"))
        page = await visit(gateway.client, f"/desk/requests/{asked.request_id}", researcher)
        assert page.texts(".moj-timeline__title") == ["The hub changed what it asks", "The hub asked"]
        assert "What was asked before" in page.text


class TestStrangers:
    @pytest.mark.parametrize(
        "path",
        [
            "/desk",
            "/desk/renewed?seen=x",
            "/desk/ledger",
            "/desk/ledger/file",
            "/desk/releases",
            f"/desk/releases/{NOBODY}",
            "/desk/products",
            "/desk/discussions",
            "/desk/records",
            "/desk/systems",
            f"/desk/systems/{NOBODY}",
            "/desk/witness",
        ],
    )
    async def test_come_to_no_page(self, gateway: Gateway, tokens: Tokens, path: str) -> None:
        for headers in (
            tokens.issue("agency_lead", agency="health"),
            tokens.issue("researcher", agency="health"),
            tokens.issue("manager"),
            tokens.issue("ops"),
        ):
            assert (await desk(gateway, headers, path)).status in (401, 403)

    @pytest.mark.parametrize(
        "path", ["/desk/releases", "/desk/systems", "/desk/witness", f"/desk/systems/{NOBODY}"]
    )
    async def test_what_is_the_leads_is_closed_to_researchers(
        self, gateway: Gateway, researcher: Headers, path: str
    ) -> None:
        assert (await desk(gateway, researcher, path)).status == 403


async def take(gateway: Gateway, headers: Headers, asked: InformationRequest) -> None:
    page = await visit(gateway.client, f"/desk/requests/{asked.request_id}", headers)
    taken = await page.submit(button="Take this request")
    assert taken.status == 200


async def lines(gateway: Gateway) -> int:
    async with gateway.hub.transaction() as tx:
        return int((await tx.execute(sa.select(sa.func.count()).select_from(audit))).scalar_one())
