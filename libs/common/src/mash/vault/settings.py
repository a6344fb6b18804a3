"""Makes a service's vault out of its settings."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine

from mash.db import make_keys_engine
from mash.ids import Clock
from mash.settings import ServiceSettings
from mash.vault.data_keys import DataKeys
from mash.vault.store_keys import StoreKeys
from mash.vault.vault import Vault


class NoVault(RuntimeError):
    """A service that keeps words was told of no keys to encrypt them with."""


def make_vault(settings: ServiceSettings, engine: AsyncEngine, clock: Clock) -> Vault | None:
    """Return the vault, or none where development has no need of one. Raises :class:`NoVault`."""
    if not settings.keys_database_url or settings.store_keys_file is None:
        if settings.is_development:
            return None
        raise NoVault("KEYS_DATABASE_URL and STORE_KEYS_FILE are needed: this service keeps people's words.")
    store_keys = StoreKeys(settings.store_keys_file)
    data_keys = DataKeys(make_keys_engine(settings), store_keys, clock)
    return Vault(settings.service, engine, data_keys, store_keys, clock)
