"""A client of the hub, as a portal, an agency's system or a page would be one."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import uuid4

import httpx
from mash.access.audiences import agency_audience
from mash.access.development import DevelopmentIssuerSettings

from openmash_local.layout import Layout

T = TypeVar("T")

PATIENCE_SECONDS = 60.0


class Refused(Exception):
    """The hub would not do what was asked of it."""


class NeverHappened(Exception):
    """What was waited for did not come."""


class Client:
    """Signs in as anybody of the local hub, and asks any of its services."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._http = httpx.Client(timeout=20)
        self._tokens: dict[tuple[str, str | None], str] = {}

    def get(self, persona: str, service: str, path: str, **options: Any) -> Any:
        """Return the JSON at a path."""
        return self.send("GET", persona, service, path, **options).json()

    def post(self, persona: str, service: str, path: str, body: Any, version: int | None = None) -> Any:
        """Post JSON, once however often it is sent, and return the answer."""
        headers = {"Idempotency-Key": str(uuid4())}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        answer = self.send("POST", persona, service, path, json=body, headers=headers)
        return answer.json() if answer.content else None

    def put(self, persona: str, service: str, path: str, body: Any, version: int) -> Any:
        """Put JSON in place of what is there at ``version``."""
        headers = {"If-Match": f'"{version}"'}
        return self.send("PUT", persona, service, path, json=body, headers=headers).json()

    def send(
        self,
        method: str,
        persona: str,
        service: str,
        path: str,
        *,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> httpx.Response:
        """Send a request as somebody. Raises :class:`Refused` with what the hub said."""
        sent = {**(headers or {}), "Authorization": f"Bearer {self.token(persona, service)}"}
        answer = self._http.request(method, self._layout.url(service) + path, headers=sent, **options)
        if answer.is_error:
            raise Refused(f"{method} {path} at {service}, as {persona}: {answer.status_code} {answer.text}")
        return answer

    def forget(self) -> None:
        """Sign in anew for what comes next, as the time has moved on."""
        self._tokens.clear()

    def knock(self, service: str, path: str, token: str | None) -> httpx.Response:
        """Get a path with any token, or none, and return whatever the answer is."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return self._http.get(self._layout.url(service) + path, headers=headers)

    def mail_to(self, recipient: str) -> list[Any]:
        """Return the mail that the local catcher holds for somebody, newest first."""
        found = self._http.post(f"{self._layout.url('companion')}/mail/search", json={"recipient": recipient})
        return [
            self._http.get(f"{self._layout.url('companion')}/mail/{one['id']}").json() for one in found.json()
        ]

    def until(self, what: str, look: Callable[[], T | None], seconds: float = PATIENCE_SECONDS) -> T:
        """Look again and again until there is something. Raises :class:`NeverHappened`."""
        give_up_at = time.monotonic() + seconds
        while time.monotonic() < give_up_at:
            if found := look():
                return found
            time.sleep(0.1)
        raise NeverHappened(f"waited {seconds:.0f} seconds for {what}")

    def token(self, persona: str, service: str) -> str:
        """Return an access token of somebody for a service."""
        audience = agency_audience(service.removeprefix("gateway-")) if "gateway-" in service else None
        if (persona, audience) not in self._tokens:
            form = {"grant_type": "client_credentials", "client_id": persona, "client_secret": _secret()}
            answer = self._http.post(
                f"{self._layout.url('companion')}/token",
                data=form | ({"audience": audience} if audience else {}),
            )
            answer.raise_for_status()
            self._tokens[persona, audience] = answer.json()["access_token"]
        return self._tokens[persona, audience]


def _secret() -> str:
    secret: str = DevelopmentIssuerSettings.model_fields["persona_secret"].default
    return secret
