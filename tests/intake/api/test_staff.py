"""A look at one's own family, home or name is noticed, and its looker is not told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from factories.intake import create_form, create_mother
from support.intake import Store
from support.tokens import Tokens

WORKER = "worker-5"
MOTHER = {"given": "Marian", "family": "Testcase", "dob": "1991-06-14"}
HOME = {"address": "14, sample close, RM99 1AB"}


async def register(
    intake: httpx.AsyncClient, headers: dict[str, str], subject: str = WORKER, **form: Any
) -> httpx.Response:
    return await intake.put(f"/v1/staff/{subject}/own", json=form, headers=headers)


@pytest.fixture
def worker(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("social_worker", subject=WORKER)


@pytest.mark.requirement("SEAL-08")
class TestOwnCase:
    @pytest.mark.parametrize(
        "form",
        [
            {"family": [MOTHER]},
            {"family": [HOME]},
            {"own": {"given": "Marian", "family": "Testcase"}},
        ],
        ids=["family", "address", "name"],
    )
    async def test_is_raised_when_it_is_looked_at(
        self,
        intake: httpx.AsyncClient,
        worker: dict[str, str],
        referrer: dict[str, str],
        store: Store,
        form: dict[str, Any],
    ) -> None:
        await register(intake, worker, **form)
        sent = (await intake.post("/v1/contacts", json=create_form(), headers=referrer)).json()
        answer = await intake.get(f"/v1/contacts/{sent['reference']}", headers=worker)
        (raised,) = await store.events("access.raised")
        assert answer.status_code == 200
        assert (raised["kind"], raised["by"], raised["contact_id"]) == (
            "own_case",
            WORKER,
            sent["contact_id"],
        )

    @pytest.mark.parametrize(
        "form",
        [
            {"family": [{"given": "Marian", "family": "Testcase"}]},
            {"family": [{**MOTHER, "dob": "1990-06-14"}]},
            {"own": {"given": "Marian", "family": "Other", "dob": "1991-06-14"}},
        ],
        ids=["a relative's name alone", "another birth date", "another name"],
    )
    async def test_is_nobody_else_s(
        self, intake: httpx.AsyncClient, worker: dict[str, str], sent: str, store: Store, form: dict[str, Any]
    ) -> None:
        await register(intake, worker, **form)
        await intake.get(f"/v1/contacts/{sent}", headers=worker)
        assert await store.events("access.raised") == []

    async def test_is_found_among_contacts_that_came_before(
        self, intake: httpx.AsyncClient, worker: dict[str, str], sent: str, store: Store
    ) -> None:
        await register(intake, worker, family=[MOTHER])
        (told,) = await store.events("access.changed")
        assert (told["restricted"], told["own"]) == (False, [WORKER])
        await register(intake, worker, family=[])
        assert (await store.events("access.changed"))[-1]["own"] == []

    async def test_is_found_when_a_contact_is_completed(
        self,
        intake: httpx.AsyncClient,
        worker: dict[str, str],
        officer: dict[str, str],
        sent: str,
        store: Store,
    ) -> None:
        await register(intake, worker, family=[{**MOTHER, "family": "Newname"}])
        people = {"household": [create_mother(family="Newname")]}
        headers = {**officer, "if-match": '"1"'}
        await intake.patch(f"/v1/contacts/{sent}", json=people, headers=headers)
        assert (await store.events("access.changed"))[-1]["own"] == [WORKER]

    async def test_is_not_raised_by_anybody_else_s_look(
        self,
        intake: httpx.AsyncClient,
        tokens: Tokens,
        worker: dict[str, str],
        sent: str,
        store: Store,
    ) -> None:
        await register(intake, worker, family=[MOTHER])
        await intake.get(f"/v1/contacts/{sent}", headers=tokens.issue("manager"))
        assert await store.events("access.raised") == []


class TestRegister:
    async def test_answers_how_many_and_keeps_no_word(
        self, intake: httpx.AsyncClient, worker: dict[str, str], store: Store
    ) -> None:
        answer = await register(intake, worker, family=[MOTHER, HOME])
        assert answer.json() == {"subject": WORKER, "partnership": "havering", "people": 2}
        assert await store.count("staff_key") == 2
        assert "Marian" not in str(await store.audit()) + await store.raw_events()

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            ("social_worker", 403),
            ("contact_officer", 403),
            ("manager", 200),
            ("data_protection_officer", 200),
        ],
    )
    async def test_of_another_is_for_managers_and_the_data_protection_officer(
        self, intake: httpx.AsyncClient, tokens: Tokens, role: str, status: int
    ) -> None:
        answer = await register(intake, tokens.issue(role, subject="somebody-else"), family=[MOTHER])
        assert answer.status_code == status
