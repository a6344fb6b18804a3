"""Messages that were set aside: a person reads them, and takes them in or leaves them there."""

from __future__ import annotations

import httpx
import pytest
from factories.intake import create_email
from support.intake import Store
from support.pages import visit
from support.tokens import Tokens

NEWSLETTER = create_email(
    subject="Partnership newsletter, November",
    sender="Safeguarding Partnership <news@partnership.example>",
    body="Welcome. <script>alert(1)</script> To unsubscribe, follow the link.",
    headers={"List-Unsubscribe": "<https://news.partnership.example/out>", "Precedence": "bulk"},
    message_id="<1@partnership.example>",
)


@pytest.fixture
def mailbox(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("mailbox") | {"content-type": "message/rfc822"}


async def post(client: httpx.AsyncClient, mailbox: dict[str, str], raw: bytes = NEWSLETTER) -> str:
    answer = await client.post("/v1/emails", content=raw, headers=mailbox)
    message_id: str = answer.json()["message_id"]
    return message_id


class TestMessages:
    @pytest.mark.requirement("INT-03")
    async def test_are_read_as_text_and_taken_in_with_a_reason(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str], store: Store
    ) -> None:
        message_id = await post(intake, mailbox)
        await post(intake, mailbox, create_email())
        listed = await visit(intake, "/messages", officer)
        (link,) = [one for one in listed.links().values() if one.startswith("/messages/")]

        page = await visit(intake, link, officer)
        assert link == f"/messages/{message_id}"
        assert page.texts(".hub-said")[0].startswith("Welcome. <script>alert(1)</script>")
        assert page.texts("main script") == []

        page = await page.submit({"reason": "Page two tells of a child."}, button="Take it in")
        assert page.path.startswith("/contacts/")
        assert "A person has to go through this contact" in page.text
        assert len(await store.audit("message.taken_in_by_person")) == 1

    async def test_are_left_aside_with_a_reason(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        page = await visit(intake, f"/messages/{await post(intake, mailbox)}", officer)
        page = await page.submit({"reason": "A newsletter."}, button="Leave it aside")
        assert "left it aside on" in page.text
        assert page.texts(".hub-said")[-1] == "A newsletter."
        assert "No message waits for a person" in (await visit(intake, "/messages", officer)).text

    @pytest.mark.parametrize("button", ["Take it in", "Leave it aside"])
    async def test_are_decided_on_only_with_a_reason(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str], button: str
    ) -> None:
        page = await visit(intake, f"/messages/{await post(intake, mailbox)}", officer)
        refused = await page.submit({"reason": " "}, button=button)
        assert (refused.status, refused.errors) == (422, ["Say why"])

    async def test_say_so_where_somebody_else_has_taken_it_in(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], officer: dict[str, str]
    ) -> None:
        page = await visit(intake, f"/messages/{await post(intake, mailbox)}", officer)
        await page.submit({"reason": "It tells of a child."}, button="Take it in")
        refused = await page.submit({"reason": "A newsletter."}, button="Leave it aside")
        assert (refused.status, "It became contact HAV-" in refused.text) == (422, True)

    @pytest.mark.parametrize("role", ["referrer-school", "analyst", "dpo", "mailbox"])
    async def test_are_closed_to_who_does_not_work_at_the_hub(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], tokens: Tokens, role: str
    ) -> None:
        path = f"/messages/{await post(intake, mailbox)}"
        for one in (path, "/messages"):
            assert (await visit(intake, one, tokens.issue(role))).status == 403

    async def test_are_not_there_for_another_partnership(
        self, intake: httpx.AsyncClient, mailbox: dict[str, str], tokens: Tokens
    ) -> None:
        message_id = await post(intake, mailbox)
        other = tokens.issue("contact_officer", partnerships=["medway"])
        assert (await visit(intake, f"/messages/{message_id}", other)).status == 404
        assert (await visit(intake, "/messages?which=all", other)).texts("tbody tr") == []
