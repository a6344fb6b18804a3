"""Checks the audits of the hub on this machine, as the auditor of each of its databases."""

from __future__ import annotations

from openmash_local.credentials import load_credentials
from openmash_local.layout import Layout
from openmash_local.parts import STORES, Part, database_url, roles

# It hears of every signed head; the gateways of those of the cases that they were asked in.
WITNESS = "reporting"
# Anybody's folder holds everybody's public keys.
ANYBODY = "intake"


def audits(layout: Layout) -> tuple[dict[str, str], dict[str, str]]:
    """Return the databases to check, by whose audit they hold, and those of the witnesses."""
    credentials = load_credentials(layout.secrets_file, roles())

    def url(part: Part) -> str:
        assert part.store is not None
        return database_url(part.store.name, layout, credentials, role=part.store.auditor)

    stores = {part.owner: url(part) for part in STORES}
    return stores, {part.owner: url(part) for part in STORES if part.agency or part.name == WITNESS}
