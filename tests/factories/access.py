"""What tests of access begin with: an issuer, the network to it, and a verifier that trusts it."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI
from mash.access.development import DevelopmentIssuerSettings, Issuer, add_routes
from mash.access.tokens import TokenVerifier
from support.clock import FakeClock

ISSUER = "https://issuer.example"


@dataclass(frozen=True)
class Rules:
    service: str = "intake"
    token_issuer: str = ISSUER
    token_discovery_url: str = ""
    token_jwks_url: str = ""
    token_url: str = ""
    token_audience: str = "openmash-hub"
    token_service_audience: str = ""
    token_types: list[str] = field(default_factory=lambda: ["at+jwt"])
    token_roles_claim: str = "roles"
    token_partnerships_claim: str = "partnerships"
    token_agency_claim: str = "agency"
    token_roles: dict[str, str] = field(default_factory=dict)
    is_development: bool = False
    token_algorithms: list[str] = field(default_factory=lambda: ["ES256", "RS256"])


class Away(httpx.AsyncBaseTransport):
    """The network to an outside system that can go away and come back."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self.is_away = False
        self.asked: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request.url.path)
        if self.is_away:
            raise httpx.ConnectError("away")
        return await httpx.ASGITransport(self.app).handle_async_request(request)


def create_issuer(directory: Path, clock: FakeClock, **settings: Any) -> Issuer:
    secrets_file = directory / "services.json"
    if not secrets_file.exists():
        secrets_file.write_text(json.dumps({"service-screening": "a-secret", "service-enquiry": "b-secret"}))
    given: dict[str, Any] = {
        "environment": "test",
        "token_issuer": ISSUER,
        "issuer_key_file": directory / "issuer.json",
        "service_secrets_file": secrets_file,
        "agencies": ["police", "health"],
    }
    return Issuer(DevelopmentIssuerSettings(**given | settings), clock)


def create_network(issuer: Issuer) -> Away:
    app = FastAPI()
    add_routes(app, issuer)
    return Away(app)


def create_verifier(network: Away, clock: FakeClock, rules: Rules | None = None) -> TokenVerifier:
    return TokenVerifier(rules or Rules(), clock=clock, http=httpx.AsyncClient(transport=network))
