"""A health system asked by FHIR R4: whom it knows, what it has on them, and nobody's name in an address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from factories.agency_systems import (
    NHS_NUMBER,
    AgencySystem,
    Serve,
    create_bundle,
    create_condition,
    create_encounter,
    create_flag,
    create_patient,
    restricted,
)
from factories.partner_gateway import ROBIN, SAGE, Gateway, create_message, running_gateway
from support.services import Services

Headers = dict[str, str]
WHOM = {"family": "Testcase", "given": "Robin Lee", "dob": "2017-05-14", "nhs_number": "999 000 0018"}
PATIENTS = "r4/Patient/_search"
CONDITIONS = "r4/Condition/_search"


@pytest.fixture
def system() -> AgencySystem:
    system = AgencySystem()
    system.answers = {
        PATIENTS: create_bundle(create_patient()),
        CONDITIONS: create_bundle(create_condition()),
        "r4/Encounter/_search": create_bundle(create_encounter()),
        "r4/Flag/_search": create_bundle(create_flag()),
    }
    return system


@pytest_asyncio.fixture
async def url(serve: Serve, system: AgencySystem) -> str:
    return await serve(system.app)


@pytest_asyncio.fixture
async def gateway(service: Services, keys: Path, url: str) -> AsyncIterator[Gateway]:
    async with running_gateway(
        service,
        keys,
        connector="fhir",
        connector_url=f"{url}/r4/",
        connector_token="sample-token",
        connector_timeout_seconds=1,
    ) as running:
        yield running


@pytest.fixture(autouse=True)
def no_address_names_anybody(gateway: Gateway, system: AgencySystem) -> Any:
    """Whatever a test has the gateway ask."""
    yield
    words = ("Testcase", "Robin", "Sage", "2017-05-14", "1990-01-20", "9990000018", "Sample")
    assert [url for url in system.urls if any(word.casefold() in url.casefold() for word in words)] == []


async def look(gateway: Gateway, headers: Headers, **body: Any) -> dict[str, Any]:
    answer = await gateway.client.post("/v1/records/search", headers=headers, json=body or WHOM)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def said(found: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["part"], one["reason"]) for one in found["not_searched"]]


def ids(found: dict[str, Any]) -> list[str]:
    return [item["record_id"] for item in found["items"]]


class TestPatients:
    @pytest.mark.requirement("RET-02")
    async def test_are_sought_by_nhs_number_in_a_form(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        await look(gateway, researcher)
        assert system.forms()[0] == {"identifier": f"{NHS_NUMBER}|9990000018", "_count": "10"}
        assert system.forms()[1] == {"patient": "p1", "_count": "50"}
        assert system.headers[0]["authorization"] == "Bearer sample-token"
        assert len(system.urls) == 4

    async def test_are_sought_by_name_and_date_of_birth_where_there_is_no_number(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        found = await look(gateway, researcher, **{**WHOM, "nhs_number": None})
        assert system.forms()[0] == {
            "family": "Testcase",
            "given": "Robin",
            "birthdate": "2017-05-14",
            "_count": "10",
        }
        assert found["items"][0]["matches"][0]["reasons"] == ["name_and_dob", "family_and_dob", "name"]

    async def test_are_sought_by_name_as_well_where_the_number_finds_nobody(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        system.answers[PATIENTS] = create_bundle()
        assert (await look(gateway, researcher))["items"] == []
        assert [sorted(form) for form in system.forms()] == [
            ["_count", "identifier"],
            ["_count", "birthdate", "family", "given"],
        ]

    async def test_who_are_somebody_else_are_not_read(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        other = {"family": "Example", "given": ["Wren"]}
        stranger = create_patient(id="p2", identifier=[], name=[other], birthDate="1980-01-01")
        system.answers[PATIENTS] = create_bundle(stranger, create_patient())
        await look(gateway, researcher)
        assert {form["patient"] for form in system.forms()[1:]} == {"p1"}

    async def test_are_found_for_each_of_the_people_of_a_request(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message(people=[SAGE, ROBIN]))
        found = await look(gateway, researcher, request_id=str(asked.request_id))
        assert {match["person"] for item in found["items"] for match in item["matches"]} == {1}
        assert len(found["items"]) == 3

    async def test_whom_too_little_is_known_of_are_said(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        found = await look(gateway, researcher, family="Testcase", given="Robin")
        assert said(found) == [("Patient", "too_little_known")]
        assert system.urls == []


class TestRecords:
    @pytest.mark.requirement("RET-02")
    async def test_are_candidates_with_their_state_day_and_source(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        found = await look(gateway, researcher)
        assert [
            (item["record_id"], item["text"], item["recorded_on"], item["source"]) for item in found["items"]
        ] == [
            # Half past eleven in the evening of UTC's 30 June is the next day in London.
            ("fhir:Condition/123", "Fracture of the left arm (resolved)", "2026-07-01", "FHIR Condition"),
            (
                "fhir:Encounter/e1",
                "Emergency attendance; Fall at home (finished)",
                "2026-06-29",
                "FHIR Encounter",
            ),
            ("fhir:Flag/f1", "Child protection plan elsewhere (active)", None, "FHIR Flag"),
        ]
        assert found["items"][0]["matches"][0]["reasons"][0] == "nhs_number"
        assert (found["not_searched"], found["unreadable"]) == ([], 0)

    @pytest.mark.parametrize(("code", "sensitive"), [("R", True), ("V", True), ("N", False), ("L", False)])
    async def test_are_sensitive_as_they_are_marked(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, code: str, sensitive: bool
    ) -> None:
        system.answers[CONDITIONS] = create_bundle(create_condition(meta=restricted(code)))
        items = (await look(gateway, researcher))["items"]
        assert [item["sensitive"] for item in items] == [sensitive, False, False]

    async def test_are_all_sensitive_where_the_patient_is(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        system.answers[PATIENTS] = create_bundle(create_patient(meta=restricted("R")))
        items = (await look(gateway, researcher))["items"]
        assert [item["sensitive"] for item in items] == [True, True, True]

    async def test_that_cannot_be_read_are_counted(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        system.answers[CONDITIONS] = create_bundle(
            create_condition(id="../x"),
            create_condition(id="2", code={}),
            create_condition(id="3", subject={"reference": "Patient/p2"}),
            create_flag(id="4"),
            create_condition(),
            {"resourceType": "OperationOutcome"},
        )
        found = await look(gateway, researcher)
        assert ids(found) == ["fhir:Condition/123", "fhir:Encounter/e1", "fhir:Flag/f1"]
        assert found["unreadable"] == 4

    async def test_that_were_taken_back_as_mistakes_are_left_out(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        wrong = {"coding": [{"code": "entered-in-error"}]}
        system.answers[CONDITIONS] = create_bundle(create_condition(verificationStatus=wrong))
        system.answers["r4/Flag/_search"] = create_bundle(create_flag(status="entered-in-error"))
        found = await look(gateway, researcher)
        assert (ids(found), found["unreadable"]) == (["fhir:Encounter/e1"], 0)


class TestFurtherPages:
    async def test_are_read_on_the_same_server(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, url: str
    ) -> None:
        system.answers[CONDITIONS] = create_bundle(create_condition(), next=f"{url}/r4/page2?_getpages=a1")
        system.answers["r4/page2"] = create_bundle(create_condition(id="124"), next="page3")
        system.answers["r4/page3"] = create_bundle(create_condition(id="125"))
        found = await look(gateway, researcher)
        assert ids(found)[:3] == ["fhir:Condition/123", "fhir:Condition/124", "fhir:Condition/125"]
        assert found["not_searched"] == []

    async def test_are_a_few_at_most(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, url: str
    ) -> None:
        system.answers[CONDITIONS] = create_bundle(create_condition(), next=f"{url}/r4/more")
        system.answers["r4/more"] = create_bundle(next=f"{url}/r4/more")
        found = await look(gateway, researcher)
        assert len([one for one in system.urls if one.endswith("/more")]) == 2
        assert said(found) == [("Condition", "further_pages")]
        assert ids(found) == ["fhir:Condition/123", "fhir:Encounter/e1", "fhir:Flag/f1"]

    async def test_are_never_read_elsewhere(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, serve: Serve
    ) -> None:
        other = AgencySystem()
        system.answers[CONDITIONS] = create_bundle(create_condition(), next=f"{await serve(other.app)}/r4/x")
        found = await look(gateway, researcher)
        assert other.urls == []
        assert said(found) == [("Condition", "further_pages")]

    @pytest.mark.parametrize("query", ["patient=9990000018", "given=ROBIN%20lee", "birthdate=eq2017-05-14"])
    async def test_are_not_read_where_the_address_names_somebody(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, url: str, query: str
    ) -> None:
        system.answers[CONDITIONS] = create_bundle(create_condition(), next=f"{url}/r4/page2?{query}")
        found = await look(gateway, researcher)
        assert said(found) == [("Condition", "further_pages")]

    async def test_of_patients_mean_that_too_many_match(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, url: str
    ) -> None:
        system.answers[PATIENTS] = create_bundle(create_patient(), next=f"{url}/r4/page2")
        found = await look(gateway, researcher)
        assert said(found) == [("Patient", "further_pages")]
        assert len(found["items"]) == 3


class TestOutages:
    @pytest.mark.requirement("RET-02")
    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            (503, "did_not_answer"),
            (401, "refused"),
            (302, "redirected"),
            ({"resourceType": "OperationOutcome"}, "wrong_answer"),
        ],
    )
    async def test_are_said_and_are_no_nil(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, answer: Any, reason: str
    ) -> None:
        system.answers[PATIENTS] = answer
        found = await look(gateway, researcher)
        assert said(found) == [("Patient", reason)]
        assert found["items"] == []

    async def test_of_one_kind_of_record_leave_the_others(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        system.answers["r4/Encounter/_search"] = 404
        found = await look(gateway, researcher)
        assert ids(found) == ["fhir:Condition/123", "fhir:Flag/f1"]
        assert said(found) == [("Encounter", "refused")]

    async def test_of_a_slow_server_end_when_the_time_is_up_for_everybody(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        system.pause_seconds = 3
        asked = await gateway.hear(create_message(people=[SAGE, ROBIN]))
        found = await look(gateway, researcher, request_id=str(asked.request_id))
        assert {(one["person"], one["reason"]) for one in found["not_searched"]} == {
            (0, "too_slow"),
            (1, "too_slow"),
        }
