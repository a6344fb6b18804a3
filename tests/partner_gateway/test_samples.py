"""The records of made-up people that come with the gateway, to try it with."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import partner_gateway
import pytest
from factories.partner_gateway import ROBIN, SAGE, create_message, running_gateway
from mash.contracts.boundary import Person
from support.services import Services
from support.tokens import AGENCIES, Tokens

SAMPLES = Path(partner_gateway.__file__).parents[2] / "samples"
WREN = Person(role="child", given="Wren", family="Testcase")


@pytest.mark.requirement("RET-02")
@pytest.mark.parametrize(
    ("agency", "found"), [("police", True), ("health", True), ("housing", True), ("probation", False)]
)
async def test_every_line_is_taken_and_the_family_is_known_where_it_should_be(
    service: Services, keys: Path, tokens: Tokens, agency: str, found: bool
) -> None:
    headers = tokens.issue("researcher", agency=agency)
    async with running_gateway(service, keys, agency) as gateway:
        asked = await gateway.hear(create_message(agency=agency, people=[ROBIN, SAGE, WREN]))
        content = (SAMPLES / f"{agency}.csv").read_bytes()
        report = await gateway.client.post(
            "/v1/records/import", headers={**headers, "content-type": "text/csv"}, content=content
        )
        assert (report.json()["refused"], report.json()["taken"]) == (0, content.count(b"\n") - 1)
        answer = await gateway.client.post(
            "/v1/records/search", headers=headers, json={"request_id": str(asked.request_id)}
        )
    items: list[dict[str, Any]] = answer.json()["items"]
    assert bool(items) == found


def test_there_is_a_file_for_every_agency_of_the_demonstration() -> None:
    assert {path.stem for path in SAMPLES.glob("*.csv")} == set(AGENCIES)
