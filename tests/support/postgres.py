"""A real PostgreSQL for tests, and databases that are copied from a migrated template.

A database has the roles that it has in production. What a test is given is the URL of the running service's;
``owner_url`` and the like give the others'.
"""

from __future__ import annotations

import asyncio
import itertools
import os
import shutil
import tempfile
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import docker
import docker.errors
import pytest
import sqlalchemy as sa
from mash.service_cli import migrate
from openmash_local.databases import Store, connect_when_ready, make_database, provide_role
from openmash_local.parts import WITHOUT_WORDS
from openmash_local.ports import free_port
from openmash_local.postgres import prepare_server

PASSWORD = "test"
_END_OTHERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
)
# All of a database that its migrations and nobody else make: who owns and may do what, columns, functions,
# triggers.
_SHAPE = """
WITH ours AS (
    SELECT oid, relname, relowner, relacl FROM pg_class WHERE relnamespace = 'public'::regnamespace
), shape (part) AS (
    SELECT format('%s %s %s', relname, relowner, relacl) FROM ours
    UNION ALL SELECT format('%s.%s %s', relname, attname, attacl)
    FROM ours JOIN pg_attribute ON attrelid = ours.oid AND attnum > 0
    UNION ALL SELECT format('%s %s %s %s', proname, proowner, proacl, md5(prosrc))
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT format('%s %s', tgname, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT format('%s %s', nspname, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_t'
) SELECT md5(string_agg(part, ',' ORDER BY part)) FROM shape
"""
# As one who replicates, so that the triggers that keep rows from going stand back.
_EMPTY = """
DO $$ DECLARE filled text;
BEGIN
    SET LOCAL session_replication_role = replica;
    SELECT string_agg(oid::regclass::text, ', ') INTO filled FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
    AND pg_relation_size(oid) > 0;
    IF filled IS NOT NULL THEN
        EXECUTE 'TRUNCATE ' || filled || ' RESTART IDENTITY CASCADE';
    END IF;
END $$
"""


@dataclass(frozen=True)
class Server:
    """Where a server is, and its superuser's password."""

    host: str
    port: int
    password: str

    def url(self, database: str, role: str = "postgres", password: str | None = None) -> str:
        return f"postgresql://{role}:{password or self.password}@{self.host}:{self.port}/{database}"

    def service_url(self, database: str, role: str) -> str:
        """What a service is told of a database, for SQLAlchemy."""
        return self.url(database, role, PASSWORD).replace("postgresql://", "postgresql+asyncpg://", 1)


