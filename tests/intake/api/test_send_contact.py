"""The multi-agency form, sent by a referrer."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import httpx
import pytest
from factories.intake import NHS_NUMBERS, create_child, create_form, create_mother
from support.clock import FakeClock
from support.intake import Store
from support.tokens import Tokens


async def send(client: httpx.AsyncClient, headers: dict[str, str], **changes: Any) -> httpx.Response:
    return await client.post("/v1/contacts", json=create_form(**changes), headers=headers)


class TestSendContact:
    @pytest.mark.requirement("INT-01", "INT-02")
    async def test_gives_a_reference_a_channel_and_the_time(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], clock: FakeClock
    ) -> None:
        answer = await send(intake, referrer)
        assert answer.status_code == 201
        contact = answer.json()
        assert contact["reference"].startswith("HAV-26-")
        assert (contact["channel"], contact["missing"]) == ("portal", [])
        assert contact["received_at"] == clock.now.isoformat().replace("+00:00", "Z")

    @pytest.mark.requirement("INT-01", "INT-21")
    async def test_tells_the_hub_without_a_word_of_the_family(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        await send(intake, referrer)
        (event,) = await store.events("contact.received")
        assert (event["source_code"], event["referrer_kind"], event["child_count"]) == ("2A", "school", 1)
        told = (await store.raw_events()).lower()
        for word in ("robin", "testcase", "hungry", "2019-02-03", "sample close", NHS_NUMBERS[0], "marker"):
            assert word not in told

    @pytest.mark.requirement("INT-06")
    @pytest.mark.parametrize("said", [{"children": [{}]}, {"concern": {"worries": "Shouting at night."}}])
    async def test_takes_in_a_concern_that_says_next_to_nothing(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], said: dict[str, Any]
    ) -> None:
        answer = await intake.post("/v1/contacts", json={"partnership": "havering", **said}, headers=referrer)
        assert answer.status_code == 201
        missing = {item["id"]: item["label"] for item in answer.json()["missing"]}
        assert missing["address"] == "where each child lives"
        assert {"child_name", "consent", "referrer"} <= missing.keys()

    async def test_refuses_a_form_that_says_nothing(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        answer = await intake.post("/v1/contacts", json={"partnership": "havering"}, headers=referrer)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["rule"] == "tell us of a child or of a concern"

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"children": [create_child(dob="2027-01-01")]}, "children.0.dob"),
            ({"children": [create_child(dob="1889-01-01")]}, "children.0.dob"),
            ({"children": [create_child(dob="2019-02-30")]}, "children.0.dob"),
            ({"children": [create_child(dob=20190203)]}, "children.0.dob"),
            ({"children": [{"edd": "2028-01-01"}]}, "children.0.edd"),
            ({"children": [{"edd": "2026-01-01"}]}, "children.0.edd"),
            ({"household": [create_mother(), create_mother(dob="2026-11-19")]}, "household.1.dob"),
            ({"children": [create_child(shoe_size=3)]}, "children.0.shoe_size"),
            ({"consent": {"told": "perhaps"}}, "consent.told"),
            ({"concern": {"narrative": "A fall\x00."}}, "concern"),
        ],
    )
    async def test_names_the_field_that_cannot_be(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], changes: dict[str, Any], field: str
    ) -> None:
        answer = await send(intake, referrer, **changes)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == field

    @pytest.mark.requirement("INT-20")
    async def test_gives_the_first_answer_to_a_repeat(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        headers = referrer | {"Idempotency-Key": "form-1"}
        first, again = await send(intake, headers), await send(intake, headers)
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json()
        assert (await store.count("contact"), len(await store.events())) == (1, 1)

    @pytest.mark.requirement("INT-20")
    async def test_starts_once_what_is_sent_twice_at_the_same_moment(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], store: Store
    ) -> None:
        headers = referrer | {"Idempotency-Key": "form-1"}
        answers = await asyncio.gather(*(send(intake, headers) for _ in range(5)))
        assert Counter(answer.status_code for answer in answers) == {201: 1, 200: 4}
        assert len({answer.json()["reference"] for answer in answers}) == 1
        assert await store.count("contact") == 1

    async def test_refuses_another_form_under_the_same_key(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        headers = referrer | {"Idempotency-Key": "form-1"}
        await send(intake, headers)
        other = await send(intake, headers, telephone="07700 900113")
        assert other.status_code == 409

    @pytest.mark.parametrize(
        "role", ["mailbox", "analyst", "ops", "data_protection_officer", "service_enquiry"]
    )
    async def test_is_closed_to_those_who_do_not_refer(
        self, intake: httpx.AsyncClient, tokens: Tokens, role: str
    ) -> None:
        assert (await send(intake, tokens.issue(role))).status_code == 403

    async def test_lets_a_contact_officer_send_it_for_somebody(
        self, intake: httpx.AsyncClient, tokens: Tokens
    ) -> None:
        assert (await send(intake, tokens.issue("contact_officer"))).status_code == 201

    @pytest.mark.parametrize("partnership", ["redbridge", "nowhere"])
    async def test_knows_no_partnership_that_it_does_not_serve(
        self, intake: httpx.AsyncClient, tokens: Tokens, partnership: str
    ) -> None:
        headers = tokens.issue("referrer", partnerships=["havering", partnership])
        answer = await send(intake, headers, partnership=partnership)
        assert answer.status_code == 404
        assert partnership not in answer.text

    async def test_knows_no_partnership_that_the_caller_is_not_of(
        self, intake: httpx.AsyncClient, tokens: Tokens
    ) -> None:
        assert (await send(intake, tokens.issue("referrer", partnerships=["medway"]))).status_code == 404


class TestWhatTheReferrerIsTold:
    @pytest.mark.requirement("INT-07", "INT-08")
    async def test_whom_to_ring_when_a_child_is_in_danger(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        told = (await send(intake, referrer)).json()
        assert told["in_danger"]["emergency"] == "999"
        assert told["in_danger"]["answering_now"] == "MASH duty line"
        assert not told["out_of_hours"]

    @pytest.mark.requirement("INT-08")
    @pytest.mark.parametrize(
        ("moment", "is_shut"),
        [
            ("2026-11-18T08:59:59+00:00", True),
            ("2026-11-18T09:00:00+00:00", False),
            ("2026-11-18T16:59:59+00:00", False),
            ("2026-11-18T17:00:00+00:00", True),
            ("2026-11-21T11:00:00+00:00", True),
            ("2026-12-25T11:00:00+00:00", True),
            # London is an hour ahead of UTC in summer.
            ("2027-06-02T08:30:00+00:00", False),
            ("2027-06-02T16:30:00+00:00", True),
        ],
    )
    async def test_that_the_emergency_team_answers_while_the_hub_is_shut(
        self,
        intake: httpx.AsyncClient,
        tokens: Tokens,
        clock: FakeClock,
        store: Store,
        moment: str,
        is_shut: bool,
    ) -> None:
        clock.set(clock.now.fromisoformat(moment))
        told = (await send(intake, tokens.issue("referrer"))).json()
        assert told["out_of_hours"] is is_shut
        assert (told["in_danger"]["answering_now"] == "Emergency Duty Team") is is_shut
        assert ("01708 433999" in told["in_danger"]["words"]) is is_shut
        assert bool(told["put_before"]) is is_shut
        (event,) = await store.events("contact.received")
        assert event["out_of_hours"] is is_shut

    @pytest.mark.requirement("INT-07")
    async def test_by_when_they_will_be_written_to(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        promise = (await send(intake, referrer)).json()["acknowledgement"]
        assert promise["will_be_sent"]
        assert promise["due_at"] == "2026-11-18T11:00:00Z"

    @pytest.mark.requirement("INT-07", "INT-22")
    @pytest.mark.parametrize(
        "referrer_part",
        [
            {"kind": "self", "email": "wren@home.example", "safe_to_write": False},
            {"kind": "public"},
            {"kind": "school", "email": "not an address"},
        ],
    )
    async def test_that_nothing_is_sent_where_it_cannot_or_must_not_be(
        self,
        intake: httpx.AsyncClient,
        referrer: dict[str, str],
        store: Store,
        referrer_part: dict[str, Any],
    ) -> None:
        told = (await send(intake, referrer, referrer=referrer_part)).json()
        assert told["acknowledgement"]["will_be_sent"] is False
        assert (await store.events("contact.received"))[0]["may_write"] is False

    @pytest.mark.requirement("IDN-06")
    async def test_that_an_nhs_number_is_not_right(
        self, intake: httpx.AsyncClient, referrer: dict[str, str]
    ) -> None:
        answer = await send(intake, referrer, children=[create_child(nhs_number="999 000 0019")])
        assert answer.status_code == 201
        assert "NHS number" in answer.json()["warnings"][0]
        assert answer.json()["missing"] == []

    @pytest.mark.requirement("CON-01")
    @pytest.mark.parametrize(
        "told", ["not_informed_further_risk", "not_informed_serious_crime", "could_not_be_contacted"]
    )
    async def test_that_not_telling_the_family_needs_its_reason(
        self, intake: httpx.AsyncClient, referrer: dict[str, str], told: str
    ) -> None:
        bare = await send(intake, referrer, consent={"told": told, "agreed": "not_asked"})
        assert [item["id"] for item in bare.json()["missing"]] == ["consent_rationale", "consent_decided_by"]
        reason = {"rationale": "He has threatened her before.", "decided_by": "Lynn Marker"}
        full = await send(intake, referrer, consent={"told": told, "agreed": "not_asked", **reason})
        assert full.json()["missing"] == []


class TestSourceCode:
    @pytest.mark.requirement("INT-21")
    @pytest.mark.parametrize(
        ("kind", "code", "known_as"),
        [
            ("police", "6", "police"),
            ("court", "7", "court"),
            ("probation", "7", "probation"),
            ("housing", "4", "housing"),
            ("ambulance", "3F", "ambulance"),
            ("gp", "3A", "gp"),
            ("health_visitor", "3B", "health_visitor"),
            ("a_and_e", "3E", "emergency_department"),
            ("family", "1A", "family_member"),
            ("self", "1C", "self"),
            ("public", "1D", "public"),
            ("anonymous", "9", "anonymous"),
            ("clown", "10", "unknown"),
        ],
    )
    async def test_says_who_is_calling(
        self,
        intake: httpx.AsyncClient,
        referrer: dict[str, str],
        store: Store,
        kind: str,
        code: str,
        known_as: str,
    ) -> None:
        await send(intake, referrer, referrer={"kind": kind})
        (event,) = await store.events("contact.received")
        assert (event["source_code"], event["referrer_kind"]) == (code, known_as)
