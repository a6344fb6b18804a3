"""Migrations: one Alembic environment for all services.

A service's ``migrations/env.py`` calls :func:`run`; its first revision calls :func:`create_shared_tables`.
A revision is never edited once released: a change to the shared tables is a new ``version`` here and a
new revision in each service.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from alembic import command, context
from alembic.config import Config
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from mash.db import tables

_WAKE = """
CREATE FUNCTION wake_{table}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('{table}', ''); RETURN NULL; END $$;
CREATE TRIGGER wake_{table} AFTER INSERT OR UPDATE OF {column} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION wake_{table}();
"""

_APPEND_ONLY = """
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
"""


def _statements(sql: str) -> list[str]:
    return [
        part for part in sql.replace("$$;\n", "$$\x00").replace(");\n", ")\x00").split("\x00") if part.strip()
    ]


def create_shared_tables(op: Any, *, version: int) -> None:
    """Create the shared tables as they were at ``version``, and the triggers that belong to them."""
    if version != 1:
        raise ValueError(f"the shared tables have no version {version}")
    for table in (
        tables.outbox,
        tables.inbox,
        tables.dead_letter,
        tables.timer,
        tables.audit,
        tables.idempotency,
    ):
        table.to_metadata(sa.MetaData(naming_convention=tables._NAMING)).create(op.get_bind())
    for sql in (
        _WAKE.format(table="outbox", column="subject"),
        _WAKE.format(table="timer", column="due_at"),
        _APPEND_ONLY,
    ):
        for statement in _statements(sql):
            op.execute(statement)


def run(metadata: sa.MetaData) -> None:
    """Run the migrations that Alembic asks for; called by each service's ``migrations/env.py``."""
    url = os.environ.get("MIGRATION_DATABASE_URL") or os.environ["DATABASE_URL"]
    asyncio.run(_run_online(url, metadata))


async def _run_online(url: str, metadata: sa.MetaData) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(_upgrade, metadata)
        await connection.commit()
    await engine.dispose()


def _upgrade(connection: sa.Connection, metadata: sa.MetaData) -> None:
    context.configure(connection=connection, target_metadata=metadata, compare_type=True)
    with context.begin_transaction():
        # Two copies of a service may start at once; the second waits and then finds nothing to do.
        connection.execute(sa.text("SELECT pg_advisory_xact_lock(7230911)"))
        context.run_migrations()


def migrations_folder(package: ModuleType) -> Path:
    """Return the folder of a service's migrations, which lies beside its ``src``."""
    assert package.__file__ is not None
    return Path(package.__file__).resolve().parents[2] / "migrations"


def upgrade(package: ModuleType) -> None:
    """Bring the database named by ``DATABASE_URL`` to the newest revision of ``package``'s migrations."""
    config = Config()
    config.set_main_option("script_location", str(migrations_folder(package)))
    command.upgrade(config, "head")
