"""Makes tokens that look nearly right, with the issuer's own key at hand: one thing is wrong with each."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey
from support.tokens import ISSUER, Tokens


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()


class Forger:
    """Signs what it is told to. ``claims`` are those of a sound token, here changed and there left out."""

    def __init__(self, tokens: Tokens, now: datetime, **claims: Any) -> None:
        self._key = ECKey.import_key(json.loads((tokens.folder / "issuer.json").read_bytes()))
        self._now = int(now.timestamp())
        self._claims = {
            "iss": ISSUER,
            "sub": "forged",
            "iat": self._now,
            "exp": self._now + 600,
            "partnerships": ["havering"],
            **claims,
        }

    def token(self, header: dict[str, Any] | None = None, key: ECKey | None = None, **claims: Any) -> str:
        """A signed token; a header or a claim that is None is left out."""
        return jwt.encode(self._header(header), _without_none(self._claims | claims), key or self._key)

    def attacks(self, audience_of_another: str) -> Iterator[tuple[str, str]]:
        """Every wrong token with what is wrong with it."""
        now, stranger = self._now, ECKey.generate_key("P-256")
        yield "another issuer", self.token(iss="https://issuer.example.evil.example")
        yield "another audience", self.token(aud=audience_of_another)
        yield "no audience", self.token(aud=None)
        yield "expired", self.token(iat=now - 600, exp=now - 31)
        yield "no expiry", self.token(exp=None)
        yield "not good yet", self.token(nbf=now + 31)
        yield "issued in the future", self.token(iat=now + 31)
        yield "unknown kid", self.token({"kid": "unknown"})
        yield "no kid", self.token({"kid": None})
        yield "jku", self.token({"jku": "https://evil.example/jwks.json"})
        yield "x5u", self.token({"x5u": "https://evil.example/certificate"})
        yield "crit", self.token({"crit": ["b64"], "b64": True})
        yield "its own key", self.token({"jwk": stranger.as_dict(private=False)}, stranger)
        yield "another key with the same kid", self.token(key=stranger)
        yield "an ID token", self.token({"typ": "JWT"})
        yield "no type", self.token({"typ": None})
        yield "a cut signature", self.token()[:-4]
        yield "no signature", self.token().rsplit(".", 1)[0] + "."
        yield "changed claims", self._changed()
        for algorithm in ("none", "None", "HS256"):
            yield f"alg {algorithm} unsigned", self._by_hand(algorithm) + "."
        unsigned = self._by_hand("HS256")
        for public in (self._key.as_pem(private=False), self._key.as_der(private=False)):
            signature = encoded(hmac.digest(public, unsigned.encode(), "sha256"))
            yield "the public key as a secret", f"{unsigned}.{signature}"

    def _header(self, changed: dict[str, Any] | None) -> dict[str, Any]:
        return _without_none({"alg": "ES256", "kid": self._key.kid, "typ": "at+jwt"} | (changed or {}))

    def _by_hand(self, algorithm: str) -> str:
        # The library itself declines to write such a token.
        parts = (self._header({"alg": algorithm}), self._claims)
        return ".".join(encoded(json.dumps(part).encode()) for part in parts)

    def _changed(self) -> str:
        head, _, signature = self.token().split(".")
        other = self.token(partnerships=["havering", "medway"]).split(".")[1]
        return f"{head}.{other}.{signature}"


def _without_none(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}
