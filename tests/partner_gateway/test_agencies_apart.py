"""No agency reads another's store: every agency's people at every other agency's gateway."""

from __future__ import annotations

import itertools
from pathlib import Path
from uuid import uuid4

import pytest
from factories.partner_gateway import create_file, create_message, create_row, running_gateway
from mash.sealing import make_keys
from partner_gateway.settings import Settings
from pydantic import ValidationError
from support.services import Services
from support.tokens import AGENCIES, Tokens

DOORS = [
    ("GET", "/v1/requests"),
    ("GET", "/v1/requests/{request_id}"),
    ("POST", "/v1/requests/{request_id}/return"),
    ("POST", "/v1/requests/{request_id}/correction"),
    ("POST", "/v1/requests/{request_id}/withdrawal"),
    ("POST", "/v1/records/search"),
    ("POST", "/v1/records/import"),
    ("GET", "/v1/ledger"),
    ("GET", "/v1/vocabulary"),
]


@pytest.mark.requirement("RET-01", "SEAL-09")
@pytest.mark.parametrize("owner", AGENCIES)
async def test_only_the_agencys_own_people_are_let_in(
    service: Services, keys: Path, tokens: Tokens, owner: str
) -> None:
    async with running_gateway(service, keys, owner) as gateway:
        asked = await gateway.hear(create_message(agency=owner))
        for (method, path), visitor in itertools.product(DOORS, AGENCIES):
            answer = await gateway.client.request(
                method,
                path.format(request_id=asked.request_id),
                headers=tokens.issue("researcher", agency=visitor),
            )
            let_in = answer.status_code not in (401, 403)
            assert let_in == (visitor == owner), f"{visitor} at {owner}: {method} {path}"


@pytest.mark.requirement("RET-01", "SEAL-09")
@pytest.mark.parametrize(
    "role", ["manager", "social_worker", "contact_officer", "analyst", "service_enquiry", "ops"]
)
async def test_nobody_of_the_hub_is_let_in(service: Services, keys: Path, tokens: Tokens, role: str) -> None:
    async with running_gateway(service, keys) as gateway:
        for method, path in DOORS:
            answer = await gateway.client.request(
                method, path.format(request_id=uuid4()), headers=tokens.issue(role)
            )
            assert answer.status_code in (401, 403), f"{role}: {method} {path}"


@pytest.mark.requirement("RET-01")
async def test_ops_who_may_look_after_a_gateway_see_no_request_or_record(
    service: Services, keys: Path, tokens: Tokens
) -> None:
    ops = tokens.issue("ops", agency="police")
    async with running_gateway(service, keys) as gateway:
        assert (await gateway.client.get("/v1/dead-letters", headers=ops)).status_code == 200
        for method, path in DOORS:
            answer = await gateway.client.request(method, path.format(request_id=uuid4()), headers=ops)
            assert answer.status_code == 403, f"{method} {path}"


@pytest.mark.requirement("RET-01")
async def test_what_one_agency_holds_is_in_no_other_store(
    service: Services, keys: Path, tokens: Tokens
) -> None:
    own = {agency: tokens.issue("researcher", agency=agency) for agency in ("police", "health")}
    async with (
        running_gateway(service, keys, "police") as police,
        running_gateway(service, keys, "health") as health,
    ):
        await police.client.post(
            "/v1/records/import",
            headers=own["police"] | {"content-type": "text/csv"},
            content=create_file(create_row()),
        )
        whom = {"family": "Testcase", "given": "Sage"}
        at_police = await police.client.post("/v1/records/search", headers=own["police"], json=whom)
        at_health = await health.client.post("/v1/records/search", headers=own["health"], json=whom)
    assert (len(at_police.json()["items"]), at_health.json()["items"]) == (1, [])


@pytest.mark.requirement("RET-01")
async def test_an_agency_of_any_name_is_added_by_configuration(service: Services, keys: Path) -> None:
    make_keys(keys, ["adult-social-care"])
    name = "adult-social-care"
    async with running_gateway(service, keys, name) as gateway:
        await gateway.hear(create_message(agency=name))
        [receipt] = await gateway.sent()
    assert receipt.kind == "receipt"


def test_a_gateway_that_would_take_another_agencys_tokens_does_not_start(tmp_path: Path) -> None:
    told = {
        "agency": "health",
        "database_url": "postgresql+asyncpg://gateway@localhost/gateway",
        "nats_url": "",
        "token_issuer": "http://issuer.example",
        "token_jwks_url": "http://issuer.example/keys",
        "sealing_keys_dir": tmp_path,
    }
    assert Settings.model_validate(told | {"token_audience": "openmash-health"}).agency == "health"
    for audience in ("openmash-police", "openmash-hub"):
        with pytest.raises(ValidationError, match="TOKEN_AUDIENCE"):
            Settings.model_validate(told | {"token_audience": audience})
