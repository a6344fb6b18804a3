"""Words are encrypted in the stores with a data key a case, so that destroying a key erases its case."""

from mash.vault.data_keys import DataKeys, WordsGone
from mash.vault.rows import OpenedRow
from mash.vault.settings import NoVault, make_vault
from mash.vault.store_keys import StoreKeys, UnknownStoreKey
from mash.vault.vault import Vault
from mash.vault.words import Tampered

__all__ = [
    "DataKeys",
    "NoVault",
    "OpenedRow",
    "StoreKeys",
    "Tampered",
    "UnknownStoreKey",
    "Vault",
    "WordsGone",
    "make_vault",
]
