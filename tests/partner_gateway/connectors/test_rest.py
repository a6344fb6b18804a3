"""A system asked by REST: beside the gateway's own records, and never in their place."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from factories.agency_systems import AgencySystem, Serve, create_rest_record
from factories.partner_gateway import (
    ROBIN,
    Gateway,
    create_answer,
    create_file,
    create_item,
    create_message,
    create_row,
    running_gateway,
)
from fastapi import Response
from mash.contracts.boundary import Person
from mash.db.tables import audit
from partner_gateway.store.tables import ledger
from support.services import Services

Headers = dict[str, str]
WHOM = {"family": "Testcase", "given": "Robin", "dob": "2017-05-14"}


@pytest.fixture
def system() -> AgencySystem:
    system = AgencySystem()
    system.answers["find"] = {"records": [create_rest_record()]}
    return system


@pytest_asyncio.fixture
async def gateway(
    service: Services, keys: Path, serve: Serve, system: AgencySystem
) -> AsyncIterator[Gateway]:
    url = await serve(system.app)
    async with running_gateway(
        service,
        keys,
        connector="rest",
        connector_url=f"{url}/find",
        connector_token="sample-token",
        connector_timeout_seconds=0.5,
    ) as running:
        yield running


async def look(gateway: Gateway, headers: Headers, **body: Any) -> dict[str, Any]:
    answer = await gateway.client.post("/v1/records/search", headers=headers, json=body or WHOM)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def put_own(gateway: Gateway, headers: Headers) -> None:
    row = create_row(record_id="OWN", given="Robin", dob="2017-05-14")
    await gateway.client.post(
        "/v1/records/import", headers={**headers, "content-type": "text/csv"}, content=create_file(row)
    )


class TestSearch:
    @pytest.mark.requirement("RET-02")
    async def test_finds_its_records_beside_the_gateways_own(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        await put_own(gateway, researcher)
        found = await look(gateway, researcher)
        assert [item["record_id"] for item in found["items"]] == ["OWN", "rest:77"]
        assert found["items"][1]["text"] == "Complaint about noise at night."
        assert found["items"][1]["matches"][0]["reasons"] == ["name_and_dob", "family_and_dob", "name"]
        assert (found["not_searched"], found["unreadable"]) == ([], 0)

    async def test_asks_with_the_token_and_what_is_known_in_the_body_alone(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        unborn = Person(role="child", family="Testcase")
        asked = await gateway.hear(create_message(people=[unborn, ROBIN]))
        found = await look(gateway, researcher, request_id=str(asked.request_id))
        assert json.loads(system.bodies[0]) == {
            "people": [
                {
                    "family": "Testcase",
                    "given": "Robin",
                    "dob": "2017-05-14",
                    "nhs_number": "9990000018",
                    "address": "1 Sample Street, Examplesford, RM1 9ZZ",
                }
            ]
        }
        assert system.headers[0]["authorization"] == "Bearer sample-token"
        assert [url.rpartition("/")[2] for url in system.urls] == ["find"]
        # Its first person is our second: the first was not asked about, and that is said.
        assert found["items"][0]["matches"][0]["person"] == 1
        assert found["not_searched"] == [
            {"connector": "rest", "person": 0, "part": None, "reason": "too_little_known"}
        ]

    async def test_reads_its_token_from_a_file_at_each_search(
        self, service: Services, keys: Path, serve: Serve, system: AgencySystem, researcher: Headers
    ) -> None:
        url, token = await serve(system.app), keys / "token"
        token.write_text("first\n")
        async with running_gateway(
            service, keys, connector="rest", connector_url=f"{url}/find", connector_token_file=str(token)
        ) as gateway:
            await look(gateway, researcher)
            token.write_text("second")
            await look(gateway, researcher)
        assert [one["authorization"] for one in system.headers] == ["Bearer first", "Bearer second"]

    async def test_shows_what_the_system_found_by_what_the_record_does_not_show(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        bare = create_rest_record(family=None, given=None, dob=None, sensitive=True)
        system.answers["find"] = {"records": [bare]}
        [item] = (await look(gateway, researcher))["items"]
        assert (item["matches"], item["sensitive"]) == ([{"person": 0, "reasons": []}], True)

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"person": 1}, id="about nobody who was asked about"),
            pytest.param({"person": -1}, id="a place before the first"),
            pytest.param({"sensitive": None}, id="not said whether sensitive"),
            pytest.param({"text": " "}, id="no text"),
            pytest.param({"record_id": "7" * 91}, id="an id that is too long"),
            pytest.param({"dob": "Robin"}, id="no date"),
        ],
    )
    async def test_counts_a_record_it_cannot_read_and_shows_the_rest(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, changes: dict[str, Any]
    ) -> None:
        system.answers["find"] = {"records": [create_rest_record(**changes), create_rest_record()]}
        found = await look(gateway, researcher)
        assert [item["record_id"] for item in found["items"]] == ["rest:77"]
        assert found["unreadable"] == 1

    @pytest.mark.requirement("RET-02")
    @pytest.mark.parametrize(
        ("answer", "reason"),
        [
            pytest.param(500, "did_not_answer", id="broken"),
            pytest.param(403, "refused", id="our token is refused"),
            pytest.param("Robin Testcase", "wrong_answer", id="no JSON"),
            pytest.param({"records": {}}, "wrong_answer", id="another form"),
            pytest.param({"records": [0] * 501}, "wrong_answer", id="too many records"),
            pytest.param(" " * 5_300_000, "wrong_answer", id="too long"),
            pytest.param(Response(status_code=307, headers={"location": "/other"}), "redirected", id="moved"),
        ],
    )
    async def test_says_that_it_could_not_ask_and_shows_the_gateways_own(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, answer: Any, reason: str
    ) -> None:
        await put_own(gateway, researcher)
        system.answers |= {"find": answer, "other": {"records": [create_rest_record()]}}
        found = await look(gateway, researcher)
        assert [item["record_id"] for item in found["items"]] == ["OWN"]
        assert found["not_searched"] == [{"connector": "rest", "person": 0, "part": None, "reason": reason}]
        assert len(system.urls) == 1

    async def test_waits_no_longer_than_it_is_told_to(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        system.pause_seconds = 1
        found = await look(gateway, researcher)
        assert [one["reason"] for one in found["not_searched"]] == ["too_slow"]

    async def test_says_that_nobody_is_there(
        self, service: Services, keys: Path, researcher: Headers
    ) -> None:
        async with running_gateway(
            service, keys, connector="rest", connector_url="http://127.0.0.1:9/find"
        ) as gateway:
            await put_own(gateway, researcher)
            found = await look(gateway, researcher)
        assert [item["record_id"] for item in found["items"]] == ["OWN"]
        assert [one["reason"] for one in found["not_searched"]] == ["did_not_answer"]

    async def test_is_in_the_audit_by_its_connectors_also_while_one_is_away(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem
    ) -> None:
        system.answers["find"] = 500
        await look(gateway, researcher)
        [line] = [one for one in await gateway.rows(audit) if one["action"] == "records.searched"]
        assert line["detail"] == {
            "connectors": ["records", "rest"],
            "identifiers": ["name", "date_of_birth"],
            "found": 0,
        }

    async def test_logs_nothing_of_what_is_asked_or_answered(
        self, gateway: Gateway, researcher: Headers, system: AgencySystem, capfd: pytest.CaptureFixture[str]
    ) -> None:
        await look(gateway, researcher)
        system.answers["find"] = "Robin Testcase"
        await look(gateway, researcher)
        assert len(system.urls) == 2
        logged = "".join(capfd.readouterr())
        assert not [word for word in ("Robin", "Testcase", "2017-05-14", "sample-token") if word in logged]


class TestReturn:
    @pytest.mark.requirement("RET-02", "RET-04")
    async def test_a_record_of_another_system_is_returned_as_typed_and_kept_by_its_id(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        [found] = (await look(gateway, researcher, request_id=str(asked.request_id)))["items"]
        chosen = create_item(record_id=found["record_id"], text=found["text"], source=found["source"])
        sent = await self.answer(gateway, researcher, asked.request_id, items=[chosen])
        assert sent.status_code == 201, sent.text
        [message] = await gateway.answers()
        assert [item.text for item in message.items] == ["Complaint about noise at night."]
        [line] = await gateway.rows(ledger)
        assert (line["record_id"], line["source"]) == ("rest:77", "Sample housing system")
        # The gateway has no copy to compare with.
        assert line["edited"] is None

    @pytest.mark.requirement("RET-04")
    async def test_a_record_of_another_system_can_be_kept_back(
        self, gateway: Gateway, researcher: Headers
    ) -> None:
        asked = await gateway.hear(create_message())
        kept = {"record_id": "fhir:Condition/123", "reason": "not_relevant", "explanation": "Long over."}
        sent = await self.answer(gateway, researcher, asked.request_id, withheld=[kept])
        assert sent.status_code == 201, sent.text
        [line] = [one for one in await gateway.rows(ledger) if one["kind"] == "withheld"]
        assert line["record_id"] == "fhir:Condition/123"

    @pytest.mark.parametrize("changes", [{"text": None}, {"source": None}, {"record_id": "77"}])
    async def test_needs_its_text_and_source_and_an_id_that_is_known(
        self, gateway: Gateway, researcher: Headers, changes: dict[str, Any]
    ) -> None:
        asked = await gateway.hear(create_message())
        item = create_item(record_id="rest:77") | changes
        refused = await self.answer(gateway, researcher, asked.request_id, items=[item])
        assert refused.status_code == 422
        assert [error["field"] for error in refused.json()["errors"]] == [f"items.0.{next(iter(changes))}"]

    async def answer(self, gateway: Gateway, headers: Headers, request_id: Any, **changes: Any) -> Any:
        return await gateway.client.post(
            f"/v1/requests/{request_id}/return",
            headers=headers | {"if-match": '"1"'},
            json=create_answer(**changes),
        )