@contextmanager
def open_folder() -> Iterator[Path]:
    """A folder that the database's own user may pass through, which it may not where pytest keeps its own."""
    folder = Path(tempfile.mkdtemp(prefix="openmash-test-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def embedded_server() -> Iterator[Server]:
    """The wheel's PostgreSQL in a folder of its own, which does not wait for the disk."""
    with open_folder() as folder:
        server = prepare_server(folder, free_port(), durable=False)
        server.initialise(PASSWORD)
        with (folder / "postgres.log").open("ab") as log:
            process = server.start(log)
        try:
            asyncio.run(_until_ready(server.url("postgres", password=PASSWORD)))
            yield Server("127.0.0.1", server.port, PASSWORD)
        finally:
            server.stop(process)


def wants_container() -> bool:
    """Whether PostgreSQL in a container was asked for, and Docker is there to run it."""
    if os.environ.get("OPENMASH_TEST_CONTAINERS") != "1":
        return False
    try:
        return bool(docker.from_env().ping())
    except docker.errors.DockerException:
        return False


@contextmanager
def container_server() -> Iterator[Server]:
    """PostgreSQL in a container, where a test run is to use the image that production uses."""
    from testcontainers.postgres import PostgresContainer

    with PostgresContainer("postgres:17-alpine", username="postgres", password=PASSWORD) as container:
        yield Server(container.get_container_host_ip(), int(container.get_exposed_port(5432)), PASSWORD)


async def _until_ready(url: str) -> None:
    await (await connect_when_ready(url)).close()


def owner_url(url: str) -> str:
    """The URL of a service's database for the role that owns its tables."""
    return _for_role(url, "owner")


def auditor_url(url: str) -> str:
    """The URL of a service's database for the role that may read its audit and nothing else."""
    return _for_role(url, "auditor")


def keys_url(url: str) -> str:
    """The URL of the keys' database that belongs to a service's database."""
    keys = sa.make_url(_for_role(url, "keys"))
    return keys.set(database=f"{keys.database}_keys").render_as_string(hide_password=False)


@asynccontextmanager
async def as_owner(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection to a service's database with the rights that the service itself does not have."""
    connection = await asyncpg.connect(owner_url(url).replace("+asyncpg", "", 1))
    try:
        yield connection
    finally:
        await connection.close()


def _for_role(url: str, which: str) -> str:
    given = sa.make_url(url)
    return given.set(username=f"{given.username}_{which}").render_as_string(hide_password=False)


def store_of(service: str) -> Store:
    return Store(service.replace("-", "_"), keeps_words=service != WITHOUT_WORDS)


class Databases:
    """Makes databases of a service: the first migrates a template, the others are copies of it.

    To copy a database takes long, so that those that a test has done with are emptied and used again.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._shapes: dict[str, str] = {}
        self._free: defaultdict[str, list[str]] = defaultdict(list)
        self._numbers = itertools.count(1)

    async def make(self, service: str) -> str:
        """Return the URL, for SQLAlchemy, of a new and empty database of ``service``.

        Where the service keeps words there is an empty database of keys beside it.
        """
        store = store_of(service)
        free = self._free[store.name]
        made = Store(free.pop() if free else f"{store.name}_{next(self._numbers)}", store.keeps_words)
        connection = await asyncpg.connect(self._server.url("postgres"))
        try:
            if store.name not in self._shapes:
                await self._make_templates(connection, store)
            there = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
            for (template, roles), name in zip(store.databases.items(), made.databases, strict=True):
                if name not in there:
                    how = f'TEMPLATE "{_template(template)}" STRATEGY file_copy'
                    await make_database(connection, name, roles, how)
        finally:
            await connection.close()
        return self._server.service_url(made.name, store.name)

    async def drop(self, url: str) -> None:
        """Empty what ``make`` gave. What a test has changed in more than its rows goes altogether."""
        name = str(sa.make_url(url).database)
        service = name.rpartition("_")[0]
        for database, template in {name: service, f"{name}_keys": f"{service}_keys"}.items():
            if template in self._shapes and not await self._empty(database, self._shapes[template]):
                connection = await asyncpg.connect(self._server.url("postgres"))
                try:
                    await connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
                finally:
                    await connection.close()
        self._free[service].append(name)

    async def _empty(self, name: str, shape: str) -> bool:
        """Take the rows out of a database, if it is there and of its template's shape still."""
        try:
            connection = await asyncpg.connect(self._server.url(name))
        except asyncpg.InvalidCatalogNameError:
            return False
        try:
            await connection.execute(_END_OTHERS)
            if await connection.fetchval(_SHAPE) != shape:
                return False
            await connection.execute(_EMPTY)
        finally:
            await connection.close()
        return True

    async def _make_templates(self, connection: asyncpg.Connection, store: Store) -> None:
        for name, roles in store.databases.items():
            for role in roles:
                await provide_role(connection, role, PASSWORD)
            await make_database(connection, _template(name), roles)
        # Alembic runs a loop of its own, so it needs a thread of its own.
        await asyncio.to_thread(migrate_store, self._server, store, store.name, _template)
        for name in store.databases:
            template = await asyncpg.connect(self._server.url(_template(name)))
            self._shapes[name] = await template.fetchval(_SHAPE)
            await template.close()


def _template(name: str) -> str:
    return f"template_{name}"


def migrate_store(
    server: Server, store: Store, package: str, named: Callable[[str], str] = lambda name: name
) -> None:
    """Migrate the databases of a store, which have other names where ``named`` gives them others."""
    url = server.service_url(named(store.name), store.name)
    told = {"DATABASE_URL": url, "MIGRATION_DATABASE_URL": owner_url(url)}
    if store.keeps_words:
        told["KEYS_DATABASE_URL"] = server.service_url(named(store.keys), store.keys)
    with pytest.MonkeyPatch.context() as environment:
        for name, value in told.items():
            environment.setenv(name, value)
        migrate(package)
