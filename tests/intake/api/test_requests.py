"""What a referrer asks for: a concern to be looked at, or one of the partnership's other requests."""

from __future__ import annotations

import httpx
import pytest
from factories.intake import create_form
from mash.contracts.queries import ContactFacts
from support.tokens import Tokens


@pytest.mark.requirement("INT-18")
async def test_screening_is_told_what_was_asked_for_and_whether_the_family_agreed(
    intake: httpx.AsyncClient, referrer: dict[str, str], tokens: Tokens
) -> None:
    form = create_form(request="early_help", consent={"told": "informed", "agreed": "no"})
    sent = await intake.post("/v1/contacts", json=form, headers=referrer)
    where = f"/v1/contacts/by-id/{sent.json()['contact_id']}/facts"
    answer = await intake.get(where, headers=tokens.issue("service-screening"))
    facts = ContactFacts.model_validate(answer.json())
    assert (facts.request, facts.family_agreed) == ("early_help", "no")


async def test_a_contact_that_asks_for_nothing_is_a_concern(
    intake: httpx.AsyncClient, sent: str, officer: dict[str, str], tokens: Tokens
) -> None:
    id = (await intake.get(f"/v1/contacts/{sent}", headers=officer)).json()["id"]
    answer = await intake.get(f"/v1/contacts/by-id/{id}/facts", headers=tokens.issue("service-screening"))
    assert answer.json()["request"] == "safeguarding"


async def test_what_the_partnership_does_not_offer_is_refused_by_name(
    intake: httpx.AsyncClient, referrer: dict[str, str]
) -> None:
    refused = await intake.post("/v1/contacts", json=create_form(request="a_pony"), headers=referrer)
    assert refused.status_code == 422
    assert "a_pony" in refused.json()["detail"]
    assert "safeguarding" in refused.json()["detail"]
