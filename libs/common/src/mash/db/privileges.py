"""What the role of a running service may not have in its database, looked at before the service starts.

A service that could change its own audit, or its tables, would be believed by nobody once it was taken over.
The rights are given by ``migrate`` (``mash.db.migrations``), which works as another role, the owner.
"""

from __future__ import annotations

import asyncio
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from mash.db.outage import is_outage

log = structlog.get_logger()

LOOK_AGAIN_SECONDS: Final = 1.0

# What a role that has it does, and the question whether this one has it.
_TOO_MUCH: Final = {
    "is a superuser, or may make roles or databases": """
        SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
        FROM pg_roles WHERE rolname = current_user""",
    "belongs to another role": """
        SELECT EXISTS (SELECT FROM pg_auth_members JOIN pg_roles ON pg_roles.oid = member
                       WHERE rolname = current_user)""",
    "owns tables or functions": """
        SELECT EXISTS (SELECT FROM pg_shdepend JOIN pg_roles ON pg_roles.oid = refobjid
                       WHERE deptype = 'o' AND rolname = current_user)""",
    "logs in to a database that every role may open": """
        SELECT has_database_privilege('public', current_database(), 'CONNECT')""",
    "may make tables": """
        SELECT has_schema_privilege('public', 'CREATE')
            OR has_database_privilege(current_database(), 'CREATE, TEMPORARY')""",
    "may change the audit": """
        SELECT bool_or(has_table_privilege(name, 'INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER')
                       OR has_any_column_privilege(name, 'INSERT, UPDATE, REFERENCES'))
        FROM unnest(ARRAY['audit', 'audit_head']) AS name""",
}


class TooManyRights(Exception):
    """The role that the service logs in as could do what only the owner of its tables should."""


async def require_few_rights(engine: AsyncEngine) -> None:
    """Raise :class:`TooManyRights`, naming all that the role has too much.

    A database that is away is waited for.
    """
    while True:
        try:
            async with engine.connect() as connection:
                return await _require_few_rights(connection)
        except (OSError, TimeoutError, sa.exc.SQLAlchemyError) as error:
            if not is_outage(error):
                raise
            log.warning("database_away")
            await asyncio.sleep(LOOK_AGAIN_SECONDS)


async def _require_few_rights(connection: AsyncConnection) -> None:
    found = [words for words, asked in _TOO_MUCH.items() if await connection.scalar(sa.text(asked))]
    if found:
        role = await connection.scalar(sa.text("SELECT current_user"))
        raise TooManyRights(
            f"DATABASE_URL logs in as {role}, which {'; '.join(found)}. Name the service's own role there, "
            "and the owner in MIGRATION_DATABASE_URL, which is told to `migrate` alone."
        )
