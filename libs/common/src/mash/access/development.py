"""An issuer of access tokens for laptops and tests, in the place of a real identity provider.

It signs in the fictitious people of ``mash.access.personas`` with one shared secret and the services with
their own, and refuses to start anywhere but in the ``local`` and ``test`` environments. Its signing key is
kept in a file, so that tokens stay good over a restart.
"""

import hmac
import json
import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from joserfc import jwt
from joserfc.jwk import ECKey
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from mash.access.personas import Client, all_clients, service_client_id
from mash.access.roles import SERVICES
from mash.files import write_json
from mash.ids import new_id
from mash.settings import Environment

ALGORITHM = "ES256"
LARGEST_FORM_BYTES = 4096


class DevelopmentIssuerSettings(BaseSettings):
    """What the development issuer is told by its environment."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True)

    environment: Environment = Field(default="production", description="Has to be `local` or `test`.")
    token_issuer: str = Field(default="http://localhost:8100", description="The issuer named in tokens.")
    issuer_key_file: Path = Field(description="Where the signing key is kept; made if absent.")
    service_secrets_file: Path = Field(description="A JSON object of service client ids and their secrets.")
    persona_secret: str = Field(default="local", description="The one secret of all personas.", repr=False)
    sign_in_clients: dict[str, str] = Field(
        default={},
        description="Who sends browsers here to sign in, as a JSON object of client ids and the one exact "
        "address that each has them sent back to.",
    )
    agencies: list[str] = Field(default=[], description="The agencies that have a researcher and a lead.")
    partnerships: list[str] = Field(default=["havering"], description="The partnerships everybody works for.")
    token_lifetime: timedelta = Field(default=timedelta(minutes=15), description="How long a token is good.")


class NotForProduction(RuntimeError):
    """The development issuer was started where real people sign in."""


class Issuer:
    """Signs tokens for the clients it knows."""

    def __init__(
        self, settings: DevelopmentIssuerSettings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        if settings.environment not in ("local", "test"):
            raise NotForProduction("The development issuer runs in the local and test environments only.")
        self.settings = settings
        self._clock = clock
        self._key = _kept_key(settings.issuer_key_file)
        self._service_secrets = json.loads(settings.service_secrets_file.read_bytes())
        self.clients = all_clients(settings.agencies)

    @property
    def public_keys(self) -> dict[str, Any]:
        """The JWK Set to verify tokens with."""
        return {"keys": [self._key.as_dict(private=False)]}

    def sign_in(self, client_id: str, secret: str) -> Client | None:
        """The client with this id, if the secret is right."""
        client = self.clients.get(client_id)
        if client is None:
            return None
        is_service = bool(client.roles & SERVICES)
        right = self._service_secrets.get(client_id) if is_service else self.settings.persona_secret
        return client if right and hmac.compare_digest(right.encode(), secret.encode()) else None

    def token(
        self, client: Client, *, audience: str | None = None, partnerships: list[str] | None = None
    ) -> str:
        """An access token for this client, by default for its first audience and all partnerships."""
        return self._signed(
            "at+jwt",
            {
                "aud": audience or client.audiences[0],
                "sub": client.client_id,
                "client_id": client.client_id,
                "jti": str(new_id()),
                "roles": sorted(client.roles),
                "partnerships": self.settings.partnerships if partnerships is None else partnerships,
            }
            | ({"agency": client.agency} if client.agency else {}),
        )

    def id_token(self, client: Client, client_id: str, nonce: str) -> str:
        """An ID token, which tells ``client_id`` who has signed in and opens nothing."""
        return self._signed("JWT", {"aud": client_id, "sub": client.client_id, "nonce": nonce})

    def now(self) -> datetime:
        """The issuer's time."""
        return self._clock()

    @property
    def lifetime_seconds(self) -> int:
        """How long a token is good."""
        return int(self.settings.token_lifetime.total_seconds())

    def _signed(self, kind: str, claims: dict[str, Any]) -> str:
        now = int(self._clock().timestamp())
        times = {"iss": self.settings.token_issuer, "iat": now, "exp": now + self.lifetime_seconds}
        return jwt.encode({"alg": ALGORITHM, "kid": self._key.kid, "typ": kind}, times | claims, self._key)


def create(settings: DevelopmentIssuerSettings) -> FastAPI:
    """The issuer as an application: its metadata, its keys, its page, and ``POST /token``."""
    app = FastAPI(title="OpenMASH development issuer", openapi_url=None)
    add_routes(app, Issuer(settings))
    return app


def add_routes(app: FastAPI, issuer: Issuer) -> None:
    """Put the issuer's routes on an application that does other things as well."""
    # Here, as that module builds on this one.
    from mash.access.development_pages import BrowserSignIn, add_pages

    browser = BrowserSignIn(issuer)
    add_pages(app, browser, issuer)

    @app.get("/.well-known/openid-configuration")
    async def metadata() -> dict[str, Any]:
        return described(issuer.settings.token_issuer)

    @app.get("/jwks.json")
    async def jwks() -> dict[str, Any]:
        return issuer.public_keys

    @app.post("/token")
    async def token(request: Request) -> JSONResponse:
        form = await read_form(request)
        if form.get("grant_type") in ("authorization_code", "refresh_token"):
            granted = browser.redeem(form)
            answer = JSONResponse(granted or {"error": "invalid_grant"}, 200 if granted else 400)
            answer.headers["cache-control"] = "no-store"
            return answer
        return _grant(issuer, form)


def described(issuer: str) -> dict[str, Any]:
    """The discovery document."""
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/authorize",
        "token_endpoint": f"{issuer}/token",
        "end_session_endpoint": f"{issuer}/end-session",
        "jwks_uri": f"{issuer}/jwks.json",
        "scopes_supported": ["openid"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "none"],
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": ["sub", "roles", "partnerships", "agency"],
        "authorization_response_iss_parameter_supported": True,
    }


def _grant(issuer: Issuer, form: dict[str, str]) -> JSONResponse:
    if form.get("grant_type") != "client_credentials":
        return JSONResponse({"error": "unsupported_grant_type"}, 400)
    client = issuer.sign_in(form.get("client_id", ""), form.get("client_secret", ""))
    if client is None:
        return JSONResponse({"error": "invalid_client"}, 401)
    audience = form.get("audience", client.audiences[0])
    if audience not in client.audiences:
        return JSONResponse({"error": "invalid_target"}, 400)
    answer = {"access_token": issuer.token(client, audience=audience), "token_type": "Bearer"}
    return JSONResponse(
        answer | {"expires_in": issuer.lifetime_seconds}, headers={"cache-control": "no-store"}
    )


async def read_form(request: Request) -> dict[str, str]:
    """The first value of each field of a form."""
    body = (await request.body())[:LARGEST_FORM_BYTES]
    return {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def make_service_secrets(path: Path, services: Iterable[str]) -> dict[str, str]:
    """Secrets by client id (``service-intake`` for ``intake``); a service that has none yet is given one."""
    known = json.loads(path.read_bytes()) if path.exists() else {}
    wanted = {service_client_id(name): secrets.token_urlsafe(32) for name in services}
    if wanted.keys() - known.keys():
        write_json(path, wanted | known)
    return wanted | known


def _kept_key(path: Path) -> ECKey:
    if not path.exists():
        key = ECKey.generate_key("P-256", {"use": "sig", "alg": ALGORITHM}, auto_kid=True)
        write_json(path, key.as_dict(private=True))
    return ECKey.import_key(json.loads(path.read_bytes()))
