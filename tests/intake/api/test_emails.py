"""E-mails to the hub's mailbox."""

from __future__ import annotations

import asyncio

import httpx
import pytest
from factories.intake import create_email
from support.intake import Store
from support.services import Services
from support.tokens import Tokens


@pytest.fixture
def mailbox(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("mailbox") | {"content-type": "message/rfc822"}


async def post(client: httpx.AsyncClient, headers: dict[str, str], raw: bytes) -> httpx.Response:
    return await client.post("/v1/emails", content=raw, headers=headers)


NEWSLETTER = create_email(
    subject="Partnership newsletter, November",
    sender="Safeguarding Partnership <news@partnership.example>",
    body="Welcome to our newsletter. Training dates are below. To unsubscribe, follow the link.",
    headers={"List-Unsubscribe": "<https://news.partnership.example/out>", "Precedence": "bulk"},
)


class TestTakeInEmail:
    @pytest.mark.requirement("INT-01", "INT-03", "INT-21")
    async def test_makes_a_police_report_a_contact(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str], store: Store
    ) -> None:
        answer = await post(intake, mailbox, create_email())
        assert answer.status_code == 201, answer.text
        (taken,) = answer.json()["contacts"]
        assert (answer.json()["outcome"], taken["kind"]) == ("taken_in", "merlin")
        contact = (await intake.get(f"/v1/contacts/{taken['reference']}", headers=officer)).json()
        assert (contact["channel"], contact["source_code"], contact["referrer_kind"]) == (
            "email",
            "6",
            "police",
        )
        assert contact["document"]["children"][0]["given"] == "Robin"
        assert contact["reading"]["evidence"]["children.0.dob"]
        (event,) = await store.events("contact.received")
        assert (event["kind"], event["channel"], event["child_count"]) == ("merlin", "email", 1)

    @pytest.mark.requirement("INT-03")
    async def test_keeps_the_raw_message_as_it_came(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        raw = create_email()
        message_id = (await post(intake, mailbox, raw)).json()["message_id"]
        kept = await intake.get(f"/v1/messages/{message_id}/raw", headers=officer)
        assert kept.content == raw
        assert kept.headers["content-disposition"].startswith("attachment")

    @pytest.mark.requirement("INT-03")
    @pytest.mark.parametrize(
        "raw",
        [
            b"\x00\xff\xfe garbage \x80\x81",
            b"Subject: =?utf-8?q?=ED=A0=80?=\r\n\r\nlone \xed\xa0\x80 surrogate and a \x00 nul",
            b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n"
            b"Content-Type: application/pdf\r\n\r\nnot a pdf",
            b"Content-Type: text/plain; charset=no-such-set\r\n\r\nHelp me please",
            b"From: \r\nTo: \r\n",
        ],
    )
    async def test_makes_what_cannot_be_read_a_contact_for_a_person(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str], raw: bytes
    ) -> None:
        answer = await post(intake, mailbox, raw)
        assert answer.status_code == 201
        (taken,) = answer.json()["contacts"]
        assert taken["needs_person"]
        assert (await intake.get(f"/v1/contacts/{taken['reference']}", headers=officer)).status_code == 200

    @pytest.mark.requirement("INT-20")
    async def test_gives_the_first_contact_back_for_the_same_message_id(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], store: Store
    ) -> None:
        first = await post(intake, mailbox, create_email())
        again = await post(intake, mailbox, b"Received: by another relay\r\n" + create_email())
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json()
        assert (await store.count("contact"), len(await store.events())) == (1, 1)

    @pytest.mark.requirement("INT-20")
    async def test_knows_a_message_without_an_id_by_its_bytes(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], store: Store
    ) -> None:
        raw = create_email(message_id=None)
        first, again = await post(intake, mailbox, raw), await post(intake, mailbox, raw)
        assert again.json() == first.json()
        await post(intake, mailbox, raw + b"\r\nAnother line.")
        assert await store.count("contact") == 2

    @pytest.mark.requirement("INT-20")
    async def test_takes_in_once_what_arrives_twice_at_the_same_moment(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], store: Store
    ) -> None:
        answers = await asyncio.gather(*(post(intake, mailbox, create_email()) for _ in range(4)))
        assert len({answer.json()["contacts"][0]["reference"] for answer in answers}) == 1
        assert await store.count("contact") == 1

    @pytest.mark.requirement("INT-03", "INT-20")
    async def test_keeps_another_message_under_a_known_id_where_people_see_it(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str], store: Store
    ) -> None:
        first = await post(intake, mailbox, create_email())
        other = await post(intake, mailbox, create_email(body="Quite another child was seen today."))
        assert other.json() == first.json()
        waiting = await intake.get("/v1/messages", params={"reviewed": False}, headers=officer)
        (kept,) = waiting.json()["items"]
        assert (kept["kind"], kept["repeat_of"]) == ("repeated-id", first.json()["message_id"])
        assert len(await store.events("message.set-aside")) == 1

    @pytest.mark.requirement("INT-03")
    async def test_sets_a_newsletter_aside_and_keeps_it(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str], store: Store
    ) -> None:
        answer = (await post(intake, mailbox, NEWSLETTER)).json()
        assert (answer["outcome"], answer["contacts"]) == ("set_aside", [])
        seen = await intake.get(f"/v1/messages/{answer['message_id']}", headers=officer)
        assert seen.json()["kind"] == "not-a-referral"
        assert await store.count("contact") == 0
        assert [event["kind"] for event in await store.events("message.set-aside")] == ["not-a-referral"]

    @pytest.mark.requirement("INT-03")
    async def test_files_what_was_attached_with_the_contact(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        raw = create_email(attached=[("order ../é.pdf", "application/pdf", b"%PDF-1.4 an order")])
        (taken,) = (await post(intake, mailbox, raw)).json()["contacts"]
        where = f"/v1/contacts/{taken['reference']}/documents"
        (listed,) = (await intake.get(where, headers=officer)).json()
        assert (listed["name"], listed["media_type"]) == ("order ../é.pdf", "application/pdf")
        opened = await intake.get(f"{where}/{listed['id']}", headers=officer)
        assert opened.content == b"%PDF-1.4 an order"
        assert opened.headers["content-type"] == "application/octet-stream"

    @pytest.mark.parametrize(
        ("headers", "content", "status"),
        [
            ({"content-type": "application/json"}, b"{}", 415),
            ({"content-type": "message/rfc822"}, b" \r\n ", 422),
            ({"content-type": "message/rfc822"}, b"x" * 2049, 413),
        ],
    )
    async def test_refuses_what_is_no_message(
        self,
        service: Services,
        tokens: Tokens,
        headers: dict[str, str],
        content: bytes,
        status: int,
    ) -> None:
        async with service("intake", max_email_bytes=2048) as client:
            answer = await post(client, tokens.issue("mailbox") | headers, content)
        assert answer.status_code == status

    async def test_takes_more_than_a_form_may_hold(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str]
    ) -> None:
        raw = create_email(attached=[("scan.bin", "application/octet-stream", b"\x01" * 3_000_000)])
        assert (await post(intake, mailbox, raw)).status_code == 201

    @pytest.mark.requirement("INT-03")
    async def test_leaves_to_a_person_what_takes_too_long_to_read(
        self, service: Services, tokens: Tokens, mailbox: dict[str, str]
    ) -> None:
        async with service("intake", email_reading_seconds=0.001) as client:
            (taken,) = (await post(client, mailbox, create_email())).json()["contacts"]
            view = await client.get(
                f"/v1/contacts/{taken['reference']}", headers=tokens.issue("contact_officer")
            )
        assert (taken["kind"], taken["needs_person"]) == ("unread", True)
        assert "could not be read" in view.json()["reading"]["reasons"][0]
