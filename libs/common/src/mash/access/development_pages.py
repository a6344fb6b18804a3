"""The development issuer's page: a browser comes with the request of a service and chooses who to be.

What a real provider checks is checked here too: the client and the exact address to go back to, a challenge
(S256) that the code is bound to, a code that is good once and for a minute, a refresh token good once. There
is no password: nobody here is real, and the issuer does not start outside ``local`` and ``test``.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from mash.access.development import Issuer, read_form
from mash.access.personas import Client
from mash.access.roles import SERVICES

CODE_LASTS: Final = timedelta(seconds=60)
REFRESH_LASTS: Final = timedelta(hours=8)
ASKED: Final = (
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "audience",
)
REMEMBERED: Final = "openmash-development-issuer"
MOST_REMEMBERED: Final = 5
_PAGE = """<!doctype html>
<html lang="en-GB"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title></head>
<body><main><h1>{title}</h1>{body}</main></body></html>
"""


@dataclass(frozen=True)
class _Grant:
    persona: Client
    client_id: str
    audience: str
    until: datetime
    redirect_uri: str = ""
    challenge: str = ""
    nonce: str = ""


class BrowserSignIn:
    """Codes and refresh tokens that are out, kept in memory: after a restart one signs in again."""

    def __init__(self, issuer: Issuer) -> None:
        self._issuer = issuer
        self._codes: dict[str, _Grant] = {}
        self._refresh: dict[str, _Grant] = {}

    def fault(self, asked: Mapping[str, str]) -> str | None:
        """What is wrong with a request to sign in, if anything; nobody is sent back to a strange address."""
        redirect = self._issuer.settings.sign_in_clients.get(asked.get("client_id", ""))
        if redirect is None or asked.get("redirect_uri") != redirect:
            return "No such client, or not with this address to go back to."
        if asked.get("response_type") != "code" or "openid" not in asked.get("scope", "").split():
            return "Only codes are given, for the scope openid."
        if asked.get("code_challenge_method") != "S256" or not asked.get("code_challenge"):
            return "A challenge by S256 is needed."
        return None

    def people(self, asked: Mapping[str, str]) -> list[Client]:
        """Who can sign in for what is asked."""
        audience = asked.get("audience", "")
        return [
            client
            for client in self._issuer.clients.values()
            if not client.roles & SERVICES and (not audience or audience in client.audiences)
        ]

    def code(self, asked: Mapping[str, str], persona: Client) -> str:
        """A code for this person, good once."""
        code = secrets.token_urlsafe(32)
        self._codes[code] = _Grant(
            persona=persona,
            client_id=asked["client_id"],
            audience=asked.get("audience") or persona.audiences[0],
            until=self._issuer.now() + CODE_LASTS,
            redirect_uri=asked["redirect_uri"],
            challenge=asked["code_challenge"],
            nonce=asked.get("nonce", ""),
        )
        return code

    def redeem(self, form: Mapping[str, str]) -> dict[str, Any] | None:
        """The tokens for a code or a refresh token, or none; either way it is spent."""
        if form.get("grant_type") == "refresh_token":
            grant = self._refresh.pop(form.get("refresh_token", ""), None)
            proved = grant is not None
        else:
            grant = self._codes.pop(form.get("code", ""), None)
            proved = grant is not None and self._proves(form, grant)
        if grant is None or not proved or grant.client_id != form.get("client_id"):
            return None
        return self._tokens(grant) if self._issuer.now() < grant.until else None

    @staticmethod
    def _proves(form: Mapping[str, str], grant: _Grant) -> bool:
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).rstrip(b"=").decode()
        same_address = form.get("redirect_uri") == grant.redirect_uri
        return same_address and hmac.compare_digest(challenge, grant.challenge)

    def _tokens(self, grant: _Grant) -> dict[str, Any]:
        refresh = secrets.token_urlsafe(32)
        self._refresh[refresh] = _Grant(
            grant.persona, grant.client_id, grant.audience, self._issuer.now() + REFRESH_LASTS
        )
        return {
            "access_token": self._issuer.token(grant.persona, audience=grant.audience),
            "id_token": self._issuer.id_token(grant.persona, grant.client_id, grant.nonce),
            "refresh_token": refresh,
            "token_type": "Bearer",
            "expires_in": self._issuer.lifetime_seconds,
        }

    def may_end_at(self, address: str) -> bool:
        """Whether somebody who signs out may be sent on to this address."""
        origins = {_origin(known) for known in self._issuer.settings.sign_in_clients.values()}
        return _origin(address) in origins


def add_pages(app: FastAPI, browser: BrowserSignIn, issuer: Issuer) -> None:
    """Put the page where a browser signs in, and the way out, on the issuer's application."""

    @app.get("/authorize")
    async def choose(request: Request) -> Response:
        asked = {name: request.query_params.get(name, "") for name in ASKED}
        if fault := browser.fault(asked):
            return _page("This request to sign in is not right", f"<p>{escape(fault)}</p>", 400)
        people = {one.client_id: one for one in browser.people(asked)}
        chosen_before = [name for name in _remembered(request) if name in people]
        if chosen_before:
            return _back(asked, people[chosen_before[0]])
        return _page("Choose who to be", _choice(asked, list(people.values())), form_to=asked["redirect_uri"])

    @app.post("/authorize")
    async def chosen(request: Request) -> Response:
        form = await read_form(request)
        persona = {one.client_id: one for one in browser.people(form)}.get(form.get("persona", ""))
        fault = browser.fault(form)
        if fault or persona is None:
            why = fault or "Nobody of that name can sign in there."
            return _page("This request to sign in is not right", f"<p>{escape(why)}</p>", 400)
        answer = _back(form, persona)
        # As a real provider does, it remembers who is there until they sign out: the services of the hub
        # then ask once. An agency's person is remembered beside the hub's.
        known = [name for name in _remembered(request) if name != persona.client_id]
        answer.set_cookie(
            REMEMBERED, ".".join([persona.client_id, *known][:MOST_REMEMBERED]), httponly=True, samesite="lax"
        )
        return answer

    def _back(asked: Mapping[str, str], persona: Client) -> RedirectResponse:
        back = {
            "code": browser.code(asked, persona),
            "state": asked.get("state", ""),
            "iss": issuer.settings.token_issuer,
        }
        return RedirectResponse(f"{asked['redirect_uri']}?{urlencode(back)}", 303)

    @app.get("/end-session")
    async def end(post_logout_redirect_uri: str = "") -> Response:
        answer: Response = _page("You are signed out", "<p>You can close this page.</p>")
        if browser.may_end_at(post_logout_redirect_uri):
            answer = RedirectResponse(post_logout_redirect_uri, 303)
        answer.delete_cookie(REMEMBERED)
        return answer


def _remembered(request: Request) -> list[str]:
    return [name for name in request.cookies.get(REMEMBERED, "").split(".") if name]


def _choice(asked: Mapping[str, str], people: list[Client]) -> str:
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in asked.items()
    )
    buttons = "".join(
        f'<li><button name="persona" value="{escape(one.client_id)}">{escape(one.client_id)}</button> '
        f"{escape(', '.join(sorted(one.roles)))}</li>"
        for one in people
    )
    form = f'<form method="post" action="authorize">{hidden}<ul>{buttons}</ul></form>'
    return f"<p>Everybody here is made up.</p>{form}"


def _page(title: str, body: str, status: int = 200, *, form_to: str = "") -> Response:
    policy = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' " + _origin(
        form_to
    )
    headers = {"content-security-policy": policy.strip(), "cache-control": "no-store"}
    return HTMLResponse(_PAGE.format(title=title, body=body), status, headers=headers)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
