"""From where and what for each look was, which looks were refused, and who looked at a child."""

from __future__ import annotations

from uuid import UUID, uuid5

import httpx
import pytest
import pytest_asyncio
from factories.intake import NHS_NUMBERS, create_child, create_form
from mash.audit.lines import _CALLERS
from support.intake import Store
from support.tokens import Tokens

Headers = dict[str, str]


@pytest.fixture
def dpo(tokens: Tokens) -> Headers:
    return tokens.issue("dpo")


@pytest.mark.requirement("SEAL-05")
class TestEveryLine:
    async def test_says_from_where_and_what_for(
        self, intake: httpx.AsyncClient, sent: str, officer: Headers, store: Store
    ) -> None:
        await intake.get(f"/v1/contacts/{sent}", headers=officer)
        await intake.get(f"/v1/contacts/{sent}", headers=officer | {"x-purpose": "duty_cover"})
        first, second = await store.audit("contact.viewed")
        assert (first["origin"], first["purpose"]) == ("127.0.0.1", "contacts")
        assert second["purpose"] == "duty_cover"

    async def test_is_not_written_for_a_purpose_that_is_not_on_the_list(
        self, intake: httpx.AsyncClient, sent: str, officer: Headers, store: Store
    ) -> None:
        answer = await intake.get(f"/v1/contacts/{sent}", headers=officer | {"x-purpose": "curiosity"})
        assert answer.status_code == 422
        assert "duty_cover" in answer.json()["detail"]
        assert not await store.audit("contact.viewed")


@pytest.mark.requirement("SEAL-01", "SEAL-05")
class TestARefusedLook:
    async def test_at_a_case_of_another_partnership_is_on_the_case(
        self, intake: httpx.AsyncClient, sent: str, tokens: Tokens, store: Store
    ) -> None:
        stranger = tokens.issue("contact_officer", partnerships=["medway"], subject="stranger")
        answer = await intake.get(f"/v1/contacts/{sent}", headers=stranger)
        assert answer.status_code == 404
        (line,) = await store.audit("refused")
        (received,) = await store.audit("contact.received")
        assert (line["case_id"], line["subject"]) == (received["case_id"], "stranger")
        assert sent not in line["detail"]

    async def test_by_a_role_that_opens_no_case_is_on_the_case(
        self, intake: httpx.AsyncClient, sent: str, tokens: Tokens, store: Store
    ) -> None:
        answer = await intake.get(f"/v1/contacts/{sent}", headers=tokens.issue("analyst"))
        assert answer.status_code == 403
        (line,) = await store.audit("refused")
        assert line["case_id"] is not None

    async def test_at_what_is_not_there_is_on_the_callers_own_chain(
        self, intake: httpx.AsyncClient, sent: str, officer: Headers, store: Store
    ) -> None:
        answer = await intake.get("/v1/contacts/HAV-26-AAAAAAAA", headers=officer)
        assert answer.status_code == 404
        (line,) = await store.audit("refused")
        assert (line["case_id"], line["chain"]) == (None, uuid5(_CALLERS, "officer"))

    async def test_tells_its_caller_nothing_of_the_line(
        self, intake: httpx.AsyncClient, sent: str, tokens: Tokens
    ) -> None:
        stranger = tokens.issue("contact_officer", partnerships=["medway"])
        there = await intake.get(f"/v1/contacts/{sent}", headers=stranger)
        nowhere = await intake.get("/v1/contacts/HAV-26-AAAAAAAA", headers=stranger)
        assert there.json() == nowhere.json()
        assert set(there.headers) == set(nowhere.headers)


async def _contacts(intake: httpx.AsyncClient, dpo: Headers, **asked: object) -> list[str]:
    answer = await intake.post("/v1/audit/children", json=asked, headers=dpo)
    assert answer.status_code == 200, answer.text
    return [one["reference"] for one in answer.json()]


