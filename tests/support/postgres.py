"""A real PostgreSQL for tests, and databases that are copied from a migrated template."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import docker
import docker.errors
from mash.db.migrations import upgrade
from openmash_local.databases import close_to_others, connect_when_ready, provide_role
from openmash_local.ports import free_port
from openmash_local.postgres import prepare_server

PASSWORD = "test"


@dataclass(frozen=True)
class Server:
    """Where a server is, and its superuser's password."""

    host: str
    port: int
    password: str

    def url(self, database: str, role: str = "postgres", password: str | None = None) -> str:
        return f"postgresql://{role}:{password or self.password}@{self.host}:{self.port}/{database}"


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


class Databases:
    """Makes databases of a service: the first migrates a template, the others are copies of it."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._templates: dict[str, str] = {}
        self._numbers = itertools.count(1)

    async def make(self, service: str) -> str:
        """Return the URL, for SQLAlchemy, of a new and empty database of ``service``."""
        package = service.replace("-", "_")
        connection = await asyncpg.connect(self._server.url("postgres"))
        try:
            if package not in self._templates:
                self._templates[package] = await self._make_template(connection, package)
            name = f"{package}_{next(self._numbers)}"
            await connection.execute(
                f'CREATE DATABASE "{name}" OWNER "{package}" '
                f'TEMPLATE "{self._templates[package]}" STRATEGY file_copy'
            )
            await close_to_others(connection, name)
        finally:
            await connection.close()
        return self._service_url(name, package)

    async def drop(self, url: str) -> None:
        connection = await asyncpg.connect(self._server.url("postgres"))
        try:
            await connection.execute(f'DROP DATABASE "{urlsplit(url).path[1:]}" WITH (FORCE)')
        finally:
            await connection.close()

    async def _make_template(self, connection: asyncpg.Connection, package: str) -> str:
        name = f"template_{package}"
        await provide_role(connection, package, PASSWORD)
        await connection.execute(f'CREATE DATABASE "{name}" OWNER "{package}"')
        # Alembic runs a loop of its own, so it needs a thread of its own.
        await asyncio.to_thread(_migrate, package, self._service_url(name, package))
        return name

    def _service_url(self, database: str, role: str) -> str:
        url = self._server.url(database, role, PASSWORD)
        return url.replace("postgresql://", "postgresql+asyncpg://", 1)


def _migrate(package: str, url: str) -> None:
    before = os.environ.get("DATABASE_URL")
    os.environ["DATABASE_URL"] = url
    try:
        upgrade(importlib.import_module(package))
    finally:
        del os.environ["DATABASE_URL"]
        if before is not None:
            os.environ["DATABASE_URL"] = before
