"""The passwords of the local hub, made once at random and kept in one file that only its owner can read."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

KEY_BYTES = 32


@dataclass(frozen=True)
class Credentials:
    """The superuser's password, and those of the roles that log in to databases, by role."""

    superuser: str
    databases: dict[str, str] = field(default_factory=dict)


def load_credentials(path: Path, roles: list[str]) -> Credentials:
    """Read the file, adding whatever it lacks; a role that is new to this version gets its password here."""
    known = Credentials(**json.loads(path.read_text())) if path.exists() else Credentials(_password())
    missing = {name: _password() for name in roles if name not in known.databases}
    complete = Credentials(known.superuser, known.databases | missing)
    if missing or not path.exists():
        write_private(path, json.dumps(asdict(complete), indent=2))
    return complete


def load_keys(path: Path, names: list[str]) -> dict[str, str]:
    """Read the file of 256-bit keys in base64url, by name; a name that is new gets its key here."""
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = {name: secrets.token_urlsafe(KEY_BYTES) for name in names if name not in known}
    if missing:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private(path, json.dumps(known | missing, indent=2))
    return known | missing


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, complete or not at all."""
    unfinished = path.with_name(path.name + ".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.replace(path)


def _password() -> str:
    return secrets.token_urlsafe(24)
