"""Who a browser is signed in as: the authorisation code with PKCE, and the cookie that keeps its tokens.

The browser is sent to the identity provider with a challenge (S256), a state and a nonce, kept in a cookie
for ten minutes, and comes back with a code, which the service exchanges for the tokens. They never reach a
script: they are kept in an encrypted cookie, no longer than the access token lasts or, where the provider
gives a refresh token, ``SIGN_IN_HOURS``, and less where nobody comes back for ``SIGN_IN_IDLE_MINUTES``. A
copy of the service needs nothing but the same keys.

With the cookie, a request that changes something counts only if the browser says that it comes from this
service's own pages. Two copies that renew the same session in the same moment may each use the refresh token;
a provider that allows it once will have the person sign in again.
"""

import asyncio
import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import httpx
import structlog
from fastapi import Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field, ValidationError

from mash.access.callers import Caller
from mash.access.cookies import SealedCookies
from mash.access.service_tokens import asking_for
from mash.access.tokens import NotSignedIn, TokenVerifier
from mash.errors import NotPermitted
from mash.http import Unavailable
from mash.messaging.topology import HUB_SERVICES
from mash.settings import ServiceSettings

SESSION: Final = "session"
BEGUN: Final = "sign-in"
TIME_TO_SIGN_IN: Final = timedelta(minutes=10)
RENEW_WITH_LEFT: Final = timedelta(seconds=30)
RENEWAL_SHARED_SECONDS: Final = 30
TIMEOUT_SECONDS: Final = 5.0
SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LANDING: Final = "/"
LONGEST_PATH: Final = 2000

log = structlog.get_logger(__name__)


class _Granted(BaseModel):
    access_token: str = Field(min_length=1)
    expires_in: int = Field(gt=0)
    id_token: str = ""
    refresh_token: str = ""


def local_path(wanted: str) -> str:
    """``wanted`` if it is a path of this service, and where one lands otherwise."""
    plain = all("!" <= letter <= "~" and letter != "\\" for letter in wanted)
    local = wanted.startswith("/") and not wanted.startswith("//") and len(wanted) <= LONGEST_PATH
    return wanted if plain and local else LANDING


def to_sign_in(request: Request) -> Response | None:
    """The way to sign in, for a browser that asks for a page where people can; for all others none."""
    sessions: Sessions | None = getattr(request.app.state, "sessions", None)
    is_page = request.method == "GET" and "text/html" in request.headers.get("accept", "")
    if sessions is None or not is_page or "authorization" in request.headers:
        return None
    wanted = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"{sessions.address}/sign-in?{urlencode({'next': wanted})}", 303)


