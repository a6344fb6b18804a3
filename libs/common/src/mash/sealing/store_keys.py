"""The file of a service's own keys: what its data keys are wrapped with, and what its digests are made with.

A JWK Set of mode 600, oldest key first, of 256-bit keys of two uses: ``enc`` (A256KW) and ``sig`` (HS256). It
is given to that service alone and is in no database, so that a copy of the databases opens nothing.
"""

import json
from pathlib import Path
from typing import Final

from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from mash.files import write_json

BITS: Final = 256
ALGORITHMS: Final = {"enc": "A256KW", "sig": "HS256"}


def make_store_keys(path: Path) -> bool:
    """Make the file unless it is there, and say whether it was made."""
    if path.exists():
        return False
    _write(path, [_new(use) for use in ALGORITHMS])
    return True


def rotate_store_keys(path: Path) -> str:
    """Add a key to wrap data keys with, beside those before it, and return its id."""
    new = _new("enc")
    _write(path, [*read_store_keys(path), new])
    return str(new.kid)


def retire_store_key(path: Path, kid: str) -> bool:
    """Take an older wrapping key out of the file; False where it is the newest, or is none of them."""
    if kid not in wrapping_keys(path)[:-1]:
        return False
    _write(path, [key for key in read_store_keys(path) if key.kid != kid])
    return True


def wrapping_keys(path: Path) -> list[str]:
    """Return the ids of the keys that data keys are wrapped with, oldest first."""
    return [str(key.kid) for key in read_store_keys(path) if key.get("use") == "enc"]


def read_store_keys(path: Path) -> list[OctKey]:
    """Return the keys in the file, oldest first; raises ``ValueError`` where they are not in order."""
    try:
        keys = [OctKey.import_key(entry) for entry in json.loads(path.read_bytes())["keys"]]
    except (JoseError, ValueError, KeyError, TypeError):
        # The cause is left out, since it may repeat what the file holds.
        raise ValueError(f"The keys in {path.name} cannot be read.") from None
    if any(not key.kid or len(key.raw_value) * 8 != BITS for key in keys):
        raise ValueError(f"The keys in {path.name} are not {BITS}-bit keys with ids.")
    if {key.get("alg") for key in keys} != set(ALGORITHMS.values()):
        raise ValueError(f"{path.name} needs keys of {' and '.join(ALGORITHMS.values())}, and no others.")
    return keys


def _new(use: str) -> OctKey:
    return OctKey.generate_key(BITS, {"use": use, "alg": ALGORITHMS[use]}, auto_kid=True)


def _write(path: Path, keys: list[OctKey]) -> None:
    write_json(path, {"keys": [key.as_dict(private=True) for key in keys]})
