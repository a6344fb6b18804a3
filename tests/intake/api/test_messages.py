"""People look at the mailbox, and decide otherwise than the reader did."""

from __future__ import annotations

import httpx
import pytest
from factories.intake import create_email
from support.clock import FakeClock
from support.intake import Store
from support.tokens import Tokens

NEWSLETTER = create_email(
    subject="Partnership newsletter, November",
    sender="Safeguarding Partnership <news@partnership.example>",
    body="Welcome to our newsletter. Training dates are below. To unsubscribe, follow the link.",
    headers={"List-Unsubscribe": "<https://news.partnership.example/out>", "Precedence": "bulk"},
)
REASON = {"reason": "Page two tells of a child."}


@pytest.fixture
def mailbox(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("mailbox") | {"content-type": "message/rfc822"}


async def post(client: httpx.AsyncClient, mailbox: dict[str, str], raw: bytes) -> str:
    answer = await client.post("/v1/emails", content=raw, headers=mailbox)
    message_id: str = answer.json()["message_id"]
    return message_id


class TestReviewMessage:
    @pytest.mark.requirement("INT-01", "INT-03")
    async def test_makes_a_contact_of_what_was_set_aside(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str], store: Store
    ) -> None:
        message_id = await post(intake, mailbox, NEWSLETTER)
        answer = await intake.post(f"/v1/messages/{message_id}/take-in", json=REASON, headers=officer)
        assert answer.status_code == 200, answer.text
        (taken,) = answer.json()["contacts"]
        assert (answer.json()["outcome"], taken["needs_person"]) == ("taken_in", True)
        assert len(await store.events("contact.received")) == 1
        seen = (await intake.get(f"/v1/messages/{message_id}", headers=officer)).json()
        assert (seen["review_reason"], seen["contacts"]) == (REASON["reason"], [taken])

    async def test_refuses_to_undo_a_contact(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        message_id = await post(intake, mailbox, create_email())
        for what in ("take-in", "set-aside"):
            answer = await intake.post(f"/v1/messages/{message_id}/{what}", json=REASON, headers=officer)
            assert answer.status_code == 409
            assert answer.json()["references"][0].startswith("HAV-")

    async def test_takes_what_was_looked_at_off_the_list(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str], store: Store
    ) -> None:
        message_id = await post(intake, mailbox, NEWSLETTER)

        async def waiting() -> list[str]:
            answer = await intake.get("/v1/messages", params={"reviewed": False}, headers=officer)
            return [item["id"] for item in answer.json()["items"]]

        assert await waiting() == [message_id]
        await intake.post(f"/v1/messages/{message_id}/set-aside", json=REASON, headers=officer)
        assert await waiting() == []
        assert len(await store.events("message.set-aside")) == 1
        assert (await intake.get(f"/v1/messages/{message_id}/raw", headers=officer)).content == NEWSLETTER

    @pytest.mark.parametrize(
        ("role", "method", "path", "status"),
        [
            ("mailbox", "GET", "", 403),
            ("referrer", "GET", "/{id}/raw", 403),
            ("analyst", "GET", "/{id}", 403),
            ("social_worker", "GET", "/{id}", 200),
            ("social_worker", "POST", "/{id}/take-in", 403),
            ("mailbox", "POST", "/{id}/set-aside", 403),
        ],
    )
    async def test_opens_to_the_hub_s_people(
        self,
        intake: httpx.AsyncClient,
        tokens: Tokens,
        mailbox: dict[str, str],
        role: str,
        method: str,
        path: str,
        status: int,
    ) -> None:
        message_id = await post(intake, mailbox, NEWSLETTER)
        where = "/v1/messages" + path.format(id=message_id)
        body = REASON if method == "POST" else None
        answer = await intake.request(method, where, json=body, headers=tokens.issue(role))
        assert answer.status_code == status

    @pytest.mark.parametrize("path", ["", "/raw"])
    async def test_does_not_exist_for_another_partnership(
        self, intake: httpx.AsyncClient, tokens: Tokens, mailbox: dict[str, str], path: str
    ) -> None:
        message_id = await post(intake, mailbox, NEWSLETTER)
        other = tokens.issue("manager", partnerships=["medway"])
        assert (await intake.get(f"/v1/messages/{message_id}{path}", headers=other)).status_code == 404
        assert (await intake.get("/v1/messages", headers=other)).json()["items"] == []

    async def test_leaves_every_look_in_the_audit_and_no_word_in_a_list(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str], store: Store
    ) -> None:
        message_id = await post(intake, mailbox, NEWSLETTER)
        listed = await intake.get("/v1/messages", headers=officer)
        await intake.get(f"/v1/messages/{message_id}", headers=officer)
        await intake.get(f"/v1/messages/{message_id}/raw", headers=officer)
        assert "newsletter" not in listed.text
        looks = [line["action"] for line in await store.audit()][-3:]
        assert looks == ["messages.listed", "message.viewed", "message.opened"]


class TestUnreadMessage:
    @pytest.mark.requirement("INT-03")
    async def test_is_taken_in_though_the_process_died_after_keeping_it(
        self,
        intake: httpx.AsyncClient,
        mailbox: dict[str, str],
        clock: FakeClock,
        store: Store,
    ) -> None:
        await post(intake, mailbox, create_email())
        await store.forget_the_reading()
        clock.advance(minutes=6)
        event = await store.wait_for("contact.received")
        assert (event["kind"], event["received_at"]) == ("merlin", "2026-11-18T10:00:00Z")

    @pytest.mark.requirement("INT-03", "INT-20")
    async def test_is_taken_in_when_the_mailbox_sends_it_again(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], store: Store
    ) -> None:
        await post(intake, mailbox, create_email())
        await store.forget_the_reading()
        answer = await intake.post("/v1/emails", content=create_email(), headers=mailbox)
        assert answer.json()["outcome"] == "taken_in"
        assert await store.timers() == []
