"""Whoever has the hub's databases, streams and logs, and not its keys, reads nothing of anybody in them.

The words looked for are those of the story that the hub has just lived through: names, homes, dates of birth,
what was told of the children, what people wrote about them, and what the agencies returned.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import sqlalchemy as sa
from enquiry.store.tables import returned
from intake.store.tables import contact
from mash.hub import Hub
from mash.vault import Tampered, WordsGone
from openmash_local.broker import ADMIN, Broker
from openmash_local.credentials import Credentials, load_credentials
from openmash_local.layout import HOST, Layout
from openmash_local.parts import AGENCIES, SERVICES, STORES, environment, roles
from support.clock import FakeClock
from support.journeys import Played
from support.services import create_application
from support.written_words import WrittenWords

pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("journeys"),
    pytest.mark.timeout(300),
    pytest.mark.requirement("SEAL-04"),
]

WORDS = (
    "Testcase",
    "Mockford",
    "Ash Sample",
    "1 Sample Street",
    "RM1 9ZZ",
    "1990-01-20",
    "2017-05-14",
    "safeguarding.lead@sample-primary.example",
    # What was told, and what screeners and managers wrote.
    "hides under the bed",
    "flinches when voices are raised",
    "The children saw it",
    "has to be put together",
    "Three agencies each held a piece",
    # What the agencies hold, and what they returned.
    "shouting late at night",
    "kitchen door broken",
    "would not leave",
)
SOUGHT = WrittenWords(WORDS)


def reference(played: Played) -> str:
    """What is known to be there, so that a search that finds nothing at all is noticed."""
    return str(played.story.enquiry["reference"])


@pytest.fixture(scope="module")
def credentials(played: Played) -> Credentials:
    return load_credentials(played.layout.secrets_file, roles())


async def connect(layout: Layout, credentials: Credentials, database: str) -> asyncpg.Connection:
    where = {"host": HOST, "port": layout.port("postgres"), "database": database}
    return await asyncpg.connect(user="postgres", password=credentials.superuser, **where)


async def dump(layout: Layout, credentials: Credentials) -> bytes:
    """Every row of every table of every database, as text."""
    rows: list[str] = []
    for database in [name for part in STORES for name in (part.store.databases if part.store else ())]:
        connection = await connect(layout, credentials, database)
        tables = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        for (table,) in tables:
            found = await connection.fetch(f'SELECT row_to_json(one)::text FROM "{table}" AS one')
            rows += [f"{database}.{table} {row[0]}" for row in found]
        await connection.execute("CHECKPOINT")
        await connection.close()
    return "\n".join(rows).encode()


async def messages(layout: Layout) -> bytes:
    """Every message that is in a stream, with its headers."""
    client = await Broker.of(layout, AGENCIES).connect(ADMIN)
    try:
        stream, found = client.jetstream(), []
        for info in await stream.streams_info():
            for seq in range(info.state.first_seq, info.state.last_seq + 1):
                message = await stream.get_msg(str(info.config.name), seq)
                found.append(f"{message.subject} {message.headers} ".encode() + (message.data or b""))
        return b"\n".join(found)
    finally:
        await client.close()


class TestTheStory:
    def test_is_in_no_row_of_any_database(self, played: Played, credentials: Credentials) -> None:
        rows = asyncio.run(dump(played.layout, credentials))
        assert WrittenWords([reference(played)]).found_in(rows)
        assert SOUGHT.found_in(rows) == set()

    def test_is_in_no_file_of_the_databases(self, played: Played, credentials: Credentials) -> None:
        asyncio.run(dump(played.layout, credentials))
        files = (played.layout.state / "postgres").resolve()
        assert WrittenWords([reference(played)]).found_in_files(files)
        assert SOUGHT.found_in_files(files) == set()

    def test_is_in_no_message_of_any_stream(self, played: Played) -> None:
        found = asyncio.run(messages(played.layout))
        assert b"contact_id" in found
        assert SOUGHT.found_in(found) == set()

    def test_is_in_no_file_of_the_broker(self, played: Played) -> None:
        files = (played.layout.state / "nats").resolve()
        assert WrittenWords(["contact_id"]).found_in_files(files)
        assert SOUGHT.found_in_files(files) == set()

    def test_is_in_no_log(self, played: Played) -> None:
        assert WrittenWords(["request_id", "started"]).found_in_files(played.layout.logs)
        assert SOUGHT.found_in_files(played.layout.logs) == set()


def test_the_search_finds_each_word_however_it_is_written(tmp_path: Path) -> None:
    for number, needle in enumerate(SOUGHT.needles):
        (tmp_path / str(number)).write_bytes(b"\0x" + needle + b"x\n")
        assert SOUGHT.found_in(b"x" + needle)
    found = {line.partition(":")[0] for line in SOUGHT.found_in_files(tmp_path)}
    assert found == {str(path) for path in tmp_path.iterdir()}


def hub_of(name: str, layout: Layout, credentials: Credentials, **changes: str) -> Hub:
    """A service on the running one's stores that is not started itself."""
    part = next(one for one in SERVICES if one.name == name)
    told = {key.lower(): value for key, value in environment(part, layout, credentials).items()}
    hub: Hub = create_application(name, FakeClock(), {**told, **changes}).state.hub
    return hub


async def rows_of(hub: Hub, table: sa.Table) -> list[Any]:
    async with hub.engine.connect() as connection:
        return list((await connection.execute(sa.select(table))).mappings())


async def opened(hub: Hub, table: sa.Table, rows: list[Any]) -> list[Any]:
    try:
        return list(await hub.vault.open_rows({}, table, rows))
    finally:
        await hub.engine.dispose()
        await hub.vault.aclose()


@pytest.mark.parametrize(("name", "table"), [("intake", contact), ("enquiry", returned)])
class TestAStolenDatabase:
    async def test_is_read_by_the_service_itself(
        self, played: Played, credentials: Credentials, name: str, table: sa.Table
    ) -> None:
        hub = hub_of(name, played.layout, credentials)
        assert "Testcase" in str(await opened(hub, table, await rows_of(hub, table)))

    async def test_is_not_read_with_the_service_s_file_alone(
        self, played: Played, credentials: Credentials, name: str, table: sa.Table
    ) -> None:
        """As with the keys of another service's: the database is there, and this one's keys are not."""
        others = hub_of("screening", played.layout, credentials).settings.keys_database_url
        hub = hub_of(name, played.layout, credentials, keys_database_url=others)
        with pytest.raises(WordsGone):
            await opened(hub, table, await rows_of(hub, table))

    async def test_opens_no_row_that_was_moved_to_another_case(
        self, played: Played, credentials: Credentials, name: str, table: sa.Table
    ) -> None:
        hub = hub_of(name, played.layout, credentials)
        moved = [{**row, table.info["case"]: uuid4()} for row in await rows_of(hub, table)]
        with pytest.raises(Tampered):
            await opened(hub, table, moved)


def test_every_case_of_the_story_has_a_key_of_its_own(played: Played, credentials: Credentials) -> None:
    async def keys() -> list[tuple[UUID, UUID]]:
        connection = await connect(played.layout, credentials, "intake")
        rows = await connection.fetch("SELECT case_id, key_id FROM case_key")
        await connection.close()
        return [(row["case_id"], row["key_id"]) for row in rows]

    pairs = asyncio.run(keys())
    assert len(pairs) > 2
    assert len({key for _, key in pairs}) == len(pairs)