class Sessions:
    """Begins, keeps and ends what a browser is signed in as."""

    def __init__(
        self, settings: ServiceSettings, tokens: TokenVerifier, *, clock: Callable[[], datetime]
    ) -> None:
        if settings.sign_in_client_id == settings.token_audience:
            raise ValueError("SIGN_IN_CLIENT_ID and TOKEN_AUDIENCE are the same: ID tokens would count here.")
        if not settings.is_development and not settings.sign_in_address.startswith("https://"):
            raise ValueError("SIGN_IN_ADDRESS has to be an https address.")
        self._settings = settings
        self._tokens = tokens
        self._clock = clock
        self.address = settings.sign_in_address.rstrip("/")
        self._origin = "{0.scheme}://{0.netloc}".format(urlsplit(self.address))
        self._callback = f"{self.address}/sign-in/callback"
        self.cookies = SealedCookies(
            settings.agency or settings.service,
            settings.sign_in_keys,
            secure=not settings.is_development,
            clock=clock,
        )
        self._renewals: dict[str, asyncio.Task[dict[str, Any]]] = {}

    async def begin(self, wanted: str) -> tuple[str, list[str]]:
        """Where to send a browser to sign in, and the cookies that it comes back with."""
        described = await self._tokens.provider.described()
        if not described.authorization_endpoint:
            raise Unavailable("sign-in", "the provider has no page to sign in at")
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        kept = {"state": state, "nonce": nonce, "verifier": verifier, "next": local_path(wanted)}
        asked = asking_for(self._settings.token_audience, self._settings.token_request)
        scopes = ("openid", self._settings.sign_in_scope, asked.pop("scope", ""))
        digest = hashlib.sha256(verifier.encode()).digest()
        query = {
            **asked,
            "response_type": "code",
            "client_id": self._settings.sign_in_client_id,
            "redirect_uri": self._callback,
            "scope": " ".join(scope for scope in scopes if scope),
            "state": state,
            "nonce": nonce,
            "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        cookies = self.cookies.seal(BEGUN, kept, self._clock() + TIME_TO_SIGN_IN)
        mark = "&" if "?" in described.authorization_endpoint else "?"
        return f"{described.authorization_endpoint}{mark}{urlencode(query)}", cookies

    async def finish(self, cookies: Mapping[str, str], answer: Mapping[str, str]) -> tuple[str, list[str]]:
        """Where a browser goes on that has come back, and its cookies; raises ``NotSignedIn``."""
        begun = self.cookies.open(BEGUN, cookies)
        issuer = self._settings.token_issuer
        same_state = begun and hmac.compare_digest(
            begun["state"].encode(), answer.get("state", "").encode("utf-8", "replace")
        )
        if not begun or not same_state or answer.get("iss", issuer) != issuer or not answer.get("code"):
            raise NotSignedIn
        granted = await self._grant(
            grant_type="authorization_code",
            code=answer["code"],
            redirect_uri=self._callback,
            code_verifier=begun["verifier"],
        )
        await self._tokens.verify_id(
            granted.id_token, client_id=self._settings.sign_in_client_id, nonce=begun["nonce"]
        )
        caller = await self._tokens.verify(granted.access_token)
        log.info("signed_in", caller=caller.subject)
        session = self._session(granted, caller, began_at=self._clock(), refresh="")
        return begun["next"], [*self._keep(session), *self.cookies.clear(BEGUN)]

    async def caller(self, request: Request) -> Caller:
        """Who the browser is signed in as; new cookies are left in ``request.state.set_cookies``."""
        session = self.cookies.open(SESSION, request.cookies)
        if session is None:
            raise NotSignedIn
        self.refuse_other_sites(request)
        if session["refresh"] and self._clock().timestamp() >= session["renew_at"]:
            session = await self._renewed(session)
            request.state.set_cookies = self._keep(session)
        caller = await self._tokens.verify(session["access"])
        request.state.token = session["access"]
        return caller

    async def end(self, cookies: Mapping[str, str]) -> tuple[str, list[str]]:
        """Where a browser goes to sign out of the provider as well, and the cookies that end it here.

        Services on one host see each other's cookies: who signs out of one of the hub's is signed out of
        all of them, so that the next person at the same desk is not two people at once.
        """
        ended = [] if self._settings.agency else self.cookies.clear_all(SESSION, HUB_SERVICES, cookies)
        ended += self.cookies.clear(SESSION)
        here = f"{self.address}/sign-out"
        try:
            elsewhere = (await self._tokens.provider.described()).end_session_endpoint
        except Unavailable:
            elsewhere = ""
        if not elsewhere:
            return here, ended
        query = {"client_id": self._settings.sign_in_client_id, "post_logout_redirect_uri": here}
        return f"{elsewhere}{'&' if '?' in elsewhere else '?'}{urlencode(query)}", ended

    def refuse_other_sites(self, request: Request) -> None:
        """Refuse a change that another site had the browser ask for."""
        if request.method in SAFE_METHODS:
            return
        site = request.headers.get("sec-fetch-site")
        own = site == "same-origin" if site else request.headers.get("origin") == self._origin
        if not own:
            raise NotPermitted("This was not asked for from a page of this service.")

    async def _renewed(self, session: dict[str, Any]) -> dict[str, Any]:
        # A page's requests come at once; the refresh token may be good for one of them only.
        key = session["refresh"]
        if key not in self._renewals:
            self._renewals[key] = asyncio.create_task(self._renew(session))
            asyncio.get_running_loop().call_later(RENEWAL_SHARED_SECONDS, self._renewals.pop, key, None)
        return await asyncio.shield(self._renewals[key])

    async def _renew(self, session: dict[str, Any]) -> dict[str, Any]:
        granted = await self._grant(grant_type="refresh_token", refresh_token=session["refresh"])
        caller = await self._tokens.verify(granted.access_token)
        if caller.subject != session["subject"]:
            raise NotSignedIn
        began_at = datetime.fromtimestamp(session["began_at"], UTC)
        return self._session(granted, caller, began_at=began_at, refresh=session["refresh"])

    def _session(
        self, granted: _Granted, caller: Caller, *, began_at: datetime, refresh: str
    ) -> dict[str, Any]:
        lasts_until = self._clock() + timedelta(seconds=granted.expires_in)
        refresh = granted.refresh_token or refresh
        longest = began_at + timedelta(hours=self._settings.sign_in_hours)
        idle = timedelta(minutes=self._settings.sign_in_idle_minutes)
        until = min(longest, lasts_until + idle if refresh else lasts_until)
        return {
            "subject": caller.subject,
            "access": granted.access_token,
            "refresh": refresh,
            "began_at": began_at.timestamp(),
            "renew_at": (lasts_until - RENEW_WITH_LEFT).timestamp(),
            "until": until.timestamp(),
        }

    def _keep(self, session: dict[str, Any]) -> list[str]:
        return self.cookies.seal(SESSION, session, datetime.fromtimestamp(session["until"], UTC))

    async def _grant(self, **form: str) -> _Granted:
        provider = self._tokens.provider
        form["client_id"] = self._settings.sign_in_client_id
        if self._settings.sign_in_client_secret:
            form["client_secret"] = self._settings.sign_in_client_secret
        try:
            answer = await provider.http.post(await provider.token_url(), data=form, timeout=TIMEOUT_SECONDS)
        except httpx.HTTPError:
            raise Unavailable("sign-in", "the provider does not answer") from None
        if answer.is_client_error:
            raise NotSignedIn
        try:
            return _Granted.model_validate_json(answer.content)
        except ValidationError:
            raise Unavailable("sign-in", "the provider's answer cannot be read") from None
