"""Problem answers (RFC 9457), which name the field and the rule and never repeat what was sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from mash.access.sessions import to_sign_in
from mash.access.tokens import NotSignedIn
from mash.errors import Conflict, Invalid, NotFound, NotPermitted, Refusal, TooMany
from mash.http import Unavailable
from mash.web.concurrency import PreconditionRequired, StaleVersion
from mash.web.pages.refusals import refusal_page, wants_page
from mash.web.refused import note_refused
from mash.web.rules import describe_rule

# One status for each kind of refusal; a refusal has the status of the nearest kind it descends from.
STATUS: Mapping[type[Exception], int] = {
    NotSignedIn: 401,
    NotPermitted: 403,
    NotFound: 404,
    Conflict: 409,
    StaleVersion: 412,
    Invalid: 422,
    PreconditionRequired: 428,
    TooMany: 429,
    Unavailable: 503,
}

_TITLES = {
    400: "The request could not be read",
    401: "Sign in first",
    403: "You may not do this",
    404: "Not found",
    405: "This address does not take that method",
    408: "The request took too long",
    409: "This cannot be done now",
    411: "The length of the body is missing",
    412: "Somebody else has changed this",
    413: "The body is too large",
    415: "This kind of body is not taken here",
    422: "Something in the request breaks a rule",
    428: "Say which version you are changing",
    429: "Too many requests",
    500: "Something went wrong here",
    503: "A part of the hub does not answer",
}

_MOST_ERRORS = 50


class Problem(BaseModel):
    """What a refusal says. A refusal by name may have members of its own."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[dict[str, str]] | None = Field(
        default=None,
        description="Each `field`, such as `children.0.dob`, and the `rule` that it breaks, in plain words.",
    )


# For the description of the interface; FastAPI's own would promise to repeat what was sent.
REFUSED: dict[int | str, dict[str, Any]] = {
    "4XX": {
        "description": "Refused, with a problem (RFC 9457) that repeats nothing of what was sent.",
        "content": {"application/problem+json": {"schema": Problem.model_json_schema()}},
    }
}
_HEADERS = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "5"}}


def problem(status: int, detail: str | None = None, **members: Any) -> JSONResponse:
    """Return a problem answer. ``members`` are added to it."""
    body = {"type": "about:blank", "title": _TITLES.get(status, "Refused"), "status": status}
    if detail:
        body["detail"] = detail
    body.update({name: value for name, value in members.items() if value is not None})
    return JSONResponse(body, status, headers=_HEADERS.get(status), media_type="application/problem+json")


def status_of(error: Exception) -> int:
    """Return the status of a refusal."""
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def install(app: FastAPI) -> None:
    """Answer every refusal and every fault of ``app`` with a problem."""
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(Unavailable, _unavailable)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)
    if isinstance(error, NotSignedIn) and (way := to_sign_in(request)):
        return way
    await note_refused(request, status_of(error))
    if wants_page(request):
        return refusal_page(request, status_of(error), error.message, error)
    members = {name: _plain(value) for name, value in error.members.items()}
    if isinstance(error, Invalid) and error.field:
        members["errors"] = [{"field": error.field, "rule": error.message}]
    answer = problem(status_of(error), error.message, **members)
    if isinstance(error, TooMany):
        answer.headers["retry-after"] = str(error.retry_after_seconds)
    return answer


async def _unavailable(request: Request, _error: Exception) -> Response:
    if wants_page(request):
        return refusal_page(request, 503, None)
    return problem(503, "Another part of the hub does not answer. Nothing was changed; try again shortly.")


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    if wants_page(request):
        # Only an address that nobody was given has anything to validate before a form is read.
        return refusal_page(request, 404, None)
    errors = [{"field": _field(one), "rule": describe_rule(one)} for one in error.errors()[:_MOST_ERRORS]]
    status = 400 if any(one["type"] == "json_invalid" for one in error.errors()) else 422
    return problem(status, errors=errors)


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if wants_page(request):
        return refusal_page(request, error.status_code, None)
    return problem(error.status_code)


def _field(error: dict[str, Any]) -> str:
    location = error["loc"]
    if error["type"] == "json_invalid":
        # What follows is a place in the text.
        return "body"
    # A field nobody knows has whatever name its sender gave it.
    where = [re.sub(r"[^\w.-]", "?", str(part)[:60], flags=re.ASCII) for part in location if part != "[key]"]
    return ".".join(where[1:] if where[0] == "body" and len(where) > 1 else where)


def _plain(value: object) -> object:
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
