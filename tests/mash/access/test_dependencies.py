"""Which door opens to whom, told once more by hand and held against the real dependencies."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import httpx
import pytest
from factories.access import Rules, create_issuer, create_network, create_verifier
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from mash import access
from mash.access import Caller, NotSignedIn, Role, TokenVerifier
from mash.access.development import Issuer
from mash.access.roles import MAY_CALL
from mash.errors import NotPermitted
from support.clock import FakeClock

DOORS = [name for name in access.__all__ if name in MAY_CALL]
MANAGER = {
    "Manager",
    "Contributor",
    "ContactOfficer",
    "SocialWorker",
    "Mailbox",
    "Screener",
    "HubStaff",
    "CaseKeeper",
    "StaffMember",
    "Analyst",
    "Challenger",
}
OPENS = {
    "referrer-school": {"Referrer", "Contributor", "Challenger"},
    "portal": {"Referrer", "Contributor", "Challenger"},
    "mailbox": {"Mailbox"},
    "officer": {
        "Contributor",
        "ContactOfficer",
        "Mailbox",
        "Screener",
        "HubStaff",
        "StaffMember",
        "Challenger",
    },
    "worker": {"Contributor", "SocialWorker", "Screener", "HubStaff", "StaffMember", "Challenger"},
    "manager": MANAGER,
    "analyst": {"Analyst"},
    "dpo": {"DataProtectionOfficer", "CaseKeeper", "StaffMember"},
    "ops": {"Ops"},
    "service-screening": {"FromScreening"},
    "service-enquiry": {"FromEnquiry"},
    "service-intake": {"FromIntake"},
    "service-notifications": {"FromNotifications"},
}
OPENS_AT_POLICE = {
    "researcher-police": {"Researcher"},
    "lead-police": {"Researcher", "AgencyLead", "Challenger"},
    "researcher-health": set(),
    "lead-health": {"Challenger"},
    "manager": MANAGER,
}


@dataclass
class Settings:
    agency: str | None


@dataclass
class Hub:
    tokens: TokenVerifier
    settings: Settings


def create_app(verifier: TokenVerifier, agency: str | None) -> FastAPI:
    app = FastAPI()
    app.state.hub = Hub(verifier, Settings(agency))

    def add_door(name: str, caller_type: Any) -> None:
        @app.get(f"/{name}")
        async def open_door(request: Request, caller: caller_type) -> str:
            assert request.state.caller is caller
            return str(caller.subject)

    for name in DOORS:
        add_door(name, getattr(access, name))

    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({}, 401)

    @app.exception_handler(NotPermitted)
    async def not_permitted(request: Request, error: Exception) -> JSONResponse:
        return JSONResponse({"subject": request.state.caller.subject}, 403)

    return app


class House:
    """The hub and the police's gateway, which trust one issuer but tokens of different audiences."""

    def __init__(self, directory: Path) -> None:
        clock = FakeClock()
        self.issuer: Issuer = create_issuer(directory, clock)
        network = create_network(self.issuer)
        self.hub = self._client(create_app(create_verifier(network, clock), None))
        screening = create_verifier(network, clock, Rules(service="screening"))
        self.screening = self._client(create_app(screening, None))
        police = create_verifier(network, clock, Rules(token_audience="openmash-police"))
        self.police = self._client(create_app(police, "police"))

    @staticmethod
    def _client(app: FastAPI) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://hub.example")

    def headers(self, persona: str, audience: str | None = None) -> dict[str, str]:
        token = self.issuer.token(self.issuer.clients[persona], audience=audience)
        return {"authorization": f"Bearer {token}"}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    house = House(tmp_path)
    async with house.hub, house.screening, house.police:
        yield house


async def opened(client: httpx.AsyncClient, headers: dict[str, str]) -> set[str]:
    statuses = {door: (await client.get(f"/{door}", headers=headers)).status_code for door in DOORS}
    assert set(statuses.values()) <= {200, 403}
    return {door for door, status in statuses.items() if status == 200}


@pytest.mark.requirement("SEAL-01", "SEAL-09")
@pytest.mark.parametrize("persona", OPENS)
async def test_each_role_opens_its_own_doors_of_the_hub(house: House, persona: str) -> None:
    # Intake asks the others, and cannot ask itself.
    asked = house.screening if persona == "service-intake" else house.hub
    assert await opened(asked, house.headers(persona)) == OPENS[persona] | {"Anyone"}


@pytest.mark.requirement("SEAL-09")
@pytest.mark.parametrize("persona", OPENS_AT_POLICE)
async def test_a_gateway_opens_to_its_own_agency_alone(house: House, persona: str) -> None:
    headers = house.headers(persona, audience="openmash-police")
    assert await opened(house.police, headers) == OPENS_AT_POLICE[persona] | {"Anyone"}


@pytest.mark.requirement("SEAL-09")
async def test_the_hub_is_no_agencys_gateway(house: House) -> None:
    headers = house.headers("lead-police", audience="openmash-hub")
    # An agency's lead may challenge a decision of the hub, and open nothing else there.
    assert await opened(house.hub, headers) == {"Anyone", "Challenger"}


@pytest.mark.requirement("SEAL-09")
@pytest.mark.parametrize("persona", ["researcher-police", "lead-health"])
async def test_an_agencys_token_counts_nowhere_in_the_hub(house: House, persona: str) -> None:
    response = await house.hub.get("/Anyone", headers=house.headers(persona))
    assert response.status_code == 401


@pytest.mark.parametrize(
    "headers",
    [{}, {"authorization": ""}, {"authorization": "Bearer"}, {"authorization": "Basic bWU6bWU="}],
)
async def test_without_a_token_every_door_is_shut(house: House, headers: dict[str, str]) -> None:
    for door in DOORS:
        assert (await house.hub.get(f"/{door}", headers=headers)).status_code == 401


async def test_who_was_refused_is_known_to_the_log(house: House) -> None:
    response = await house.hub.get("/Manager", headers=house.headers("worker"))
    assert response.json() == {"subject": "worker"}


def test_every_door_has_its_row_and_marks_its_caller() -> None:
    assert set(DOORS) == set(MAY_CALL)
    for door in DOORS:
        alias = getattr(access, door)
        assert get_args(alias)[0] is Caller
        dependency = get_args(alias)[1].dependency
        assert dependency.marks_caller
        assert dependency.roles == MAY_CALL[door]


def test_every_role_is_held_by_a_persona_or_service(tmp_path: Path) -> None:
    clients = create_issuer(tmp_path, FakeClock()).clients.values()
    assert {role for client in clients for role in client.roles} == set(Role)
