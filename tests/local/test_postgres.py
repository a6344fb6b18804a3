"""The embedded PostgreSQL: who may connect to what, and what becomes of a start that was cut off."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
import pytest_asyncio
from openmash_local.databases import OtherOwner, Store, provide_databases
from openmash_local.ports import free_port
from openmash_local.postgres import CannotRunPostgres, PostgresServer, prepare_server, remove_data
from support.postgres import Server, open_folder

STORES = (Store("one"), Store("two"))
PASSWORDS = {role: f"of {role}" for store in STORES for role in store.roles}


@pytest_asyncio.fixture
async def admin(postgres: Server) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(postgres.url("postgres"))
    await provide_databases(connection, STORES, PASSWORDS)
    yield connection
    await connection.close()


class TestRoles:
    @pytest.mark.parametrize(("database", "role"), [("one", "one_owner"), ("one_keys", "one_keys")])
    async def test_own_a_database_each(
        self, admin: asyncpg.Connection, postgres: Server, database: str, role: str
    ) -> None:
        connection = await asyncpg.connect(postgres.url(database, role, PASSWORDS[role]))
        await connection.execute("CREATE TABLE IF NOT EXISTS mine (id int)")
        assert await connection.fetchval("SELECT count(*) FROM mine") == 0
        await connection.close()

    @pytest.mark.parametrize("role", ["one", "one_auditor"])
    async def test_that_only_use_a_database_make_nothing_in_it(
        self, admin: asyncpg.Connection, postgres: Server, role: str
    ) -> None:
        connection = await asyncpg.connect(postgres.url("one", role, PASSWORDS[role]))
        for statement in (
            "CREATE TABLE mine (id int)",
            "CREATE TEMP TABLE mine (id int)",
            "CREATE SCHEMA mine",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
        await connection.close()

    async def test_need_their_password(self, admin: asyncpg.Connection, postgres: Server) -> None:
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(postgres.url("one", "one", PASSWORDS["one_owner"]))

    async def test_are_made_once(self, admin: asyncpg.Connection) -> None:
        assert await provide_databases(admin, STORES, dict.fromkeys(PASSWORDS, "other")) == []

    async def test_of_an_earlier_version_are_not_taken_for_these(self, admin: asyncpg.Connection) -> None:
        await admin.execute("CREATE DATABASE earlier")
        with pytest.raises(OtherOwner, match="earlier"):
            await provide_databases(admin, [Store("earlier")], {})
        await admin.execute("DROP DATABASE earlier")

    async def test_have_no_keys_apart_where_no_words_are_kept(
        self, admin: asyncpg.Connection, postgres: Server
    ) -> None:
        plain = Store("plain", keeps_words=False)
        made = await provide_databases(admin, [plain], dict.fromkeys(plain.roles, "secret"))
        assert made == ["plain"]

    async def test_have_their_passwords_kept_as_scram(self, admin: asyncpg.Connection) -> None:
        kept = await admin.fetchval("SELECT rolpassword FROM pg_authid WHERE rolname = 'one'")
        assert kept.startswith("SCRAM-SHA-256$")


class TestInitialise:
    @pytest.fixture
    def server(self) -> Iterator[PostgresServer]:
        with open_folder() as folder:
            yield prepare_server(folder, free_port(), durable=False)

    def test_happens_once(self, server: PostgresServer) -> None:
        assert [server.initialise("secret"), server.initialise("secret")] == [True, False]

    def test_begins_again_where_it_was_cut_off(self, server: PostgresServer) -> None:
        unfinished = server.data.with_name("data.new")
        unfinished.mkdir()
        (unfinished / "PG_VERSION").write_text("18")

        assert server.initialise("secret")
        assert (server.data / "global" / "pg_control").exists()

    def test_leaves_no_password_behind(self, server: PostgresServer) -> None:
        server.initialise("a-password-to-look-for")
        held = [path.read_bytes() for path in server.data.parent.rglob("*") if path.is_file()]
        assert not any(b"a-password-to-look-for" in content for content in held)

    def test_says_what_is_wrong(self, server: PostgresServer) -> None:
        (server.data.parent / "data.new").write_text("a file where a folder should be")
        with pytest.raises(CannotRunPostgres, match="initdb failed"):
            server.initialise("secret")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root starts the server as another user")
class TestBelowAClosedFolder:
    def test_keeps_its_data_where_its_user_can_come(self) -> None:
        with open_folder() as folder:
            folder.chmod(0o700)
            state = folder / "state"
            state.mkdir()
            try:
                server = prepare_server(state, free_port(), durable=False)
                server.initialise("secret")

                assert folder not in server.data.parents
                assert server.data == (state / "postgres" / "data").resolve()
            finally:
                remove_data(state)
            assert not server.data.exists()
