"""Verification of the access tokens that people and services sign in with (RFC 9068).

What is accepted is fixed by settings and never by the token: its algorithm has to be on the list, its key
comes from the configured issuer, its type has to be that of an access token (an ID token is refused), and
issuer and audience have to match exactly. Every failure is the same ``NotSignedIn``, which says nothing more.

People and services have audiences of their own, and a token of the one kind never counts as the other: a
service's token with the people's audience counts nowhere, nor a person's with a service's.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final, Protocol

import httpx
from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.registry import JWS_HEADER_REGISTRY
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from mash.access.audiences import service_audience
from mash.access.callers import Caller
from mash.access.jwks import IssuerKeys
from mash.access.provider import Provider, ProviderSettings
from mash.access.roles import SERVICES, Role
from mash.errors import Refusal
from mash.http import trusted

ASYMMETRIC_ALGORITHMS: Final = frozenset(
    {"ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
)
# What only an ID token says, whatever its header calls it.
ONLY_IN_ID_TOKENS: Final = frozenset({"at_hash", "c_hash"})
LARGEST_TOKEN_CHARACTERS: Final = 8192
LEEWAY_SECONDS: Final = 30
REMEMBERED_FOR: Final = timedelta(seconds=60)
MOST_REMEMBERED: Final = 2048
LAST_TIMESTAMP: Final = datetime.max.replace(tzinfo=UTC).timestamp() - 1


class NotSignedIn(Refusal):
    """Nobody is signed in, or not with a token that counts here (401)."""

    def __init__(self) -> None:
        super().__init__("Sign in to go on.")


class TokenRules(ProviderSettings, Protocol):
    """The settings that say which tokens count; ``mash.settings.ServiceSettings`` has them."""

    @property
    def service(self) -> str: ...
    @property
    def token_audience(self) -> str: ...
    @property
    def token_service_audience(self) -> str: ...
    @property
    def token_algorithms(self) -> list[str]: ...
    @property
    def token_types(self) -> list[str]: ...
    @property
    def token_roles_claim(self) -> str: ...
    @property
    def token_partnerships_claim(self) -> str: ...
    @property
    def token_agency_claim(self) -> str: ...
    @property
    def token_roles(self) -> dict[str, str]: ...


def _header_rules(algorithms: list[str]) -> jws.JWSRegistry:
    rules = jws.JWSRegistry(algorithms=algorithms)
    # Any other parameter (`jku`, `jwk`, `x5u`, `crit`, ...) is refused; the thumbprint is let by, unused.
    rules.header_registry = {name: JWS_HEADER_REGISTRY[name] for name in ("alg", "kid", "typ", "x5t")}
    return rules


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True)

    sub: str = Field(min_length=1, max_length=200)
    exp: float = Field(le=LAST_TIMESTAMP)
    aud: str | list[str]
    roles: list[str]
    partnerships: list[str]
    agency: str | None = Field(min_length=1)

    @property
    def audiences(self) -> set[str]:
        return {self.aud} if isinstance(self.aud, str) else set(self.aud)

    def to_caller(self, names: Mapping[str, Role]) -> Caller:
        # The issuer may serve other systems as well, with roles that mean nothing here.
        roles = frozenset(names[role] for role in self.roles if role in names)
        return Caller(self.sub, roles, frozenset(self.partnerships), self.agency)


def claim(claims: Mapping[str, Any], path: str) -> Any:
    """The claim of this name or, with dots, inside others; none where there is no such claim."""
    if path in claims:
        return claims[path]
    outer, _, inner = path.partition(".")
    within = claims.get(outer)
    return claim(within, inner) if inner and isinstance(within, dict) else None


def role_names(given: Mapping[str, str]) -> dict[str, Role]:
    """What each role is called by the provider; raises ``ValueError`` for a role there is not."""
    return {theirs: Role(ours) for theirs, ours in given.items()} or {role.value: role for role in Role}


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
        self._http = http or httpx.AsyncClient(verify=trusted())
        self.provider = Provider(rules, clock=clock, http=self._http)
        self._keys = IssuerKeys(self.provider.jwks_url, clock=clock, http=self._http)
        self._header = _header_rules(rules.token_algorithms)
        self._roles = role_names(rules.token_roles)
        self._types = {kind.lower().removeprefix("application/") for kind in rules.token_types}
        self._service_audience = rules.token_service_audience or service_audience(rules.service)
        self._remembered: OrderedDict[bytes, tuple[Caller, datetime]] = OrderedDict()

    async def verify(self, token: str) -> Caller:
        """The caller that this token was issued to."""
        now = self._clock()
        digest = hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
        caller, until = self._remembered.get(digest, (None, now))
        if caller is not None and now < until:
            return caller
        try:
            claims = self._read(await self._decoded(token, self._types, now))
            caller = self._caller(claims)
        except (JoseError, ValidationError, ValueError, TypeError, KeyError, OverflowError):
            raise NotSignedIn from None
        self._remember(digest, caller, datetime.fromtimestamp(claims.exp, UTC), now)
        return caller

    async def verify_id(self, token: str, *, client_id: str, nonce: str) -> None:
        """Refuse an ID token that was not issued to ``client_id`` for the sign-in that ``nonce`` began."""
        now = self._clock()
        try:
            claims = await self._decoded(token, {"jwt"}, now)
            jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                aud={"essential": True, "value": client_id},
                nonce={"essential": True, "value": nonce},
                azp={"essential": isinstance(claims.get("aud"), list), "value": client_id},
            ).validate(claims)
        except (JoseError, ValueError, TypeError, KeyError, OverflowError):
            raise NotSignedIn from None

    async def _decoded(self, token: str, types: set[str], now: datetime) -> dict[str, Any]:
        if len(token) > LARGEST_TOKEN_CHARACTERS:
            raise NotSignedIn
        header = jws.extract_compact(token.encode("ascii"), registry=self._header).headers()
        self._header.check_header(header)
        self._header.get_alg(header["alg"])
        key = await self._keys.find(header["kid"])
        if key is None or header["typ"].lower().removeprefix("application/") not in types:
            raise NotSignedIn
        claims = jwt.decode(token, key, registry=self._header).claims
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY_SECONDS,
            iss={"essential": True, "value": self._rules.token_issuer},
            aud={"essential": True},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        ).validate(claims)
        return claims

    def _read(self, claims: Mapping[str, Any]) -> _Claims:
        if ONLY_IN_ID_TOKENS & claims.keys() or claims.get("typ") == "ID":
            raise NotSignedIn
        rules = self._rules
        roles, partnerships = (
            [] if found is None else found
            for found in (
                claim(claims, rules.token_roles_claim),
                claim(claims, rules.token_partnerships_claim),
            )
        )
        read = {name: claims.get(name) for name in ("sub", "exp", "aud")}
        agency = claim(claims, rules.token_agency_claim)
        return _Claims.model_validate(
            {**read, "roles": roles, "partnerships": partnerships, "agency": agency}
        )

    def _caller(self, claims: _Claims) -> Caller:
        caller = claims.to_caller(self._roles)
        services = caller.roles & SERVICES
        wanted = self._service_audience if services else self._rules.token_audience
        meant = claims.audiences & {self._service_audience, self._rules.token_audience}
        if meant != {wanted} or (services and caller.roles != services):
            raise NotSignedIn
        return caller

    def _remember(self, digest: bytes, caller: Caller, expires_at: datetime, now: datetime) -> None:
        self._remembered[digest] = (caller, min(expires_at, now + REMEMBERED_FOR))
        if len(self._remembered) > MOST_REMEMBERED:
            self._remembered.popitem(last=False)

    async def aclose(self) -> None:
        """Close the connections to the issuer."""
        await self._keys.aclose()
        await self._http.aclose()
