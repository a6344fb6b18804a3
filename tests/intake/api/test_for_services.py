"""What the other services are told."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from factories.intake import NHS_NUMBERS, create_child, create_form, create_mother
from mash.contracts.queries import ContactFacts, ContactPeople, ContactReferrer, ContactSender
from support.intake import Store
from support.tokens import Tokens

RISK = {
    "told": "not_informed_further_risk",
    "rationale": "He has threatened her before.",
    "decided_by": "Lynn Marker",
    "agreed": "not_asked",
    "lawful_basis": ["child_protection"],
}


ASKERS = {
    "facts": "screening",
    "words": "screening",
    "sender": "screening",
    "people": "enquiry",
    "referrer": "notifications",
}


@pytest.fixture
def screening(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("service-screening")


@pytest.fixture
def enquiry(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("service-enquiry")


@pytest.fixture
def notifications(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("service-notifications")


async def ask(
    client: httpx.AsyncClient,
    referrer: dict[str, str],
    service: dict[str, str],
    what: str,
    /,
    **form: Any,
) -> dict[str, Any]:
    sent = await client.post("/v1/contacts", json=create_form(**form), headers=referrer)
    where = f"/v1/contacts/by-id/{sent.json()['contact_id']}/{what}"
    answer: dict[str, Any] = (await client.get(where, headers=service)).json()
    return answer


class TestFacts:
    async def test_holds_what_screening_goes_by_and_no_name(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], screening: dict[str, str]
    ) -> None:
        children = [create_child(), {"estimated_age_years": 14}, {"edd": "2026-12-20"}]
        told = await ask(intake, referrer, screening, "facts", children=children, consent=RISK)
        facts = ContactFacts.model_validate(told)
        assert (facts.ages, facts.youngest_age_years, facts.oldest_age_years) == ([7, 14], 7, 14)
        assert (facts.child_count, facts.unborn, facts.concern_tags) == (3, True, ["neglect"])
        assert (facts.family_told, facts.family_informed) == ("not_informed_further_risk", False)
        assert (facts.family_agreed, facts.has_lawful_basis) == ("not_asked", True)
        for word in ("Robin", "Testcase", NHS_NUMBERS[0], "Sample", "2019"):
            assert word not in str(told)

    @pytest.mark.requirement("IDN-03")
    async def test_counts_over_six_months_and_over_time(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], screening: dict[str, str]
    ) -> None:
        await ask(intake, referrer, screening, "facts")
        facts = await ask(intake, referrer, screening, "facts")
        assert (facts["repeat_count_6_months"], facts["repeat_count_ever"]) == (1, 1)

    async def test_leaves_the_service_in_the_audit(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], screening: dict[str, str], store: Store
    ) -> None:
        await ask(intake, referrer, screening, "facts")
        (look,) = await store.audit("contact.facts_viewed")
        assert look["subject"] == "service-screening"

    @pytest.mark.requirement("SEAL-09")
    @pytest.mark.parametrize("what", ASKERS)
    async def test_opens_to_the_service_that_needs_it_and_to_nobody_else(
        self, intake: httpx.AsyncClient, tokens: Tokens, what: str
    ) -> None:
        where = f"/v1/contacts/by-id/01980000-0000-7000-8000-000000000001/{what}"
        for service in set(ASKERS.values()):
            answer = await intake.get(where, headers=tokens.issue(f"service-{service}"))
            assert answer.status_code == (404 if service == ASKERS[what] else 403), service
        for person in ("manager", "referrer", "ops", "analyst", "data_protection_officer"):
            assert (await intake.get(where, headers=tokens.issue(person))).status_code == 403, person


class TestPeople:
    async def test_names_whom_to_ask_about(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], enquiry: dict[str, str]
    ) -> None:
        told = await ask(
            intake,
            referrer,
            enquiry,
            "people",
            children=[create_child(address=None), {"edd": "2026-12-20"}],
            household=[create_mother()],
            adults=[{"given": "Dale", "family": "Specimen", "concern": "alleged perpetrator"}],
            address="14 Sample Close, Romford, RM99 1AB",
        )
        people = ContactPeople.model_validate(told).people
        assert [person.role for person in people] == ["child", "child", "household", "adult"]
        assert people[0].address == people[2].address == "14 Sample Close, Romford, RM99 1AB"
        assert people[3].address is None
        assert (people[0].nhs_number, people[1].given, str(people[1].edd)) == (
            NHS_NUMBERS[0],
            None,
            "2026-12-20",
        )

    @pytest.mark.requirement("CON-05", "CON-01")
    @pytest.mark.parametrize(
        ("consent", "told", "agreed", "basis"),
        [
            ({}, "Take it that the family has not been told", "has not agreed", "Not recorded"),
            (
                {"told": "informed", "agreed": "no", "agreed_reason": "They fear the police."},
                "has been told",
                "did not agree",
                "Not recorded",
            ),
            (RISK, "has not been told", "was not asked", "section 47"),
            (
                {"told": "signposted", "agreed": "yes", "agreed_by": "the mother"},
                "privacy notice",
                "The family agreed to the sharing of information (the mother).",
                "Not recorded",
            ),
        ],
    )
    async def test_says_each_of_three_facts_for_itself(
        self,
        intake: httpx.AsyncClient,
        referrer: dict[str, str],
        enquiry: dict[str, str],
        consent: dict[str, Any],
        told: str,
        agreed: str,
        basis: str,
    ) -> None:
        words = await ask(intake, referrer, enquiry, "people", consent=consent)
        assert told in words["family_told"]
        assert agreed in words["family_agreed"]
        assert basis in words["lawful_basis"]
        assert "agree" not in words["family_told"] + words["lawful_basis"]


class TestReferrer:
    @pytest.mark.requirement("INT-07")
    async def test_says_whom_to_write_to(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], notifications: dict[str, str]
    ) -> None:
        told = await ask(intake, referrer, notifications, "referrer", children=[create_child(school=None)])
        who = ContactReferrer.model_validate(told)
        assert (who.email, who.may_write, who.is_professional) == (
            "lmarker@paperlane.sch.example",
            True,
            True,
        )
        assert (who.kind, who.missing) == ("school", ["each child's school or nursery"])

    @pytest.mark.requirement("INT-22")
    async def test_hands_on_no_address_that_is_not_safe(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], notifications: dict[str, str]
    ) -> None:
        unsafe = {"kind": "self", "email": "wren@home.example", "safe_to_write": False}
        told = await ask(intake, referrer, notifications, "referrer", referrer=unsafe)
        assert (told["may_write"], told["email"]) == (False, None)


class TestSender:
    async def test_says_who_sent_it_by_their_id_and_no_name(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], screening: dict[str, str], store: Store
    ) -> None:
        told = await ask(intake, referrer, screening, "sender")
        assert ContactSender.model_validate(told).sent_by == "referrer-school"
        assert told.keys() == set(ContactSender.model_fields)
        (look,) = await store.audit("contact.sender_viewed")
        assert look["subject"] == "service-screening"


class TestWords:
    @pytest.mark.requirement("SCR-13")
    async def test_holds_what_was_told_with_what_was_added(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], screening: dict[str, str]
    ) -> None:
        form = create_form(concern={"narrative": "Robin hides."}, views={"child": "Home is loud."})
        sent = (await intake.post("/v1/contacts", json=form, headers=referrer)).json()
        more = {"text": "He was early today."}
        await intake.post(f"/v1/contacts/{sent['reference']}/additions", json=more, headers=referrer)

        where = f"/v1/contacts/by-id/{sent['contact_id']}/words"
        told = (await intake.get(where, headers=screening)).json()

        assert told["text"] == "Robin hides.\n\nHome is loud.\n\nHe was early today."
        assert told["version"] == 2

    async def test_are_for_services_alone(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], officer: dict[str, str]
    ) -> None:
        sent = (await intake.post("/v1/contacts", json=create_form(), headers=referrer)).json()
        where = f"/v1/contacts/by-id/{sent['contact_id']}/words"
        assert (await intake.get(where, headers=officer)).status_code == 403
        assert (await intake.get(where)).status_code == 401
