"""The database of a service: its engine, the tables every service shares, and their migrations."""

from mash.db.engine import make_engine, make_keys_engine
from mash.db.tables import metadata

__all__ = ["make_engine", "make_keys_engine", "metadata"]
