"""Who sees which contact, and how much of it."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest
from factories.intake import NHS_NUMBERS, create_child, create_form
from support.clock import FakeClock
from support.intake import Store
from support.tokens import Tokens

STAFF = ("contact_officer", "social_worker", "manager")
OTHERS = ("referrer", "mailbox", "analyst", "ops", "data_protection_officer", "service_screening")


class TestViewContact:
    @pytest.mark.requirement("INT-02")
    @pytest.mark.parametrize("role", STAFF)
    async def test_shows_the_hub_s_people_all_that_was_said(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str, role: str
    ) -> None:
        answer = await intake.get(f"/v1/contacts/{sent}", headers=tokens.issue(role))
        assert answer.headers["etag"] == '"1"'
        shown = answer.json()["document"]
        asked = create_form()
        for section in ("referrer", "concern", "consent", "views", "history"):
            assert asked[section].items() <= shown[section].items()
        assert asked["children"][0].items() <= shown["children"][0].items()
        assert asked["household"][0].items() <= shown["household"][0].items()

    @pytest.mark.parametrize("role", OTHERS)
    async def test_is_closed_to_everybody_else(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str, role: str
    ) -> None:
        answer = await intake.get(f"/v1/contacts/{sent}", headers=tokens.issue(role))
        assert answer.status_code == 403

    @pytest.mark.parametrize("path", ["", "/status", "/documents"])
    async def test_does_not_exist_for_another_partnership(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str, path: str
    ) -> None:
        role = "referrer" if path == "/status" else "manager"
        here = await intake.get(f"/v1/contacts/{sent}{path}", headers=tokens.issue(role))
        there = tokens.issue(role, partnerships=["medway"])
        elsewhere = await intake.get(f"/v1/contacts/{sent}{path}", headers=there)
        assert (here.status_code, elsewhere.status_code) == (200, 404)
        nowhere = await intake.get(f"/v1/contacts/HAV-26-00000000{path}", headers=there)
        assert elsewhere.json() == nowhere.json()

    async def test_leaves_a_line_in_the_audit(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str, store: Store
    ) -> None:
        await intake.get(f"/v1/contacts/{sent}", headers=tokens.issue("manager", subject="manager-7"))
        (look,) = await store.audit("contact.viewed")
        assert look["subject"] == "manager-7"
        assert look["case_id"] is not None

    @pytest.mark.requirement("IDN-06")
    async def test_keeps_the_nhs_number_or_why_there_is_none(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        children = [
            create_child(nhs_number="999 000-0026"),
            create_child(nhs_number="9990000027"),
            create_child(nhs_number=None, nhs_number_missing_reason="The family has just arrived."),
        ]
        sent = await intake.post("/v1/contacts", json=create_form(children=children), headers=referrer)
        answer = await intake.get(f"/v1/contacts/{sent.json()['reference']}", headers=officer)
        right, wrong, unknown = answer.json()["document"]["children"]
        assert right["nhs_number"] == NHS_NUMBERS[1]
        assert "nhs_number" not in wrong
        assert wrong["nhs_number_as_given"] == "9990000027"
        assert "check" in wrong["nhs_number_missing_reason"]
        assert unknown["nhs_number_missing_reason"] == "The family has just arrived."


class TestListContacts:
    async def test_gives_the_newest_first_a_page_at_a_time(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str], clock: FakeClock
    ) -> None:
        sent = []
        for _ in range(5):
            clock.advance(minutes=1)
            answer = await intake.post("/v1/contacts", json=create_form(), headers=referrer)
            sent.append(answer.json()["reference"])
        seen, cursor = [], None
        for _ in range(3):
            params = {"limit": "2"} | ({"cursor": cursor} if cursor else {})
            page = (await intake.get("/v1/contacts", params=params, headers=officer)).json()
            seen += [item["reference"] for item in page["items"]]
            cursor = page["next"]
        assert seen == sent[::-1]
        assert cursor is None

    async def test_names_nobody_and_is_audited(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str, store: Store
    ) -> None:
        page = (await intake.get("/v1/contacts", headers=officer)).text
        assert sent in page
        assert "Robin" not in page
        assert len(await store.audit("contacts.listed")) == 1

    async def test_can_be_narrowed(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str, clock: FakeClock
    ) -> None:
        async def count(**params: str) -> int:
            return len((await intake.get("/v1/contacts", params=params, headers=officer)).json()["items"])

        assert await count(channel="portal", needs_person="false", since=clock.now.isoformat()) == 1
        assert await count(channel="email") == 0
        assert await count(needs_person="true") == 0
        assert (await count(out_of_hours="false"), await count(out_of_hours="true")) == (1, 0)
        assert await count(since=datetime(2026, 11, 19, tzinfo=UTC).isoformat()) == 0

    @pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "WyIyMDI2LTExLTE4IiwiYSJd", "_" * 400])
    async def test_refuses_a_cursor_it_did_not_give(
        self, intake: httpx.AsyncClient, officer: dict[str, str], cursor: str
    ) -> None:
        answer = await intake.get("/v1/contacts", params={"cursor": cursor}, headers=officer)
        assert answer.status_code == 422


class TestStatus:
    @pytest.mark.requirement("INT-22")
    async def test_shows_the_referrer_what_was_received(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], sent: str
    ) -> None:
        status = (await intake.get(f"/v1/contacts/{sent}/status", headers=referrer)).json()
        assert (status["reference"], status["status"]) == (sent, "received")
        assert status["sent"]["concern"]["narrative"] == create_form()["concern"]["narrative"]

    @pytest.mark.requirement("INT-22")
    async def test_does_not_exist_for_another_referrer(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str
    ) -> None:
        other = tokens.issue("referrer", subject="another-school")
        assert (await intake.get(f"/v1/contacts/{sent}/status", headers=other)).status_code == 404

    @pytest.mark.requirement("INT-22")
    async def test_shows_what_was_sent_and_not_what_was_made_of_it(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str], sent: str
    ) -> None:
        correction = {"concern": {"narrative": "The officer's own words."}, "language": "Polish"}
        await intake.patch(f"/v1/contacts/{sent}", json=correction, headers=officer | {"If-Match": '"1"'})
        status = (await intake.get(f"/v1/contacts/{sent}/status", headers=referrer)).json()
        assert status["status"] == "completed"
        assert status["sent"]["concern"]["narrative"] == create_form()["concern"]["narrative"]
        assert "language" not in status["sent"]


class TestAddInformation:
    async def add(
        self, client: httpx.AsyncClient, reference: str, headers: dict[str, str], **more: object
    ) -> httpx.Response:
        body = {"text": "Robin has told us of a bruise.", **more}
        return await client.post(f"/v1/contacts/{reference}/additions", json=body, headers=headers)

    @pytest.mark.requirement("INT-22")
    async def test_is_kept_with_the_contact_and_told_to_the_hub(
        self,
        intake: httpx.AsyncClient,
        referrer: dict[str, str],
        officer: dict[str, str],
        sent: str,
        store: Store,
    ) -> None:
        answer = await self.add(intake, sent, referrer, immediate_danger=True, types=["physical_abuse"])
        assert (answer.status_code, answer.json()["version"]) == (201, 2)
        contact = (await intake.get(f"/v1/contacts/{sent}", headers=officer)).json()
        assert contact["additions"][0]["text"] == "Robin has told us of a bruise."
        assert contact["additions"][0]["by_referrer"]
        assert contact["immediate_danger"]
        assert contact["document"]["concern"]["types"] == ["neglect", "physical_abuse"]
        (event,) = await store.events("contact.supplemented")
        assert event["contact_version"] == 2

    @pytest.mark.requirement("INT-22")
    async def test_is_for_whoever_sent_it_and_the_hub_s_people(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str
    ) -> None:
        other = await self.add(intake, sent, tokens.issue("referrer", subject="another-school"))
        worker = await self.add(intake, sent, tokens.issue("social_worker"))
        assert (other.status_code, worker.status_code) == (404, 201)

    @pytest.mark.requirement("INT-20")
    async def test_is_added_once_under_one_key(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], sent: str, store: Store
    ) -> None:
        headers = referrer | {"Idempotency-Key": "addition-1"}
        first, again = await self.add(intake, sent, headers), await self.add(intake, sent, headers)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json()
        assert await store.count("addition") == 1
