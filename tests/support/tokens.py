"""Access tokens from the real development issuer, at the test's own time."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from mash.access.audiences import HUB_AUDIENCE, agency_audience, service_audience
from mash.access.development import DevelopmentIssuerSettings, Issuer, make_service_secrets
from mash.access.personas import Client
from mash.access.roles import MAY_ASK

ISSUER = "http://issuer.example"
AGENCIES = ("police", "health", "housing", "probation")


class Tokens:
    """Signs in the development issuer's people; the services read its public keys from a file."""

    def __init__(self, folder: Path, clock: Callable[[], datetime]) -> None:
        secrets_file = folder / "services.json"
        make_service_secrets(secrets_file, MAY_ASK)
        settings = DevelopmentIssuerSettings(
            environment="test",
            token_issuer=ISSUER,
            issuer_key_file=folder / "issuer.json",
            service_secrets_file=secrets_file,
            agencies=list(AGENCIES),
            token_lifetime=timedelta(hours=1),
        )
        self._issuer = Issuer(settings, clock)
        self.folder = folder
        self._keys = folder / "jwks.json"
        self._keys.write_text(json.dumps(self._issuer.public_keys))

    def settings(self, agency: str | None = None) -> dict[str, str]:
        """What a service, or an agency's gateway, has to be told to accept these tokens."""
        known = {"token_issuer": ISSUER, "token_jwks_url": self._keys.as_uri()}
        return known | ({"token_audience": agency_audience(agency)} if agency else {})

    def issue(
        self,
        role: str,
        *,
        partnerships: Sequence[str] = ("havering",),
        agency: str | None = None,
        subject: str | None = None,
        at_hub: bool = False,
        at_service: str | None = None,
    ) -> dict[str, str]:
        """Headers that sign a request in as somebody of this role, or as the persona of this name.

        Another ``subject`` makes it another person of that role. Somebody of an ``agency`` is signed in to
        its gateway, or ``at_hub`` to the hub. A service's token is for the first service that it may ask,
        or for the one ``at_service``.
        """
        client = self._client(role, agency)
        client = dataclasses.replace(client, client_id=subject or client.client_id)
        audience = HUB_AUDIENCE if at_hub else agency_audience(agency) if agency else None
        audience = service_audience(at_service) if at_service else audience
        token = self._issuer.token(client, audience=audience, partnerships=list(partnerships))
        return {"authorization": f"Bearer {token}"}

    def _client(self, role: str, agency: str | None) -> Client:
        clients = self._issuer.clients
        if role in clients:
            return clients[role]
        for client in clients.values():
            if role in client.roles and client.agency in (agency, None):
                return client
        raise LookupError(f"no persona has the role {role} at {agency}")
