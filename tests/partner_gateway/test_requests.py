"""The queue: what the hub asks, in whatever order it comes, and what a researcher sees of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from factories.partner_gateway import Gateway, create_message, follow_up
from mash.db.tables import audit
from mash.messaging.handlers import Wait
from support.clock import START, FakeClock
from support.tokens import Tokens


async def queue(gateway: Gateway, headers: dict[str, str], **query: Any) -> list[dict[str, Any]]:
    answer = await gateway.client.get("/v1/requests", headers=headers, params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    return items


class TestTakeMessage:
    @pytest.mark.requirement("RET-01", "ENQ-11")
    async def test_a_request_is_queued_and_its_receipt_sent(
        self, gateway: Gateway, researcher: dict[str, str]
    ) -> None:
        asked = await gateway.hear(create_message())
        [line] = await queue(gateway, researcher)
        assert line["request_id"] == str(asked.request_id)
        assert line["counts"] == {"children": 1, "adults": 1, "questions": 1}
        [receipt] = await gateway.sent()
        assert (receipt.kind, receipt.request_id, receipt.receipt_of) == (
            "receipt",
            asked.request_id,
            asked.message_id,
        )

    @pytest.mark.requirement("ENQ-11")
    async def test_every_reminder_has_a_receipt_of_its_own(self, gateway: Gateway) -> None:
        asked = create_message()
        messages = [asked, *(follow_up(asked, kind) for kind in ("reminder", "chase", "raised"))]
        await gateway.hear(*messages)
        assert [one.receipt_of for one in await gateway.sent()] == [one.message_id for one in messages]

    async def test_a_reminder_before_its_request_waits(self, gateway: Gateway) -> None:
        asked = create_message()
        with pytest.raises(Wait):
            await gateway.hear(follow_up(asked, "reminder"))
        assert await gateway.sent() == []

    async def test_reminders_are_noted_with_their_time(
        self, gateway: Gateway, tokens: Tokens, clock: FakeClock
    ) -> None:
        asked = await gateway.hear(create_message())
        clock.advance(hours=12)
        await gateway.hear(follow_up(asked, "reminder"))
        clock.advance(hours=13)
        await gateway.hear(follow_up(asked, "chase", version=3))
        clock.advance(hours=1)
        await gateway.hear(follow_up(asked, "raised", version=4))
        [line] = await queue(gateway, tokens.issue("researcher", agency="police"))
        assert (line["reminders"], line["chases"]) == (1, 1)
        assert line["reminded_at"] == "2026-11-19T11:00:00Z"
        assert line["raised_at"] == "2026-11-19T12:00:00Z"

    async def test_a_change_is_kept_beside_what_was_asked_before(
        self, gateway: Gateway, researcher: dict[str, str]
    ) -> None:
        asked = await gateway.hear(create_message())
        sooner = START + timedelta(hours=4)
        await gateway.hear(follow_up(asked, "changed", rating="red", due_at=sooner))
        answer = await gateway.client.get(f"/v1/requests/{asked.request_id}", headers=researcher)
        whole = answer.json()
        assert (whole["rating"], whole["due_at"]) == ("red", "2026-11-18T14:00:00Z")
        assert [(one["version"], one["rating"]) for one in whole["asked_before"]] == [(1, "amber")]
        # The change named nobody, which takes nobody away.
        assert [one["given"] for one in whole["asked"]["people"]] == ["Robin", "Sage"]
        assert whole["asked"]["lawful_basis"] == "Children Act 1989, section 47"

    async def test_a_change_that_comes_late_does_not_undo_a_later_one(
        self, gateway: Gateway, researcher: dict[str, str]
    ) -> None:
        asked = await gateway.hear(create_message())
        second = follow_up(asked, "changed", version=2, rating="green")
        third = follow_up(asked, "changed", version=3, rating="red")
        await gateway.hear(third, second)
        whole = (await gateway.client.get(f"/v1/requests/{asked.request_id}", headers=researcher)).json()
        assert whole["rating"] == "red"
        assert [one["rating"] for one in whole["asked_before"]] == ["green", "amber"]

    @pytest.mark.parametrize("kind", ["cancelled", "withdrawn"])
    @pytest.mark.requirement("ENQ-12", "ENQ-09")
    async def test_a_request_that_is_taken_back_leaves_the_queue(
        self, gateway: Gateway, researcher: dict[str, str], kind: str
    ) -> None:
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, kind))
        assert await queue(gateway, researcher) == []
        [line] = await queue(gateway, researcher, which="all")
        assert line["state"] == kind

    async def test_a_change_older_than_the_cancellation_does_not_bring_it_back(
        self, gateway: Gateway, researcher: dict[str, str]
    ) -> None:
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, "cancelled", version=3), follow_up(asked, "changed", version=2))
        assert await queue(gateway, researcher) == []

    async def test_what_the_enquiry_came_to_is_kept(
        self, gateway: Gateway, researcher: dict[str, str]
    ) -> None:
        asked = await gateway.hear(create_message())
        await gateway.hear(follow_up(asked, "decided", outcome="early_help"))
        [line] = await queue(gateway, researcher, which="all")
        assert (line["state"], line["outcome"]) == ("decided", "early_help")


class TestGetQueue:
    async def test_lists_the_least_time_left_first(
        self, gateway: Gateway, researcher: dict[str, str]
    ) -> None:
        hours = (72, 4, 24)
        asked = [create_message(due_at=START + timedelta(hours=number)) for number in hours]
        await gateway.hear(*asked)
        lines = await queue(gateway, researcher)
        assert [line["seconds_left"] for line in lines] == [4 * 3600, 24 * 3600, 72 * 3600]

    async def test_shows_the_time_left_and_the_time_gone(
        self, gateway: Gateway, tokens: Tokens, clock: FakeClock
    ) -> None:
        await gateway.hear(create_message())
        clock.advance(hours=25)
        [line] = await queue(gateway, tokens.issue("researcher", agency="police"))
        assert (line["seconds_left"], line["seconds_elapsed"], line["late"]) == (-3600, 25 * 3600, True)

    async def test_goes_on_where_the_page_before_ended(
        self, gateway: Gateway, researcher: dict[str, str]
    ) -> None:
        await gateway.hear(*(create_message() for _ in range(5)))
        seen: list[str] = []
        cursor: str | None = None
        for _ in range(4):
            query = {"limit": 2} | ({"cursor": cursor} if cursor else {})
            page = (await gateway.client.get("/v1/requests", headers=researcher, params=query)).json()
            seen += [item["request_id"] for item in page["items"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert len(seen) == len(set(seen)) == 5

    async def test_names_nobody(self, gateway: Gateway, researcher: dict[str, str]) -> None:
        await gateway.hear(create_message())
        answer = await gateway.client.get("/v1/requests", headers=researcher)
        assert "Testcase" not in answer.text


class TestGetRequest:
    async def test_shows_whom_and_what_it_asks_and_why_it_may(
        self, gateway: Gateway, researcher: dict[str, str]
    ) -> None:
        asked = await gateway.hear(create_message())
        answer = await gateway.client.get(f"/v1/requests/{asked.request_id}", headers=researcher)
        assert answer.headers["etag"] == '"1"'
        shown = answer.json()["asked"]
        assert [one["given"] for one in shown["people"]] == ["Robin", "Sage"]
        assert shown["family_told"] == "The family has been told of the referral."
        assert shown["family_agreed"] == "They have not agreed."

    async def test_every_look_is_in_the_audit(self, gateway: Gateway, researcher: dict[str, str]) -> None:
        asked = await gateway.hear(create_message())
        await gateway.client.get(f"/v1/requests/{asked.request_id}", headers=researcher)
        looks = [line for line in await gateway.rows(audit) if line["action"] == "request.viewed"]
        assert [(look["case_id"], look["subject"]) for look in looks] == [
            (asked.enquiry_id, "researcher-police")
        ]

    async def test_is_not_found_outside_the_callers_partnerships(
        self, gateway: Gateway, researcher: dict[str, str], tokens: Tokens
    ) -> None:
        asked = await gateway.hear(create_message())
        path = f"/v1/requests/{asked.request_id}"
        other = tokens.issue("researcher", agency="police", partnerships=["redbridge"])
        assert (await gateway.client.get(path, headers=researcher)).status_code == 200
        assert (await gateway.client.get(path, headers=other)).status_code == 404
        assert await queue(gateway, other) == []
