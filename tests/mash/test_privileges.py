"""A service does not start as a role that could change its audit or its tables."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest
import sqlalchemy as sa
from asgi_lifespan import LifespanManager
from fastapi import FastAPI
from mash.db.privileges import TooManyRights, require_few_rights
from openmash_local.ports import free_port
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from support.postgres import Server, as_owner, owner_url
from support.services import create_application

pytestmark = pytest.mark.requirement("SEAL-03")

MakeDatabase = Callable[[str], Awaitable[str]]
# What an administrator might do to a role by mistake, and what is said of it.
SLIPS = {
    "GRANT INSERT ON audit TO probe": "may change the audit",
    "GRANT UPDATE (seq) ON audit_head TO probe": "may change the audit",
    "GRANT TRIGGER ON audit TO PUBLIC": "may change the audit",
    "ALTER TABLE outbox OWNER TO probe": "owns tables or functions",
    "ALTER FUNCTION wake_outbox() OWNER TO probe": "owns tables or functions",
    "GRANT CREATE ON SCHEMA public TO probe": "may make tables",
    "GRANT TEMPORARY ON DATABASE {database} TO probe": "may make tables",
    "GRANT CONNECT ON DATABASE {database} TO PUBLIC": "logs in to a database that every role may open",
}
# These hold for the whole server, and so are taken back.
SLIPS_OF_A_ROLE = {
    "ALTER ROLE probe BYPASSRLS": "is a superuser, or may make roles or databases",
    "GRANT pg_write_server_files TO probe": "belongs to another role",
}
TAKEN_BACK = "ALTER ROLE probe NOBYPASSRLS; REVOKE pg_write_server_files FROM probe"


@asynccontextmanager
async def engine_at(url: str) -> AsyncIterator[AsyncEngine]:
    engine = create_async_engine(url)
    yield engine
    await engine.dispose()


async def test_the_role_that_a_service_is_given_has_none_too_many(make_database: MakeDatabase) -> None:
    async with engine_at(await make_database("probe")) as engine:
        await require_few_rights(engine)


async def test_the_owner_of_the_tables_has_too_many(make_database: MakeDatabase) -> None:
    async with engine_at(owner_url(await make_database("probe"))) as engine:
        with pytest.raises(TooManyRights, match=r"probe_owner, which owns .* may change the audit"):
            await require_few_rights(engine)


@pytest.mark.parametrize(("slip", "said"), [*SLIPS.items(), *SLIPS_OF_A_ROLE.items()])
async def test_a_slip_of_an_administrator_is_named(
    make_database: MakeDatabase, postgres: Server, slip: str, said: str
) -> None:
    url = await make_database("probe")
    database = str(sa.make_url(url).database)
    superuser = await asyncpg.connect(postgres.url(database))
    try:
        await superuser.execute(slip.format(database=database))
        async with engine_at(url) as engine:
            with pytest.raises(TooManyRights, match=said):
                await require_few_rights(engine)
    finally:
        await superuser.execute(TAKEN_BACK)
        await superuser.close()


async def test_a_database_without_tables_is_no_reason_to_start(make_database: MakeDatabase) -> None:
    url = await make_database("probe")
    async with as_owner(url) as owner:
        await owner.execute("DROP TABLE audit")
    async with engine_at(url) as engine:
        with pytest.raises(sa.exc.ProgrammingError, match="audit"):
            await require_few_rights(engine)


class TestStarting:
    @pytest.fixture
    def start(self, make_store: Callable[[str], Awaitable[dict[str, str]]], tokens: Any, clock: Any) -> Any:
        @asynccontextmanager
        async def start(environment: str, as_whom: Callable[[str], str]) -> AsyncIterator[FastAPI]:
            store = await make_store("probe")
            settings = {
                **{"environment": environment, "log_level": "CRITICAL", "nats_url": ""},
                **tokens.settings(),
                **store,
                "database_url": as_whom(store["database_url"]),
            }
            application = create_application("probe", clock, settings)
            async with LifespanManager(application):
                yield application

        return start

    async def test_goes_on_as_the_service_s_own_role(self, start: Any) -> None:
        async with start("production", str) as application:
            assert application.state.started

    async def test_ends_as_the_owner(self, start: Any) -> None:
        with pytest.raises(TooManyRights):
            async with start("production", owner_url):
                pass

    async def test_waits_for_a_database_that_is_away(self, start: Any) -> None:
        def nowhere(url: str) -> str:
            return sa.make_url(url).set(port=free_port()).render_as_string(hide_password=False)

        with pytest.raises(TimeoutError):
            async with start("production", nowhere):
                pass
