"""The walls between the stores, tried from the wrong side with every role that there is.

The stores are laid out by what lays out the hub on a developer's machine, and migrated as it migrates them.
Each thing that is refused is done as well by somebody who may, so that it is not refused for being a slip.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

import asyncpg
import pytest
from mash.audit import Line
from openmash_local.databases import Store, provide_databases
from openmash_local.parts import STORES, databases, roles, stores
from support.postgres import PASSWORD, Server, migrate_store
from support.store_attempts import ON_THE_SERVER, ON_THE_STORE, PASSED_ON

pytestmark = pytest.mark.requirement("SEAL-03")

OPENS = {
    role: {name for name, admitted in store.databases.items() if role in admitted}
    for store in stores()
    for role in store.roles
}
SHARED = {"postgres", "template1"}


@pytest.fixture(scope="module")
def server(postgres: Server) -> Server:
    """A server with the store of every service and every agency, and a line in the audit of each."""
    asyncio.run(_lay_out(postgres))
    for part in STORES:
        assert part.store
        migrate_store(postgres, part.store, part.package)
    asyncio.run(_write_audits(postgres))
    return postgres


async def _lay_out(postgres: Server) -> None:
    async with _connected(postgres.url("postgres")) as superuser:
        await provide_databases(superuser, stores(), dict.fromkeys(roles(), PASSWORD))


async def _write_audits(postgres: Server) -> None:
    for store in stores():
        async with as_role(postgres, store.name, store.name) as service:
            await append(service)


async def append(connection: asyncpg.Connection) -> UUID:
    """Add a line to the audit in the one way there is."""
    line = Line(uuid4(), datetime.now(UTC), "somebody", "contact.viewed", uuid4(), None, "a test", {})
    await connection.execute("SELECT append_audit($1::jsonb)", json.dumps([line.as_row(0)]))
    return line.id


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


def as_role(server: Server, role: str, database: str) -> AbstractAsyncContextManager[asyncpg.Connection]:
    return _connected(server.url(database, role, PASSWORD))


async def is_refused(connection: asyncpg.Connection, attempt: str) -> bool:
    """Whether the role may not; False as well where it may and something else stood in the way."""
    try:
        await connection.execute(attempt)
    except asyncpg.InsufficientPrivilegeError:
        return True
    except (asyncpg.RaiseError, asyncpg.ActiveSQLTransactionError, asyncpg.UndefinedFileError):
        return False
    return False


async def audit_of(superuser: asyncpg.Connection) -> list[asyncpg.Record]:
    rows: list[asyncpg.Record] = await superuser.fetch("SELECT * FROM audit ORDER BY chain, seq")
    return rows


@pytest.mark.requirement("RET-01")
class TestOpeningADatabase:
    @pytest.mark.parametrize("role", roles())
    async def test_each_role_opens_its_own_and_no_other(self, server: Server, role: str) -> None:
        opened = set()
        for database in {*databases(), *SHARED}:
            try:
                async with as_role(server, role, database) as connection:
                    assert await connection.fetchval("SELECT current_user") == role
            except asyncpg.InsufficientPrivilegeError:
                continue
            opened.add(database)
        assert opened == OPENS[role]

    def test_every_part_has_a_store_of_its_own(self) -> None:
        assert len(OPENS) == len(roles()) == len(set(roles()))
        assert set.union(*OPENS.values()) == set(databases())

    @pytest.mark.parametrize("role", roles())
    async def test_nobody_opens_one_without_the_password(self, server: Server, role: str) -> None:
        for database in OPENS[role]:
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(server.url(database, role, "guessed"))


EACH_STORE = pytest.mark.parametrize("store", stores(), ids=lambda store: store.name)


@EACH_STORE
class TestWhatTheOwnerMayDo:
    async def test_is_refused_to_the_running_service(self, server: Server, store: Store) -> None:
        async with _connected(server.url(store.name)) as superuser:
            before = await audit_of(superuser)
            async with as_role(server, store.name, store.name) as service:
                assert await not_refused(service, store, ON_THE_STORE) == []
            assert before
            assert await audit_of(superuser) == before

    async def test_is_refused_to_the_auditor(self, server: Server, store: Store) -> None:
        async with as_role(server, store.auditor, store.name) as auditor:
            assert await not_refused(auditor, store, ON_THE_STORE) == []

    async def test_is_no_slip(self, server: Server, store: Store) -> None:
        async with as_role(server, store.owner, store.name) as owner:
            assert await not_refused(owner, store, ON_THE_STORE, undone=True) == list(ON_THE_STORE)

    async def test_is_nothing_that_can_be_passed_on(self, server: Server, store: Store) -> None:
        async with _connected(server.url(store.name)) as superuser:
            before = await rights_in(superuser)
            for role in (store.name, store.auditor):
                async with as_role(server, role, store.name) as connection:
                    await not_refused(connection, store, PASSED_ON)
            assert await rights_in(superuser) == before
            assert await not_refused(superuser, store, PASSED_ON, undone=True) == list(PASSED_ON)


class TestWhatOnlyTheServerItselfMayDo:
    @pytest.mark.parametrize("role", roles())
    async def test_is_refused_to_every_role(self, server: Server, role: str) -> None:
        (store,) = [store for store in stores() if role in store.roles]
        (database,) = OPENS[role]
        async with as_role(server, role, database) as connection:
            assert await not_refused(connection, store, ON_THE_SERVER) == []

    async def test_is_no_slip(self, server: Server) -> None:
        (store, *_) = stores()
        async with _connected(server.url(store.name)) as superuser:
            assert await not_refused(superuser, store, ON_THE_SERVER, undone=True) == list(ON_THE_SERVER)

    @pytest.mark.parametrize("role", roles())
    async def test_no_role_brings_in_what_reaches_beyond_its_database(
        self, server: Server, role: str
    ) -> None:
        (store,) = [store for store in stores() if role in store.roles]
        (database,) = OPENS[role]
        owns = role in (store.owner, store.keys)
        async with as_role(server, role, database) as connection:
            # What the server trusts stays within a database, and its owner may add it.
            found = await connection.fetch(
                "SELECT DISTINCT name FROM pg_available_extension_versions "
                "WHERE NOT installed AND NOT (trusted AND $1)",
                owns,
            )
            wanted = [f'CREATE EXTENSION "{row["name"]}"' for row in found]
            assert wanted
            assert await not_refused(connection, store, wanted) == []


async def not_refused(
    connection: asyncpg.Connection, store: Store, attempts: Sequence[str], *, undone: bool = False
) -> list[str]:
    """Try each and say which the role may do; ``undone`` leaves all as it was."""
    found = []
    table = await connection.fetchval("SELECT coalesce(to_regclass('inbox'), to_regclass('data_key'))::text")
    for attempt in attempts:
        change = connection.transaction()
        if undone:
            await change.start()
        if not await is_refused(connection, attempt.format(**said(store), table=table)):
            found.append(attempt)
        if undone:
            await change.rollback()
    return found


def said(store: Store) -> dict[str, str]:
    return {"role": store.name, "owner": store.owner, "auditor": store.auditor}


async def rights_in(superuser: asyncpg.Connection) -> list[list[asyncpg.Record]]:
    catalogues = {
        "pg_class": "relacl",
        "pg_proc": "proacl",
        "pg_namespace": "nspacl",
        "pg_database": "datacl",
    }
    return [
        await superuser.fetch(f"SELECT oid, {rights}::text FROM {name} ORDER BY oid")
        for name, rights in catalogues.items()
    ]


class TestWhatEachMayDo:
    """Beside all that is refused: its work."""

    @EACH_STORE
    async def test_a_service_works_with_its_tables_and_adds_to_its_audit(
        self, server: Server, store: Store
    ) -> None:
        async with as_role(server, store.name, store.name) as service:
            id = await append(service)
            assert await service.fetchval("SELECT subject FROM audit WHERE id = $1", id) == "somebody"
            await service.execute("INSERT INTO inbox VALUES ('test', gen_random_uuid(), now())")
            await service.execute("UPDATE inbox SET received_at = now()")
            assert await service.execute("DELETE FROM inbox") == "DELETE 1"

    @EACH_STORE
    async def test_an_auditor_reads_the_audit_and_nothing_else(self, server: Server, store: Store) -> None:
        readable = set()
        async with _connected(server.url(store.name)) as superuser:
            tables = await superuser.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        async with as_role(server, store.auditor, store.name) as auditor:
            for (table,) in tables:
                if not await is_refused(auditor, f"SELECT FROM {table}"):
                    readable.add(table)
            assert await is_refused(auditor, "SELECT append_audit('[]')")
        assert readable == {"audit", "audit_head", "audit_signature", "witness"}

    @pytest.mark.parametrize(
        "store", [store for store in stores() if store.keeps_words], ids=lambda store: store.name
    )
    async def test_the_keys_can_be_destroyed_by_the_role_that_opens_them(
        self, server: Server, store: Store
    ) -> None:
        async with as_role(server, store.keys, store.keys) as keys:
            await keys.execute("INSERT INTO data_key VALUES (gen_random_uuid(), 'wrapped', 'a key', now())")
            assert await keys.execute("DELETE FROM data_key") == "DELETE 1"

    async def test_nobody_sees_what_another_role_asks_the_server(self, server: Server) -> None:
        async with (
            as_role(server, "intake", "intake") as asking,
            as_role(server, "screening", "screening") as looking,
        ):
            await asking.execute("SELECT 'a name'")
            seen = await looking.fetch("SELECT query FROM pg_stat_activity WHERE usename = 'intake'")
        assert seen
        assert {row["query"] for row in seen} == {"<insufficient privilege>"}
