"""Accepted contacts a second over HTTP, as a ratio to the floor's inserts a second.

Both are one process on the same database server, each on a database with the same tables; neither is on
the bus, so that only the taking in is measured. They take turns, so that both meet the same machine.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
from mash.settings import ServiceSettings
from openmash_local.credentials import Credentials, load_credentials
from openmash_local.demo.client import Client
from openmash_local.layout import HOST, Layout
from openmash_local.parts import SERVICES, databases, environment
from openmash_local.ports import free_port, wait_until_listening

from benchmarks.families import CHANCE, create_family, create_form
from benchmarks.http_load import Load, request, send_all

CONNECTIONS = 16
REQUESTS = 1500
ROUNDS = 3
WARM_UP = 100


async def measure(layout: Layout, environment: Mapping[str, str]) -> list[tuple[Load, Load]]:
    """Return each round's load on intake, which is told of ``environment`` as well, and on the floor."""
    await _make_database(layout)
    told = {**_intake_environment(layout), **environment}
    async with (
        _serving(layout, _floor_environment(layout), "benchmarks.floor:app") as floor,
        _serving(layout, told, "intake.main:create", "--factory") as intake,
    ):
        headers = {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {Client(layout).token('portal', 'intake')}",
        }
        for url in (intake, floor):
            await send_all(url, _requests(url, headers, WARM_UP), CONNECTIONS)
        return [
            (
                await send_all(intake, _requests(intake, headers, REQUESTS), CONNECTIONS),
                await send_all(floor, _requests(floor, headers, REQUESTS), CONNECTIONS),
            )
            for _ in range(ROUNDS)
        ]


def _requests(url: str, headers: Mapping[str, str], count: int) -> list[bytes]:
    forms = (json.dumps(create_form(create_family(CHANCE), CHANCE)).encode() for _ in range(count))
    return [request(url, form, {**headers, "Idempotency-Key": os.urandom(12).hex()}) for form in forms]


def _credentials(layout: Layout) -> Credentials:
    return load_credentials(layout.secrets_file, databases())


def _admin_url(layout: Layout, database: str) -> str:
    password = _credentials(layout).superuser
    return f"postgresql://postgres:{password}@{HOST}:{layout.port('postgres')}/{database}"


async def _make_database(layout: Layout) -> None:
    connection = await asyncpg.connect(_admin_url(layout, "postgres"))
    for name in ("bench_intake", "bench_floor"):
        await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    for name in ("bench_intake", "bench_floor"):
        url = _admin_url(layout, name).replace("postgresql://", "postgresql+asyncpg://")
        command = [str(Path(sys.executable).with_name("intake")), "migrate"]
        await asyncio.to_thread(subprocess.run, command, env={**os.environ, "DATABASE_URL": url}, check=True)


def _floor_environment(layout: Layout) -> dict[str, str]:
    return {"FLOOR_DATABASE_URL": _admin_url(layout, "bench_floor")}


def _intake_environment(layout: Layout) -> dict[str, str]:
    part = next(part for part in SERVICES if part.name == "intake")
    own = environment(part, layout, _credentials(layout))
    database = _admin_url(layout, "bench_intake").replace("postgresql://", "postgresql+asyncpg://")
    pool = str(ServiceSettings.model_fields["database_pool_size"].default)
    return {**own, "DATABASE_URL": database, "NATS_URL": "", "DATABASE_POOL_SIZE": pool}


@asynccontextmanager
async def _serving(
    layout: Layout, told: dict[str, str], application: str, *options: str
) -> AsyncIterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", application, *options, "--port", str(port), "--no-access-log"]
    with (layout.state.parent / f"bench-{port}.log").open("wb") as log:
        server = await asyncio.create_subprocess_exec(
            *command, env={**os.environ, **told}, stdout=log, stderr=log
        )
    try:
        await wait_until_listening(port, within_seconds=30)
        yield f"http://{HOST}:{port}/v1/contacts"
    finally:
        server.terminate()
        await server.wait()
