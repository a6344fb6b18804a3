"""Signing in and out in a browser, and who one is.

Pages need nothing of their own: a browser that asks for one without being signed in is sent here
(``mash.access.sessions.to_sign_in``), and comes back to where it was.
"""

from typing import Any

import structlog
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from mash.access.cookies import TooLarge
from mash.access.dependencies import Anyone
from mash.access.sessions import SESSION, Sessions
from mash.access.tokens import NotSignedIn
from mash.errors import NotFound
from mash.http import Unavailable
from mash.web.pages.rendering import POLICY, render
from mash.web.request import Public, takes_any_query

router = APIRouter(include_in_schema=False, tags=["sign-in"])
log = structlog.get_logger(__name__)


class NoPages(NotFound):
    """People do not sign in to this service in a browser."""


@router.get("/sign-in")
async def sign_in(request: Request, _: Public, next: str = "") -> Response:
    """Send the browser to the identity provider."""
    sessions = _sessions(request)
    try:
        address, cookies = await sessions.begin(next)
    except Unavailable:
        return _page(request, "You cannot sign in just now", 503, "The sign-in service does not answer.")
    return _onward(request, address, cookies)


@router.get("/sign-in/callback")
@takes_any_query
async def come_back(request: Request, _: Public) -> Response:
    """Take the browser in that the identity provider has sent back."""
    sessions = _sessions(request)
    try:
        path, cookies = await sessions.finish(request.cookies, request.query_params)
    except NotSignedIn:
        log.warning("sign_in_refused")
        return _page(
            request, "You are not signed in", 400, "The sign-in was not completed, or took too long."
        )
    except Unavailable:
        return _page(request, "You cannot sign in just now", 503, "The sign-in service does not answer.")
    except TooLarge:
        log.error("sign_in_too_large")
        return _page(request, "You cannot sign in", 500, "Tell those who look after the hub: too many roles.")
    return _onward(request, sessions.address + path, cookies)


@router.get("/sign-out")
async def ask_to_sign_out(request: Request, _: Public) -> Response:
    """A button to sign out with, or word that it is done."""
    sessions = _sessions(request)
    if sessions.cookies.open(SESSION, request.cookies) is None:
        return _page(request, "You are signed out")
    goes_to, _cookies = await sessions.end(request.cookies)
    return _page(request, "Sign out", signs_out=True, form_to=goes_to)


@router.post("/sign-out")
async def sign_out(request: Request, _: Public) -> Response:
    """Forget the tokens, and have the provider end its own session."""
    sessions = _sessions(request)
    sessions.refuse_other_sites(request)
    address, cookies = await sessions.end(request.cookies)
    log.info("signed_out")
    answer = _onward(request, address, cookies)
    # Pages are not kept in the first place; a browser that kept one all the same forgets it. Cookies stay out
    # of it, for they would go for the services beside this one as well.
    answer.headers["clear-site-data"] = '"cache", "storage"'
    return answer


@router.get("/me")
async def tell_me(caller: Anyone) -> dict[str, Any]:
    """Who you are signed in as, and what for."""
    return {
        "subject": caller.subject,
        "roles": sorted(caller.roles),
        "partnerships": sorted(caller.partnerships),
        "agency": caller.agency,
    }


def _sessions(request: Request) -> Sessions:
    sessions: Sessions | None = request.app.state.sessions
    if sessions is None:
        raise NoPages("People do not sign in to this service in a browser.")
    return sessions


def _onward(request: Request, address: str, cookies: list[str]) -> Response:
    request.state.set_cookies = cookies
    return RedirectResponse(address, 303)


def _page(
    request: Request,
    heading: str,
    status: int = 200,
    why: str | None = None,
    *,
    signs_out: bool = False,
    form_to: str = "",
) -> Response:
    answer = render(
        request, "mash/sign-in.html", status=status, heading=heading, why=why, signs_out=signs_out
    )
    # A browser holds the address that a form is sent on to by the same rule as the form's own.
    origin = "/".join(form_to.split("/")[:3])
    answer.headers["content-security-policy"] = POLICY.replace(
        "form-action 'self'", f"form-action 'self' {origin}".strip()
    )
    return answer
