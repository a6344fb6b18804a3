"""A database and a login role a service, closed to every other role."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import asyncpg


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


async def provide_databases(connection: asyncpg.Connection, passwords: Mapping[str, str]) -> list[str]:
    """Make the roles and databases that are missing and say which; a role owns the database of its name."""
    rows = await connection.fetch("SELECT datname FROM pg_database")
    missing = sorted(passwords.keys() - {row["datname"] for row in rows})
    for name in missing:
        await provide_role(connection, name, passwords[name])
        await connection.execute(f'CREATE DATABASE "{name}" OWNER "{name}"')
        await close_to_others(connection, name)
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


async def close_to_others(connection: asyncpg.Connection, database: str) -> None:
    """PostgreSQL lets every role connect to every database until told otherwise."""
    await connection.execute(f'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC')
