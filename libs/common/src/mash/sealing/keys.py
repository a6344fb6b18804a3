"""The files that sealing keys are kept in, one pair an owner (the hub, or an agency).

``<owner>.private.jwks.json`` (mode 600) stays with its owner; ``<owner>.public.jwks.json`` goes to whoever
writes to that owner or reads from it. Each is a JWK Set, oldest key first, of P-256 keys of two uses: ``enc``
to seal to the owner, ``sig`` to show that a message is the owner's. P-256 because every JOSE library, smart
card and cloud key store has it, so that an agency's own systems can take part.

Keys are changed with an overlap: `rotate` adds a new pair and keeps the one before. Between two machines the
public file is copied first, to everybody, and the private one last.
"""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final, Literal

from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from mash.files import READABLE_BY_ALL, write_json

CURVE: Final = "P-256"
KEPT_GENERATIONS: Final = 2
# How the names begin under which services sign their audits.
AUDIT: Final = "audit-"
Use = Literal["enc", "sig"]


class NoSuchKey(LookupError):
    """There is no key with this owner, use and id."""


class KeyFile:
    """One file of keys, read again when it has changed, so that a running service takes up new keys."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._version: tuple[int, int] | None = None
        self._keys: list[ECKey] = []

    def newest(self, use: Use) -> ECKey:
        """The key to seal or sign with."""
        return self._of(use)[-1]

    def find(self, use: Use, kid: str) -> ECKey:
        """The key with this id, among all that are kept."""
        for key in self._of(use):
            if key.kid == kid:
                return key
        raise NoSuchKey

    def _of(self, use: Use) -> list[ECKey]:
        self._read_if_changed()
        keys = [key for key in self._keys if key.get("use") == use]
        if not keys:
            raise NoSuchKey
        return keys

    def _read_if_changed(self) -> None:
        try:
            stat = self._path.stat()
            if (stat.st_mtime_ns, stat.st_size) != self._version:
                self._keys = _read(self._path)
                self._version = (stat.st_mtime_ns, stat.st_size)
        except FileNotFoundError:
            raise NoSuchKey from None


def private_path(directory: Path, owner: str) -> Path:
    """Where an owner's private keys are."""
    return directory / f"{checked_owner(owner)}.private.jwks.json"


def public_path(directory: Path, owner: str) -> Path:
    """Where an owner's public keys are."""
    return directory / f"{checked_owner(owner)}.public.jwks.json"


def checked_owner(owner: str) -> str:
    """The name itself; it becomes part of a path, and may come from a message."""
    if not re.fullmatch(r"[a-z][a-z0-9-]{0,63}", owner):
        raise NoSuchKey
    return owner


def make_keys(directory: Path, owners: Iterable[str]) -> list[str]:
    """Make keys for each owner that has none in ``directory``; gives the owners that got new ones."""
    new = [owner for owner in owners if not private_path(directory, owner).exists()]
    for owner in new:
        _write_pair(directory, owner, _new_generation())
    return new


def rotate(directory: Path, owner: str) -> None:
    """Give an owner new keys and keep those before them, so that messages under way still open."""
    new = _new_generation()
    keys = _read(private_path(directory, owner)) + new
    kept = [key for use in ("enc", "sig") for key in _newest(keys, use)]
    # What signs an audit is never wholly done with: lines are checked for as long as they are kept.
    public = [*_read(public_path(directory, owner)), *new] if owner.startswith(AUDIT) else kept
    _write_pair(directory, owner, kept, public)


def _newest(keys: list[ECKey], use: str) -> list[ECKey]:
    return [key for key in keys if key.get("use") == use][-KEPT_GENERATIONS:]


def _new_generation() -> list[ECKey]:
    return [ECKey.generate_key(CURVE, {"use": use}, auto_kid=True) for use in ("enc", "sig")]


def _read(path: Path) -> list[ECKey]:
    try:
        keys = [ECKey.import_key(entry) for entry in json.loads(path.read_bytes())["keys"]]
    except (JoseError, ValueError, KeyError, TypeError):
        # The cause is left out, since it may repeat what the file holds.
        raise ValueError(f"The sealing keys in {path.name} cannot be read.") from None
    if any(key.curve_name != CURVE or not key.kid for key in keys):
        raise ValueError(f"The sealing keys in {path.name} are not {CURVE} keys with ids.")
    return keys


def _write_pair(directory: Path, owner: str, keys: list[ECKey], public: list[ECKey] | None = None) -> None:
    # The public file first: nobody may meet a signature whose key is not there yet.
    shown = {"keys": [key.as_dict(private=False) for key in public or keys]}
    write_json(public_path(directory, owner), shown, mode=READABLE_BY_ALL)
    write_json(private_path(directory, owner), {"keys": [key.as_dict(private=True) for key in keys]})
