"""Where the local hub keeps its state and which ports it listens on."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[4]
HOST = "127.0.0.1"
DEFAULT_BASE_PORT = 8100

# What each port is, counted from the base port, so that a second hub only needs another base.
OFFSETS = {
    "companion": 0,
    "intake": 1,
    "screening": 2,
    "enquiry": 3,
    "notifications": 4,
    "reporting": 5,
    "gateway-police": 11,
    "gateway-health": 12,
    "gateway-housing": 13,
    "gateway-probation": 14,
    "nats": 22,
    "nats-monitor": 23,
    "smtp": 25,
    "postgres": 32,
}


@dataclass(frozen=True)
class Layout:
    """Paths and ports of one local hub. `state` holds everything that outlives a run."""

    state: Path = CHECKOUT / ".openmash"
    base_port: int = DEFAULT_BASE_PORT

    @classmethod
    def from_environment(cls, state: Path | None = None) -> Layout:
        base_port = int(os.environ.get("OPENMASH_BASE_PORT", DEFAULT_BASE_PORT))
        folder = state or Path(os.environ.get("OPENMASH_STATE", CHECKOUT / ".openmash"))
        return cls(folder.resolve(), base_port)

    def port(self, name: str) -> int:
        return self.base_port + OFFSETS[name]

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self.port(name)}"

    @property
    def nats_url(self) -> str:
        return f"nats://{HOST}:{self.port('nats')}"

    @property
    def secrets_file(self) -> Path:
        return self.state / "secrets.json"

    @property
    def run_file(self) -> Path:
        """Says which processes the last run started, for status, stop and for tidying after a crash."""
        return self.state / "run.json"

    @property
    def lock_file(self) -> Path:
        return self.state / "run.lock"

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def mail(self) -> Path:
        return self.state / "mail"

    @property
    def nats_keys(self) -> Path:
        return self.state / "keys" / "nats"

    @property
    def certificates(self) -> Path:
        return self.state / "keys" / "certificates"

    @property
    def service_secrets_file(self) -> Path:
        return self.state / "keys" / "services.json"

    @property
    def sealing_keys(self) -> Path:
        return self.state / "keys" / "sealing"

    @property
    def store_keys(self) -> Path:
        return self.state / "keys" / "store"

    @property
    def audit_keys(self) -> Path:
        return self.state / "keys" / "audit"

    def create(self) -> None:
        """Make the folders: one that the database's own user may pass through, the rest closed."""
        self.state.mkdir(parents=True, exist_ok=True)
        self.state.chmod(0o711)
        keys = (self.state / "keys", self.nats_keys, self.sealing_keys, self.store_keys, self.audit_keys)
        for folder in (self.logs, self.mail, *keys):
            folder.mkdir(exist_ok=True)
            folder.chmod(0o700)