@pytest.mark.requirement("SEAL-05")
class TestTheContactsOfAChild:
    @pytest_asyncio.fixture
    async def again(self, intake: httpx.AsyncClient, sent: str, referrer: Headers) -> str:
        """A second contact about the same child, and a third about another."""
        other = create_child(given="Sam", dob="2014-05-06", nhs_number=NHS_NUMBERS[1])
        answers = [
            await intake.post("/v1/contacts", json=form, headers=referrer)
            for form in (create_form(views={"child": "None."}), create_form(children=[other], household=[]))
        ]
        return str(answers[0].json()["reference"])

    @pytest.mark.parametrize(
        "person",
        [
            {"nhs_number": NHS_NUMBERS[0]},
            {"given": "Robin", "family": "Testcase", "dob": "2019-02-03"},
        ],
    )
    async def test_are_found_by_who_it_is(
        self, intake: httpx.AsyncClient, sent: str, again: str, dpo: Headers, person: dict[str, str]
    ) -> None:
        assert await _contacts(intake, dpo, person=person, partnership="havering") == [sent, again]

    async def test_are_found_by_one_of_them(
        self, intake: httpx.AsyncClient, sent: str, again: str, dpo: Headers
    ) -> None:
        assert await _contacts(intake, dpo, reference=again) == [sent, again]

    async def test_are_not_found_by_too_little(self, intake: httpx.AsyncClient, dpo: Headers) -> None:
        body = {"person": {"family": "Testcase"}, "partnership": "havering"}
        answer = await intake.post("/v1/audit/children", json=body, headers=dpo)
        assert answer.status_code == 422

    @pytest.mark.parametrize("role", ["manager", "analyst", "ops", "referrer"])
    async def test_are_for_the_data_protection_officer_alone(
        self, intake: httpx.AsyncClient, sent: str, tokens: Tokens, role: str
    ) -> None:
        answer = await intake.post("/v1/audit/children", json={"reference": sent}, headers=tokens.issue(role))
        assert answer.status_code == 403


@pytest.mark.requirement("SEAL-05")
class TestWhoLookedAtACase:
    @pytest_asyncio.fixture
    async def contact_id(self, sent: str, store: Store) -> UUID:
        (received,) = await store.audit("contact.received")
        return UUID(str(received["case_id"]))

    async def test_is_answered_with_changes_looks_lists_and_refusals(
        self,
        intake: httpx.AsyncClient,
        sent: str,
        contact_id: UUID,
        tokens: Tokens,
        officer: Headers,
        dpo: Headers,
    ) -> None:
        await intake.get(f"/v1/contacts/{sent}", headers=officer)
        await intake.get("/v1/contacts", headers=tokens.issue("manager"))
        await intake.get(f"/v1/contacts/{sent}", headers=tokens.issue("analyst"))
        answer = await intake.get(f"/v1/audit/cases/{contact_id}", headers=dpo)
        looks = [(look["subject"], look["action"], look["in_a_list"]) for look in answer.json()["items"]]
        assert looks == [
            ("analyst", "refused", False),
            ("manager", "contacts.listed", True),
            ("officer", "contact.viewed", False),
            ("referrer-school", "contact.received", False),
        ]

    async def test_is_itself_a_look(
        self, intake: httpx.AsyncClient, contact_id: UUID, dpo: Headers, store: Store
    ) -> None:
        await intake.get(f"/v1/audit/cases/{contact_id}", headers=dpo)
        (line,) = await store.audit("audit.viewed")
        assert (line["case_id"], line["subject"]) == (contact_id, "dpo")

    async def test_comes_a_page_at_a_time(
        self, intake: httpx.AsyncClient, sent: str, contact_id: UUID, officer: Headers, dpo: Headers
    ) -> None:
        for _ in range(4):
            await intake.get(f"/v1/contacts/{sent}", headers=officer)
        path, cursor, found = f"/v1/audit/cases/{contact_id}?limit=2", "", []
        while cursor is not None:
            page = (await intake.get(f"{path}{cursor and f'&cursor={cursor}'}", headers=dpo)).json()
            found += [(look["at"], look["id"]) for look in page["items"]]
            cursor = page["next"]
        assert len(found) == len(set(found)) == 5
        assert found == sorted(found, reverse=True)

    async def test_is_not_answered_about_a_case_of_another_partnership(
        self, intake: httpx.AsyncClient, contact_id: UUID, tokens: Tokens
    ) -> None:
        elsewhere = tokens.issue("dpo", partnerships=["medway"])
        answer = await intake.get(f"/v1/audit/cases/{contact_id}", headers=elsewhere)
        assert answer.status_code == 404

    @pytest.mark.parametrize("role", ["manager", "contact_officer", "ops"])
    async def test_is_for_the_data_protection_officer_alone(
        self, intake: httpx.AsyncClient, contact_id: UUID, tokens: Tokens, role: str
    ) -> None:
        answer = await intake.get(f"/v1/audit/cases/{contact_id}", headers=tokens.issue(role))
        assert answer.status_code == 403
