"""Everybody who may not have a thing, each of the hub's routes, and the things that there are to ask for."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
import pytest
from mash.access.audiences import HUB_AUDIENCE, agency_audience, service_audience
from mash.access.development import DevelopmentIssuerSettings, Issuer
from mash.access.personas import Client
from mash.access.roles import SERVICES
from openmash_local.credentials import load_credentials
from openmash_local.layout import Layout
from openmash_local.parts import COMPANION, databases, environment
from support.architecture import is_public, routes
from support.deployment import GATEWAY
from support.objects import NO_SECRET
from support.smallest import smallest

FORM = "application/x-www-form-urlencoded"
PARAMETER = re.compile(r"\{(\w+)\}")
# Rules that a schema does not tell: what a body needs besides its required members.
BODIES: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("intake", "PUT /v1/contacts/{reference}/restriction"): {"why": "other"},
    ("intake", "PATCH /v1/contacts/{reference}"): {"needs_person": False},
    ("intake", "POST /v1/subject-access/{request_id}/decisions"): {"digest": "0" * 64},
    ("intake", "POST /v1/drafts/{draft_id}/attachments"): {"content": "JVBERi0xLjcK"},
    ("enquiry", "POST /v1/meetings/{meeting_id}/items"): {"reference": "HAV-26-AAAAAAAA"},
    ("enquiry", "POST /v1/meetings/{meeting_id}/items/{agenda_item_id}/discussion"): {"said": "-"},
    ("screening", "POST /v1/screenings/{contact_id}/suggestions"): {"accepted": ["hav.neglect.2.01"]},
    ("gateway", "PATCH /v1/subscriptions/{subscription_id}"): {"state": "paused"},
}
# What differs between two answers to the very same question.
PASSING_HEADERS = frozenset({"x-request-id", "date"})


@dataclass(frozen=True)
class Route:
    """One operation of a service, as its own description has it."""

    service: str
    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    content_type: str | None

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def in_path(self) -> list[str]:
        return PARAMETER.findall(self.path)

    @property
    def is_page(self) -> bool:
        return not self.path.startswith("/v1/")

    def names(self, objects: Collection[str]) -> set[str]:
        """Those of ``objects`` that the route is asked about, in its path or in its query."""
        return {*self.in_path, *self.query} & set(objects)

    def at(self, ids: Mapping[str, str]) -> tuple[str, dict[str, str]]:
        """The address of an object, and the query that belongs to it."""
        asked = {name: ids.get(name, sample) for name, sample in self.query.items()}
        return PARAMETER.sub(lambda found: ids[found[1]], self.path), asked


def routes_of(service: str, url: str) -> list[Route]:
    """Every operation that a running service describes, and every page that one has to be signed in for."""
    document = httpx.get(f"{url}/openapi.json").json()
    described = [
        _route(service, method, path, operation, document)
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
    ]
    return described + _pages_of(service)


def _pages_of(service: str) -> list[Route]:
    """The pages, which no description names; a form brings the version that every page was made from."""
    program = GATEWAY if service.startswith("gateway-") else service
    closed = [door for door in routes(program) if "pages" in door.tags and not is_public(door)]
    return [
        Route(service, method, door.path, {}, "version=1", FORM if method == "POST" else None)
        for door in closed
        for method in sorted(door.methods)
    ]


def _route(service: str, method: str, path: str, operation: Any, document: Any) -> Route:
    content = operation.get("requestBody", {}).get("content", {})
    kind = "application/json" if "application/json" in content else next(iter(content), None)
    needed = BODIES.get((service.partition("-")[0], f"{method.upper()} {path}"), {})
    body = smallest(content[kind]["schema"], document) if kind == "application/json" else None
    if needed:
        body = {**(body or {}), **needed}
    parameters = operation.get("parameters", [])
    query = {
        one["name"]: str(smallest(one["schema"], document))
        for one in parameters
        if one["in"] == "query" and (one.get("required") or one["name"].endswith(("_id", "reference")))
    }
    return Route(service, method.upper(), path, query, body, kind)


def ask(
    http: httpx.Client, url: str, route: Route, ids: Mapping[str, str], token: str | None
) -> httpx.Response:
    """Send the smallest sound request to a route."""
    headers = {"authorization": f"Bearer {token}"} if token else {}
    if route.method != "GET":
        headers["if-match"] = '"1"'
    if route.content_type:
        headers["content-type"] = route.content_type
    contents = {"application/json": json.dumps(route.body), FORM: route.body}
    content = contents.get(route.content_type or "", "-").encode()
    path, query = route.at(ids)
    return http.request(
        route.method,
        url + path,
        params=query,
        headers=headers,
        content=content if route.content_type else None,
    )


def seen(answer: httpx.Response, ids: Mapping[str, str]) -> tuple[int, str, list[tuple[str, str]]]:
    """What of an answer tells whether a thing is there: all but the ids that were asked with."""
    body = answer.text
    for value in ids.values():
        body = body.replace(value, "-" * len(value))
    headers = sorted((name, value) for name, value in answer.headers.items() if name not in PASSING_HEADERS)
    return answer.status_code, body, headers


def absent(ids: Mapping[str, str]) -> dict[str, str]:
    """Ids of the same form, of nothing that there is."""
    return {name: value if name in NO_SECRET else _unlike(value) for name, value in ids.items()}


def _unlike(value: str) -> str:
    if re.fullmatch(r"[0-9a-f-]{36}", value):
        return str(uuid4())
    head, _, tail = value.rpartition("-")
    return f"{head}-{tail[::-1]}" if head and tail[::-1] != tail else value[::-1]


class Badges:
    """Signs access tokens with the key of a running hub's own issuer, for anybody whatsoever."""

    def __init__(self, layout: Layout) -> None:
        told = environment(COMPANION, layout, load_credentials(layout.secrets_file, databases()))
        names = {name.upper() for name in DevelopmentIssuerSettings.model_fields}
        with pytest.MonkeyPatch.context() as patched:
            for name in names & told.keys():
                patched.setenv(name, told[name])
            self._issuer = Issuer(DevelopmentIssuerSettings())

    def people(self, service: str) -> list[Client]:
        """One of every kind of person and service that can sign in, as this service tells them apart."""
        own = service.removeprefix("gateway-")
        everybody = reversed(self._issuer.clients.values())
        kinds = {(one.roles, one.agency == own): one for one in everybody}
        return list(kinds.values())

    def token(self, client: Client, service: str, partnership: str) -> str:
        """A token of somebody who works for one partnership only, meant for this service."""
        return self._issuer.token(client, audience=_audience(client, service), partnerships=[partnership])


def _audience(client: Client, service: str) -> str:
    if service.startswith("gateway-"):
        return agency_audience(service.removeprefix("gateway-"))
    return service_audience(service) if client.roles & SERVICES else HUB_AUDIENCE
