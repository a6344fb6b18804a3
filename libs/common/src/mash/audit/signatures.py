"""What a signature over the head of a chain says, and how it is made and checked.

A signature is a JWS (ES256) by the key ``audit-<service>``; an agency's gateway signs under the agency's
name. It also names the signature before it of the same chain, so that none can be taken out unseen.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from joserfc import jws
from joserfc.errors import JoseError

from mash.sealing.keys import KeyFile, NoSuchKey, private_path, public_path

TYPE: Final = "mash-audit+jws"
ALGORITHM: Final = "ES256"
_RULES: Final = jws.JWSRegistry(algorithms=[ALGORITHM])


class NotSigned(Exception):
    """A signature is not one that the service named made over a head."""


@dataclass(frozen=True)
class Head:
    """How far a chain reached when it was signed; ``before`` is the digest of the signature before this."""

    service: str
    chain: UUID
    seq: int
    hash: bytes
    signed_at: datetime
    before: str | None


class Signer:
    """Signs for one service. Raises ``NoSuchKey`` where it has no key."""

    def __init__(self, directory: Path, service: str) -> None:
        self.service = service
        self._keys = KeyFile(private_path(directory, signing_name(service)))
        self._keys.newest("sig")

    def sign(self, head: Head) -> str:
        """Return the signature over ``head``."""
        key = self._keys.newest("sig")
        payload = {
            "service": head.service,
            "chain": str(head.chain),
            "seq": head.seq,
            "hash": head.hash.hex(),
            "signed_at": head.signed_at.astimezone(UTC).isoformat(),
            "before": head.before,
        }
        header = {"alg": ALGORITHM, "kid": key.kid, "typ": TYPE}
        return jws.serialize_compact(header, json.dumps(payload).encode(), key, registry=_RULES)


class Checker:
    """Checks signatures with the public keys of all services, which lie in one folder."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._keys: dict[str, KeyFile] = {}

    def check(self, signature: str, service: str) -> Head:
        """Return what ``service`` signed. Raises :class:`NotSigned`."""
        try:
            message = jws.extract_compact(signature.encode(), registry=_RULES)
            headers = message.headers()
            key = self._of(service).find("sig", headers["kid"])
            if headers.get("typ") != TYPE or not jws.validate_compact(message, key, registry=_RULES):
                raise NotSigned
            said = json.loads(message.payload)
            head = Head(
                service=said["service"],
                chain=UUID(said["chain"]),
                seq=int(said["seq"]),
                hash=bytes.fromhex(said["hash"]),
                signed_at=datetime.fromisoformat(said["signed_at"]),
                before=said["before"],
            )
        except (JoseError, NoSuchKey, ValueError, TypeError, KeyError):
            raise NotSigned from None
        if head.service != service:
            raise NotSigned
        return head

    def _of(self, service: str) -> KeyFile:
        if service not in self._keys:
            self._keys[service] = KeyFile(public_path(self._directory, signing_name(service)))
        return self._keys[service]


def signing_name(service: str) -> str:
    """Return the owner under whose name a service's key files are."""
    return f"audit-{service}"


def digest_of_signature(signature: str) -> str:
    """Return what the next signature of the chain names this one by."""
    return hashlib.sha256(signature.encode()).hexdigest()
