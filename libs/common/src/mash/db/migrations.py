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
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from mash.db import tables

_WAKE = """
CREATE FUNCTION wake_{table}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN PERFORM pg_notify('{table}', ''); RETURN NULL; END $$;
CREATE TRIGGER wake_{table} AFTER INSERT OR UPDATE OF {column} ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION wake_{table}();
"""

# The server keeps the chain, so that the service's role needs no right to write to the audit, and two lines
# of one case never follow the same one. Heads are taken in the order of chains, and last in a transaction, so
# that two transactions never wait for each other. What comes back are the cases that a line's subject looked
# at although they are marked as being about that person's own family.
_AUDIT = """
CREATE FUNCTION append_audit(lines jsonb)
RETURNS TABLE(own_case uuid, own_partnership text, own_subject text) LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp AS
$$
DECLARE
  line record;
  head record;
BEGIN
  FOR line IN
    SELECT * FROM jsonb_to_recordset(lines) AS given(
      place int, id uuid, at timestamptz, subject text, action text, case_id uuid, chain uuid, purpose text,
      origin text, detail jsonb, digest text)
    ORDER BY chain, place
  LOOP
    INSERT INTO audit_head AS standing (chain, seq, hash)
    VALUES (line.chain, 1, sha256(int8send(1::int8) || decode(line.digest, 'hex')))
    ON CONFLICT (chain) DO UPDATE
    SET seq = standing.seq + 1,
        hash = sha256(standing.hash || int8send(standing.seq + 1) || decode(line.digest, 'hex'))
    RETURNING standing.seq, standing.hash INTO head;
    INSERT INTO audit (chain, seq, id, at, subject, action, case_id, purpose, origin, detail, hash)
    VALUES (line.chain, head.seq, line.id, line.at, line.subject, line.action, line.case_id, line.purpose,
            line.origin, line.detail, head.hash);
  END LOOP;
  RETURN QUERY
    SELECT DISTINCT own.contact_id, scope.partnership, own.subject
    FROM jsonb_to_recordset(lines) AS given(subject text, case_id uuid)
    JOIN case_person AS own ON own.contact_id = given.case_id AND own.subject = given.subject
    JOIN case_scope AS scope ON scope.contact_id = own.contact_id
    WHERE own.relation = 'own';
END $$;
REVOKE ALL ON FUNCTION append_audit(jsonb) FROM PUBLIC;
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
"""

# What a running service may do with its tables, and what whoever checks its audit may. Nobody else may
# so much as open the database, which PostgreSQL lets every role do until told otherwise.
_GRANTS = (
    'REVOKE ALL ON DATABASE "{database}" FROM PUBLIC',
    'GRANT CONNECT ON DATABASE "{database}" TO "{role}"',
    'GRANT USAGE ON SCHEMA public TO "{role}"',
    'GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "{role}"',
    'REVOKE INSERT, UPDATE, DELETE ON audit, audit_head, alembic_version FROM "{role}"',
    'REVOKE UPDATE, DELETE ON audit_signature, witness FROM "{role}"',
    'GRANT UPDATE (passed_on_at) ON witness TO "{role}"',
    'GRANT EXECUTE ON FUNCTION append_audit(jsonb) TO "{role}"',
)
_AUDITOR_GRANTS = (
    'GRANT CONNECT ON DATABASE "{database}" TO "{role}"',
    'GRANT USAGE ON SCHEMA public TO "{role}"',
    'GRANT SELECT ON audit, audit_head, audit_signature, witness TO "{role}"',
)


def _statements(sql: str) -> list[str]:
    """Split at the semicolons that end a statement, which those inside a function's body do not."""
    bodies = sql.split("$$")
    marked = (part if place % 2 else part.replace(";\n", "\x00") for place, part in enumerate(bodies))
    return [statement for statement in "$$".join(marked).split("\x00") if statement.strip()]


def create_shared_tables(op: Any, *, version: int) -> None:
    """Create the shared tables as they were at ``version``, and the triggers that belong to them."""
    if version != 1:
        raise ValueError(f"the shared tables have no version {version}")
    for table in tables.SHARED:
        table.to_metadata(sa.MetaData(naming_convention=tables._NAMING)).create(op.get_bind())
    for sql in (
        _WAKE.format(table="outbox", column="subject"),
        _WAKE.format(table="timer", column="due_at"),
        _AUDIT,
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
    """Bring the database named by ``DATABASE_URL`` to the newest revision of ``package``'s migrations.

    Where ``MIGRATION_DATABASE_URL`` names the role that owns the tables, that of ``DATABASE_URL`` is given
    the rights of a running service, and the role of the same name with ``_auditor`` at its end, where there
    is one, those of whoever checks the audit.
    """
    config = Config()
    config.set_main_option("script_location", str(migrations_folder(package)))
    command.upgrade(config, "head")
    owner = os.environ.get("MIGRATION_DATABASE_URL")
    if owner:
        asyncio.run(grant(owner, str(make_url(os.environ["DATABASE_URL"]).username)))


async def grant(owner_url: str, role: str) -> None:
    """Give ``role`` and its auditor what they may do in the owner's database, and nothing more."""
    engine = create_async_engine(owner_url, poolclass=NullPool)
    database, auditor = engine.url.database, f"{role}_auditor"
    async with engine.begin() as connection:
        known = sa.text("SELECT 1 FROM pg_roles WHERE rolname = :role")
        has_auditor = (await connection.execute(known, {"role": auditor})).scalar()
        for statement in _GRANTS:
            await connection.execute(sa.text(statement.format(role=role, database=database)))
        for statement in _AUDITOR_GRANTS if has_auditor else ():
            await connection.execute(sa.text(statement.format(role=auditor, database=database)))
    await engine.dispose()
