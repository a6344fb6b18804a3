"""The file of a service's own keys: what its data keys are wrapped with, and what its digests are made with.

A JWK Set of mode 600, oldest key first, of 256-bit keys of two uses: ``enc`` (A256KW) and ``sig`` (HS256). It
is given to that service alone and is in no database, so that a copy of the databases opens nothing.
"""

from pathlib import Path
from typing import Final

from joserfc.jwk import OctKey

from mash.files import write_json

BITS: Final = 256
ALGORITHMS: Final = {"enc": "A256KW", "sig": "HS256"}


def make_store_keys(path: Path) -> bool:
    """Make the file unless it is there, and say whether it was made."""
    if path.exists():
        return False
    keys = [
        OctKey.generate_key(BITS, {"use": use, "alg": algorithm}, auto_kid=True)
        for use, algorithm in ALGORITHMS.items()
    ]
    write_json(path, {"keys": [key.as_dict(private=True) for key in keys]})
    return True
