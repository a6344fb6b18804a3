"""The files of keys that services are given: made once a test run, a folder an owner."""

from __future__ import annotations

from pathlib import Path

from mash.messaging.topology import HUB_SERVICES
from openmash_local.sealing import provide_audit_keys, provide_store_keys
from support.tokens import AGENCIES

# The probe goes by the name of a service of the hub.
PLAYED = {"probe": "screening"}
OWNERS = (*HUB_SERVICES, *AGENCIES, "probe")


class KeyFiles:
    """``key_files.settings("intake")``: where a service or a gateway finds its own keys."""

    def __init__(self, folder: Path) -> None:
        self._store, self._audit = folder / "store", folder / "audit"
        self._store.mkdir()
        self._audit.mkdir()
        provide_store_keys(self._store, OWNERS)
        provide_audit_keys(self._audit, OWNERS)

    def settings(self, service: str, agency: str | None = None) -> dict[str, str]:
        owner = agency or service
        if owner not in OWNERS:
            # An agency that a test adds of its own.
            provide_store_keys(self._store, [owner])
            provide_audit_keys(self._audit, [owner])
        return {
            "store_keys_file": str(self._store / f"{owner}.json"),
            "audit_keys_dir": str(self._audit / PLAYED.get(owner, owner)),
        }
