"""Asks for a case from the wrong side, and for one that is not there, and holds the answers side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx
from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

# What a request has to bring so that it is refused for the case and not for its form.
BODIES: Mapping[str, dict[str, Any]] = {
    "rating": {"rating": "amber", "rationale": "It fits."},
    "pathway": {"pathway": "early_help", "level": 2, "rationale": "It fits."},
    "reopen": {"reason": "A look again."},
    "confirmation": {"reason": "It stands."},
    "pause": {"reason": "A look again."},
    "analysis": {"summary": "Quiet."},
    "additions": {"text": "More to say."},
    "restriction": {"restricted": True, "why": "other", "reason": "It fits."},
    "decision": {"final_rating": "green", "level": 2, "outcome": "early_help", "rationale": "It fits."},
    "withdrawal": {"reason": "A look again."},
    "done": {"how": "dealt_with"},
    "steps": {"step": "undo", "reason": "A look again."},
}
_PARAMETER = re.compile(r"{(\w+)}")


@dataclass(frozen=True)
class Try:
    """One route, with a place for the id of a case or of what belongs to one."""

    method: str
    path: str

    async def by(self, client: httpx.AsyncClient, headers: Mapping[str, str], id: str) -> httpx.Response:
        """Ask for ``id``; whatever else the address holds is made up."""
        places = iter([id])
        path = _PARAMETER.sub(lambda _: next(places, str(uuid4())), self.path)
        body = None if self.method == "GET" else BODIES.get(self.path.rsplit("/", 1)[-1], {})
        return await client.request(
            self.method, path, json=body, headers={**headers, "if-match": '"1"', "x-purpose": "duty_cover"}
        )


def tries(app: FastAPI, *parameters: str) -> Iterator[Try]:
    """Every route of a service whose address begins with one of these parameters."""
    for context in iter_route_contexts(app.routes):
        route = context.original_route
        if not isinstance(route, APIRoute):
            continue
        path = str(context.path)
        named = _PARAMETER.findall(path)
        if named and named[0] in parameters:
            for method in sorted((route.methods or set()) - {"HEAD"}):
                yield Try(method, path)


def told(answer: httpx.Response) -> tuple[int, bytes, dict[str, str]]:
    """All that an answer tells: its status, its body and its headers, but for the request's own id."""
    headers = {name: value for name, value in answer.headers.items() if "request-id" not in name}
    return answer.status_code, answer.content, headers
