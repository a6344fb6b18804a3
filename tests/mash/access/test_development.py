import json
from pathlib import Path

import httpx
import pytest
from factories.access import Rules, create_issuer, create_network, create_verifier
from fastapi import FastAPI
from mash.access import Role
from mash.access.development import DevelopmentIssuerSettings, NotForProduction, create, make_service_secrets
from support.clock import FakeClock

FORM = {"grant_type": "client_credentials", "client_id": "manager", "client_secret": "local"}


@pytest.fixture
def app(tmp_path: Path) -> FastAPI:
    return create_network(create_issuer(tmp_path, FakeClock())).app


async def ask(app: FastAPI, form: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://i.example") as client:
        return await client.post("/token", data=form)


class TestToken:
    async def test_a_persona_gets_a_token_that_counts(self, tmp_path: Path) -> None:
        clock = FakeClock()
        network = create_network(create_issuer(tmp_path, clock))
        granted = (await ask(network.app, FORM)).json()
        caller = await create_verifier(network, clock).verify(granted["access_token"])
        assert (caller.subject, caller.roles) == ("manager", frozenset({Role.MANAGER}))
        assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 900)

    async def test_a_researcher_belongs_to_the_agency(self, tmp_path: Path) -> None:
        clock = FakeClock()
        network = create_network(create_issuer(tmp_path, clock))
        granted = (await ask(network.app, FORM | {"client_id": "researcher-police"})).json()
        verifier = create_verifier(network, clock, Rules(token_audience="openmash-police"))
        assert (await verifier.verify(granted["access_token"])).agency == "police"

    @pytest.mark.parametrize(
        ("changed", "status"),
        [
            ({"client_secret": "wrong"}, 401),
            ({"client_secret": ""}, 401),
            ({"client_secret": "é"}, 401),
            ({"client_id": "nobody"}, 401),
            ({"client_id": "service-screening"}, 401),
            ({"grant_type": "password"}, 400),
            ({"audience": "openmash-police"}, 400),
            ({"client_id": "researcher-police", "audience": "openmash-hub"}, 400),
            ({"client_id": "researcher-police", "audience": "openmash-health"}, 400),
        ],
    )
    async def test_refuses(self, app: FastAPI, changed: dict[str, str], status: int) -> None:
        assert (await ask(app, FORM)).status_code == 200
        response = await ask(app, FORM | changed)
        assert response.status_code == status
        assert "access_token" not in response.json()

    async def test_a_service_signs_in_with_its_own_secret(self, app: FastAPI) -> None:
        service = {"client_id": "service-screening", "client_secret": "a-secret"}
        assert (await ask(app, FORM | service)).status_code == 200


async def test_a_restart_keeps_tokens_good(tmp_path: Path) -> None:
    clock = FakeClock()
    first = create_issuer(tmp_path, clock)
    token = first.token(first.clients["manager"])
    verifier = create_verifier(create_network(create_issuer(tmp_path, clock)), clock)
    assert await verifier.verify(token)


def test_the_private_key_stays_in_a_closed_file(tmp_path: Path) -> None:
    issuer = create_issuer(tmp_path, FakeClock())
    assert (tmp_path / "issuer.json").stat().st_mode & 0o777 == 0o600
    assert "d" not in issuer.public_keys["keys"][0]


@pytest.mark.requirement("SEAL-09")
def test_does_not_start_in_production(tmp_path: Path) -> None:
    with pytest.raises(NotForProduction):
        create_issuer(tmp_path, FakeClock(), environment="production")


def test_is_taken_to_be_in_production_unless_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ENVIRONMENT", raising=False)
    settings = DevelopmentIssuerSettings(
        issuer_key_file=tmp_path / "issuer.json", service_secrets_file=tmp_path / "services.json"
    )
    with pytest.raises(NotForProduction):
        create(settings)


async def test_metadata_points_to_the_keys_and_tokens(tmp_path: Path) -> None:
    make_service_secrets(tmp_path / "services.json", [])
    issuer = create_issuer(tmp_path, FakeClock())
    transport = httpx.ASGITransport(create(issuer.settings))
    async with httpx.AsyncClient(transport=transport, base_url="https://issuer.example") as client:
        metadata = (await client.get("/.well-known/openid-configuration")).json()
        keys = (await client.get(metadata["jwks_uri"])).json()
    assert keys == issuer.public_keys
    assert metadata["token_endpoint"] == "https://issuer.example/token"


def test_service_secrets_are_made_once_and_added_to(tmp_path: Path) -> None:
    path = tmp_path / "services.json"
    first = make_service_secrets(path, ["intake"])
    both = make_service_secrets(path, ["intake", "screening"])
    assert both["service-intake"] == first["service-intake"]
    assert json.loads(path.read_bytes()) == both
    assert path.stat().st_mode & 0o777 == 0o600
