"""Sealing and opening messages that cross the hub's boundary.

A sealed message is a nested JOSE object: signed by its sender (JWS, ES256), then encrypted to its receiver
(JWE, ECDH-ES+A256KW with A256GCM). Sender, receiver and message id stand in both protected headers and have
to agree, so that nobody can pass on a message as their own, or re-seal one to somebody it was not written to.
Algorithms are fixed here; a message that names others is not opened. There is no compression: the length
of a compressed message tells about its words.
"""

from pathlib import Path
from typing import Any, Final
from uuid import UUID

from joserfc import jwe, jws
from joserfc.errors import JoseError
from joserfc.registry import JWE_HEADER_REGISTRY, JWS_HEADER_REGISTRY, HeaderParameter

from mash.errors import Invalid
from mash.sealing.keys import KeyFile, NoSuchKey, private_path, public_path

HUB: Final = "hub"
LARGEST_SEALED_BYTES: Final = 200_000
SIGNED_TYPE: Final = "mash-message+jws"
SEALED_TYPE: Final = "mash-message+jwe"

_CONTEXT: Final = {
    "iss": HeaderParameter("Sender", "str", required=True),
    "aud": HeaderParameter("Receiver", "str", required=True),
    "jti": HeaderParameter("Message id", "str"),
}


class Unopenable(Exception):
    """The message is not for us, not from whom it should be, or not whole. Which of these is not said."""

    def __init__(self) -> None:
        super().__init__("The sealed message cannot be opened.")


class TooLargeToSeal(Invalid):
    """The message is longer than the boundary carries."""


def _signed_rules() -> jws.JWSRegistry:
    rules = jws.JWSRegistry(algorithms=["ES256"])
    rules.header_registry = {
        **{name: JWS_HEADER_REGISTRY[name] for name in ("alg", "kid", "typ")},
        **_CONTEXT,
    }
    rules.max_payload_length = LARGEST_SEALED_BYTES
    return rules


def _sealed_rules() -> jwe.JWERegistry:
    rules = jwe.JWERegistry(algorithms=["ECDH-ES+A256KW", "A256GCM"])
    known = ("alg", "enc", "kid", "typ", "cty")
    rules.header_registry = {**{name: JWE_HEADER_REGISTRY[name] for name in known}, **_CONTEXT}
    rules.max_ciphertext_length = LARGEST_SEALED_BYTES
    return rules


_SIGNED: Final = _signed_rules()
_SEALED: Final = _sealed_rules()


class Keyring:
    """One owner's private keys and everybody's public ones, from the files in one directory."""

    def __init__(self, directory: Path, own: str) -> None:
        self.own = own
        self._directory = directory
        self._private = KeyFile(private_path(directory, own))
        self._public: dict[str, KeyFile] = {}

    @classmethod
    def load(cls, directory: Path, own: str = HUB) -> "Keyring":
        """The keyring of ``own``; raises ``NoSuchKey`` or ``ValueError`` where its keys are not in order."""
        keyring = cls(directory, own)
        keyring._private.newest("enc")
        keyring._private.newest("sig")
        return keyring

    def seal(self, payload: bytes, to: str, *, message_id: UUID | None = None) -> bytes:
        """``payload``, signed by us, that ``to`` alone can read; raises ``TooLargeToSeal``, ``NoSuchKey``."""
        context = {"iss": self.own, "aud": to} | ({"jti": str(message_id)} if message_id else {})
        receiver_key = self._public_keys(to).newest("enc")
        header = {
            "alg": "ECDH-ES+A256KW",
            "enc": "A256GCM",
            "kid": receiver_key.kid,
            "typ": SEALED_TYPE,
            "cty": "JOSE",
        }
        sealed = jwe.encrypt_compact(
            header | context, self._sign(payload, context), receiver_key, registry=_SEALED
        )
        if len(sealed) > LARGEST_SEALED_BYTES:
            raise TooLargeToSeal("The message is longer than can be sent. Shorten it, or send it in parts.")
        return sealed.encode("ascii")

    def _sign(self, payload: bytes, context: dict[str, str]) -> str:
        key = self._private.newest("sig")
        header = {"alg": "ES256", "kid": key.kid, "typ": SIGNED_TYPE} | context
        return jws.serialize_compact(header, payload, key, registry=_SIGNED)

    def open(self, token: bytes, *, sender: str | None = None, message_id: UUID | None = None) -> bytes:
        """The payload of a message sealed to us; raises ``Unopenable``.

        The hub names the agency whose stream the message came on as ``sender``; an agency takes messages from
        the hub alone. With ``message_id`` the message also has to carry that id.
        """
        try:
            signed, context = self._decrypt(token)
            self._check_context(context, sender, message_id)
            return self._verify(signed, context)
        except (JoseError, NoSuchKey, ValueError, TypeError, KeyError):
            raise Unopenable from None

    def _decrypt(self, token: bytes) -> tuple[bytes, dict[str, Any]]:
        opened = jwe.decrypt_compact(token, self._own_key, registry=_SEALED)
        headers = opened.headers()
        if opened.plaintext is None or headers.get("typ") != SEALED_TYPE:
            raise Unopenable
        return opened.plaintext, _context(headers)

    def _own_key(self, sealed: Any) -> Any:
        return self._private.find("enc", sealed.headers()["kid"])

    def _check_context(self, context: dict[str, Any], sender: str | None, message_id: UUID | None) -> None:
        expected = sender or (None if self.own == HUB else HUB)
        if context["aud"] != self.own or (expected and context["iss"] != expected):
            raise Unopenable
        if message_id and context["jti"] != str(message_id):
            raise Unopenable

    def _verify(self, signed: bytes, context: dict[str, Any]) -> bytes:
        message = jws.extract_compact(signed, registry=_SIGNED)
        headers = message.headers()
        key = self._public_keys(context["iss"]).find("sig", headers["kid"])
        if headers.get("typ") != SIGNED_TYPE or _context(headers) != context:
            raise Unopenable
        if not jws.validate_compact(message, key, registry=_SIGNED):
            raise Unopenable
        return message.payload

    def _public_keys(self, owner: str) -> KeyFile:
        if owner not in self._public:
            self._public[owner] = KeyFile(public_path(self._directory, owner))
        return self._public[owner]


def _context(headers: dict[str, Any]) -> dict[str, Any]:
    return {name: headers.get(name) for name in _CONTEXT}
