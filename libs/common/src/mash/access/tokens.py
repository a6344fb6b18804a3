"""Verification of the access tokens that people and services sign in with (RFC 9068).

What is accepted is fixed by settings and never by the token: its algorithm has to be on the list, its key
comes from the configured issuer, its type has to be that of an access token (an ID token is refused), and
issuer and audience have to match exactly. Every failure is the same ``NotSignedIn``, which says nothing more.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.registry import JWS_HEADER_REGISTRY
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mash.access.callers import Caller
from mash.access.jwks import IssuerKeys
from mash.access.roles import Role
from mash.errors import Refusal

ASYMMETRIC_ALGORITHMS: Final = frozenset(
    {"ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
)
ACCESS_TOKEN_TYPES: Final = frozenset({"at+jwt", "application/at+jwt"})
LARGEST_TOKEN_CHARACTERS: Final = 8192
LEEWAY_SECONDS: Final = 30
REMEMBERED_FOR: Final = timedelta(seconds=60)
MOST_REMEMBERED: Final = 2048
LAST_TIMESTAMP: Final = datetime.max.replace(tzinfo=UTC).timestamp() - 1


class NotSignedIn(Refusal):
    """Nobody is signed in, or not with a token that counts here (401)."""

    def __init__(self) -> None:
        super().__init__("Sign in to go on.")


class TokenRules(Protocol):
    """The settings that say which tokens count; ``mash.settings.ServiceSettings`` has them."""

    @property
    def token_issuer(self) -> str: ...
    @property
    def token_audience(self) -> str: ...
    @property
    def token_jwks_url(self) -> str: ...
    @property
    def token_algorithms(self) -> list[str]: ...


def _header_rules(algorithms: list[str]) -> jws.JWSRegistry:
    rules = jws.JWSRegistry(algorithms=algorithms)
    # Any other parameter (`jku`, `jwk`, `x5u`, `crit`, ...) is refused; the thumbprint is let by, unused.
    rules.header_registry = {name: JWS_HEADER_REGISTRY[name] for name in ("alg", "kid", "typ", "x5t")}
    return rules


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True)

    sub: str = Field(min_length=1, max_length=200)
    exp: float = Field(le=LAST_TIMESTAMP)
    roles: list[str] = []
    partnerships: list[str] = []
    agency: str | None = Field(default=None, min_length=1)

    def to_caller(self) -> Caller:
        # The issuer may serve other systems as well, with roles that mean nothing here.
        roles = frozenset(role for role in Role if role.value in self.roles)
        return Caller(self.sub, roles, frozenset(self.partnerships), self.agency)


class TokenVerifier:
    """Turns a token into its ``Caller``, or raises ``NotSignedIn``. Close it with the process."""

    def __init__(
        self, rules: TokenRules, *, clock: Callable[[], datetime], http: httpx.AsyncClient | None = None
    ) -> None:
        unsafe = set(rules.token_algorithms) - ASYMMETRIC_ALGORITHMS
        if unsafe or not rules.token_algorithms:
            raise ValueError(
                "TOKEN_ALGORITHMS may only name public-key signature algorithms, and at least one."
            )
        self._rules = rules
        self._clock = clock
        self._http = http or httpx.AsyncClient()
        self._keys = IssuerKeys(rules.token_jwks_url, clock=clock, http=self._http)
        self._header = _header_rules(rules.token_algorithms)
        self._remembered: OrderedDict[bytes, tuple[Caller, datetime]] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        """The caller that this token was issued to."""
        now = self._clock()
        digest = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
        caller, until = self._remembered.get(digest, (None, now))
        if caller is not None and now < until:
            return caller
        try:
            claims = await self._verified_claims(token, now)
        except (JoseError, ValidationError, ValueError, TypeError, KeyError, OverflowError):
            raise NotSignedIn from None
        self._remember(digest, claims, now)
        return claims.to_caller()

    async def _verified_claims(self, token: str, now: datetime) -> _Claims:
        if len(token) > LARGEST_TOKEN_CHARACTERS:
            raise NotSignedIn
        header = jws.extract_compact(token.encode("ascii"), registry=self._header).headers()
        self._header.check_header(header)
        self._header.get_alg(header["alg"])
        key = await self._keys.find(header["kid"])
        if key is None or header["typ"].lower() not in ACCESS_TOKEN_TYPES:
            raise NotSignedIn
        verified = jwt.decode(token, key, registry=self._header)
        self._expected(now).validate(verified.claims)
        return _Claims.model_validate(verified.claims)

    def _expected(self, now: datetime) -> jwt.JWTClaimsRegistry:
        return jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._rules.token_issuer},
            aud={"essential": True, "value": self._rules.token_audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    def _remember(self, digest: bytes, claims: _Claims, now: datetime) -> None:
        expires_at = datetime.fromtimestamp(claims.exp, UTC)
        self._remembered[digest] = (claims.to_caller(), min(expires_at, now + REMEMBERED_FOR))
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    async def aclose(self) -> None:
        """Close the connections to the issuer."""
        await self._keys.aclose()
        await self._http.aclose()
