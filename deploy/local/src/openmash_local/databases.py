"""The databases and login roles of each part, closed to every other role.

A part keeps a database of its name. The role of that name is the running part's and owns nothing in it; the
owner's is for migrations alone, and the auditor's reads the audit alone. A part that keeps people's words has
a second database for the keys that those words are encrypted with, which only a role of its own opens.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import asyncpg


class OtherOwner(Exception):
    """Databases belong to other roles than they should, as those that an earlier version made."""

    def __init__(self, names: Iterable[str]) -> None:
        super().__init__(
            f"Databases that an earlier version made are of no use to this one: {sorted(names)}."
        )


@dataclass(frozen=True)
class Store:
    """What one part keeps; ``name`` is its database and the role that the running part logs in as."""

    name: str
    keeps_words: bool = True

    @property
    def owner(self) -> str:
        return f"{self.name}_owner"

    @property
    def auditor(self) -> str:
        return f"{self.name}_auditor"

    @property
    def keys(self) -> str:
        """The keys' database, and the one role that opens it and owns it."""
        return f"{self.name}_keys"

    @property
    def databases(self) -> dict[str, tuple[str, ...]]:
        """Each database with the roles that may open it, its owner first."""
        main = {self.name: (self.owner, self.name, self.auditor)}
        return main | ({self.keys: (self.keys,)} if self.keeps_words else {})

    @property
    def roles(self) -> list[str]:
        return [role for roles in self.databases.values() for role in roles]


async def connect_when_ready(url: str, *, within_seconds: float = 30) -> asyncpg.Connection:
    """Connect, waiting while the server starts or recovers from a crash."""
    deadline = asyncio.get_running_loop().time() + within_seconds
    while True:
        try:
            # It is on this machine and speaks no TLS; looking for certificates fails where HOME is closed.
            return await asyncpg.connect(url, ssl=False)
        except (ConnectionError, asyncpg.CannotConnectNowError):
            if asyncio.get_running_loop().time() > deadline:
                raise
            await asyncio.sleep(0.05)


async def provide_databases(
    connection: asyncpg.Connection, stores: Iterable[Store], passwords: Mapping[str, str]
) -> list[str]:
    """Make the databases that are missing, with their roles, and say which; ``passwords`` are by role.

    Raises :class:`OtherOwner` where one that is there is not its owner's.
    """
    rows = await connection.fetch("SELECT datname, pg_get_userbyid(datdba) AS owner FROM pg_database")
    owners = {row["datname"]: row["owner"] for row in rows}
    wanted = {name: roles for store in stores for name, roles in store.databases.items()}
    if others := [name for name in owners.keys() & wanted.keys() if owners[name] != wanted[name][0]]:
        raise OtherOwner(others)
    missing = sorted(wanted.keys() - owners.keys())
    for name in missing:
        for role in wanted[name]:
            await provide_role(connection, role, passwords[role])
        await make_database(connection, name, wanted[name])
    if missing:
        for name in ("postgres", "template1"):
            await close_to_others(connection, name)
    return missing


async def provide_role(connection: asyncpg.Connection, name: str, password: str) -> None:
    exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
    verb = "ALTER" if exists else "CREATE"
    await connection.execute(
        f"{verb} ROLE \"{name}\" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '{password}'"
    )


async def make_database(
    connection: asyncpg.Connection, name: str, roles: Sequence[str], how: str = ""
) -> None:
    """Make a database that belongs to the first of the roles and that only these may open."""
    await connection.execute(f'CREATE DATABASE "{name}" OWNER "{roles[0]}" {how}')
    await close_to_others(connection, name, roles)


async def close_to_others(connection: asyncpg.Connection, database: str, roles: Sequence[str] = ()) -> None:
    """PostgreSQL lets every role connect to every database until told otherwise."""
    admitted = "".join(f'GRANT CONNECT ON DATABASE "{database}" TO "{role}";' for role in roles)
    await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC;{admitted}')
