"""A contact officer completes and corrects contacts."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from factories.intake import NHS_NUMBERS, create_child, create_form, create_mother
from support.intake import Store
from support.tokens import Tokens


async def correct(
    client: httpx.AsyncClient, reference: str, headers: dict[str, str], version: int, **sections: Any
) -> httpx.Response:
    named = headers | {"If-Match": f'"{version}"'}
    return await client.patch(f"/v1/contacts/{reference}", json=sections, headers=named)


class TestCorrectContact:
    @pytest.mark.requirement("INT-03", "INT-06")
    async def test_completes_what_was_missing(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str], store: Store
    ) -> None:
        bare = {"partnership": "havering", "concern": {"narrative": "A child was heard crying."}}
        sent = (await intake.post("/v1/contacts", json=bare, headers=referrer)).json()
        answer = await correct(intake, sent["reference"], officer, 1, children=[create_child()])
        assert answer.status_code == 200, answer.text
        assert answer.headers["etag"] == '"2"'
        assert "child_name" in {item["id"] for item in sent["missing"]}
        assert "child_name" not in {item["id"] for item in answer.json()["missing"]}
        (event,) = await store.events("contact.completed")
        assert (event["contact_version"], event["child_count"]) == (2, 1)

    async def test_keeps_who_changed_what_and_what_it_was(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str
    ) -> None:
        officer = tokens.issue("contact_officer", subject="officer-9")
        await correct(intake, sent, officer, 1, concern={"narrative": "In other words."})
        after = await correct(intake, sent, officer, 2, language="Polish")
        first, second = after.json()["changes"]
        assert (first["changed_by"], first["fields"]) == ("officer-9", ["concern"])
        assert first["before"]["concern"]["narrative"] == create_form()["concern"]["narrative"]
        assert (second["version"], second["before"]) == (3, {"language": None})

    async def test_refuses_an_older_version_and_names_what_changed(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str
    ) -> None:
        await correct(intake, sent, officer, 1, language="Polish")
        stale = await correct(intake, sent, officer, 1, telephone="07700 900113")
        assert stale.status_code == 412
        assert (stale.json()["current_version"], stale.json()["changed"]) == (2, ["language"])

    async def test_lets_one_of_several_at_the_same_moment_through(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str
    ) -> None:
        answers = await asyncio.gather(
            *(correct(intake, sent, officer, 1, telephone=f"07700 90011{n}") for n in range(4))
        )
        assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 3}

    async def test_asks_for_the_version(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str
    ) -> None:
        answer = await intake.patch(f"/v1/contacts/{sent}", json={}, headers=officer)
        assert answer.status_code == 428

    @pytest.mark.parametrize("role", ["referrer", "social_worker", "analyst"])
    async def test_is_for_contact_officers(
        self, intake: httpx.AsyncClient, tokens: Tokens, sent: str, role: str
    ) -> None:
        assert (await correct(intake, sent, tokens.issue(role), 1)).status_code == 403

    async def test_refuses_an_impossible_date(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str
    ) -> None:
        answer = await correct(intake, sent, officer, 1, children=[create_child(dob="2030-01-01")])
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "children.0.dob"

    @pytest.mark.requirement("INT-21")
    async def test_corrects_who_was_calling(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str
    ) -> None:
        answer = await correct(intake, sent, officer, 1, referrer={"kind": "housing"})
        assert (answer.json()["source_code"], answer.json()["referrer_kind"]) == ("4", "housing")

    async def test_says_no_more_why_a_number_is_not_known_once_it_is(
        self, intake: httpx.AsyncClient, officer: dict[str, str], sent: str
    ) -> None:
        wrong = {"given": "Robin", "nhs_number": "9990000019"}
        after = (await correct(intake, sent, officer, 1, children=[wrong])).json()
        (child,) = after["document"]["children"]
        right = {name: child[name] for name in ("id", "given", "nhs_number_missing_reason")}
        right["nhs_number"] = NHS_NUMBERS[0]
        after = (await correct(intake, sent, officer, 2, children=[right])).json()
        (child,) = after["document"]["children"]
        assert child == {"id": right["id"], "given": "Robin", "nhs_number": NHS_NUMBERS[0]}

    @pytest.mark.requirement("IDN-05")
    async def test_makes_an_unborn_child_the_born_one(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        form = create_form(
            children=[{"edd": "2026-12-20", "mother": "mum"}], household=[create_mother(id="mum")]
        )
        sent = (await intake.post("/v1/contacts", json=form, headers=referrer)).json()["reference"]
        before = (await intake.get(f"/v1/contacts/{sent}", headers=officer)).json()
        unborn = before["document"]["children"][0]
        baby = {"id": unborn["id"], "given": "Wren", "family": "Testcase", "dob": "2026-11-17"}
        after = (await correct(intake, sent, officer, 1, children=[baby])).json()
        born = after["document"]["children"][0]
        assert (before["unborn"], after["unborn"]) == (True, False)
        assert (born["id"], born["edd"], born["mother"]) == (unborn["id"], "2026-12-20", "mum")
        assert after["changes"][0]["before"]["children"] == [unborn]

    async def test_takes_a_wrong_due_date_and_mother_off_a_child_not_born(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        form = create_form(
            children=[{"edd": "2026-12-20", "mother": "mum"}], household=[create_mother(id="mum")]
        )
        sent = (await intake.post("/v1/contacts", json=form, headers=referrer)).json()["reference"]
        before = (await intake.get(f"/v1/contacts/{sent}", headers=officer)).json()["document"]["children"]
        child = {"id": before[0]["id"], "given": "Wren", "estimated_age_years": 3}
        after = (await correct(intake, sent, officer, 1, children=[child])).json()
        assert (after["document"]["children"], after["unborn"]) == ([child], False)

    @pytest.mark.requirement("IDN-03")
    async def test_counts_again_by_who_the_child_turns_out_to_be(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str], sent: str
    ) -> None:
        bare = {"partnership": "havering", "concern": {"narrative": "A child was heard crying."}}
        other = (await intake.post("/v1/contacts", json=bare, headers=referrer)).json()["reference"]
        child = {"nhs_number": NHS_NUMBERS[0]}
        found = (await correct(intake, other, officer, 1, children=[child])).json()
        assert found["repeat_count_6_months"] == 1
        earlier = await correct(intake, sent, officer, 1, telephone="07700 900113")
        assert earlier.json()["repeat_count_6_months"] == 0
