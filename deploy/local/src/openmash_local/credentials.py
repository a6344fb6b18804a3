"""The passwords of the local hub, made once at random and kept in one file that only its owner can read."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Credentials:
    """`databases` is keyed by role, `clients` by service."""

    superuser: str
    databases: dict[str, str] = field(default_factory=dict)
    clients: dict[str, str] = field(default_factory=dict)


def load_credentials(path: Path, *, databases: list[str], clients: list[str]) -> Credentials:
    """Read the file, adding whatever it lacks; a role that is new to this version gets its password here."""
    known = Credentials(**json.loads(path.read_text())) if path.exists() else Credentials(_password())
    complete = Credentials(
        known.superuser,
        {name: known.databases.get(name) or _password() for name in databases},
        {name: known.clients.get(name) or _password() for name in clients},
    )
    if complete != known:
        write_private(path, json.dumps(asdict(complete), indent=2))
    return complete


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, complete or not at all."""
    unfinished = path.with_name(path.name + ".new")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.replace(path)


def _password() -> str:
    return secrets.token_urlsafe(24)
