"""Words are readable in their own case alone, and in no case whose key was destroyed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
import sqlalchemy as sa
from mash.db.keys_table import data_key
from mash.db.outage import is_outage
from mash.db.tables import case_key
from mash.hub import Hub
from mash.sealing.store_keys import make_store_keys
from mash.settings import ServiceSettings
from mash.vault import NoVault, Tampered, WordsGone, make_vault
from mash.vault.data_keys import MADE_AT_ONCE, OPEN_SECONDS
from mash.web.problems import status_of
from openmash_local.ports import free_port
from probe.store.tables import remark
from support.vaults import Vaults

WORDS = {"told": "Zoë says that her uncle hits her.", "ages": [7, None]}
SCAN = bytes(range(256))


@pytest_asyncio.fixture
async def hub(vaults: Vaults) -> Hub:
    return await vaults.open()


async def write_and_fail(hub: Hub, case: UUID) -> None:
    async with hub.transaction() as tx:
        await tx.sealed(remark, [{"contact_id": case, "words": "draft"}])
        await tx.execute(sa.text("SELECT * FROM no_such_table"))


async def keys_in_database(hub: Hub) -> int:
    async with hub.vault._data_keys._engine.connect() as connection:
        return int((await connection.execute(sa.select(sa.func.count()).select_from(data_key))).scalar_one())


@contextmanager
def counted(hub: Hub) -> Iterator[list[str]]:
    """The statements that are run on either database meanwhile."""
    run: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        run.append(statement)

    engines = [hub.engine.sync_engine, hub.vault._data_keys._engine.sync_engine]
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    yield run
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("words", [WORDS, "text", "", [], 0, False, "Łódź \x00 \N{PILE OF POO}"])
async def test_words_come_back_as_they_were(vaults: Vaults, hub: Hub, words: Any) -> None:
    case = uuid4()
    await vaults.write(hub, case, words=words, scan=SCAN)
    (row,) = await vaults.read(hub, case)
    assert (row.words, row["scan"], row._mapping["contact_id"]) == (words, SCAN, case)


async def test_what_is_not_there_stays_so_and_takes_no_key(vaults: Vaults, hub: Hub) -> None:
    case = uuid4()
    await vaults.write(hub, case, words=None, scan=None)
    (row,) = await vaults.read(hub, case)
    assert (row.words, row.scan) == (None, None)
    assert await keys_in_database(hub) == 0


async def test_the_store_holds_no_word_in_clear(vaults: Vaults, hub: Hub) -> None:
    case = uuid4()
    await vaults.write(hub, case, words=WORDS, scan=SCAN)
    await vaults.write(hub, case, words=WORDS, scan=SCAN)
    async with hub.engine.connect() as connection:
        stored = (await connection.execute(sa.select(remark.c.words, remark.c.scan))).all()
    assert all(b"uncle" not in value and SCAN[:8] not in value for row in stored for value in row)
    assert len({row.words for row in stored}) == 2, "the same words are encrypted anew each time"


async def test_a_value_does_not_open_in_another_case_or_column(vaults: Vaults, hub: Hub) -> None:
    mine, theirs = uuid4(), uuid4()
    await vaults.write(hub, mine, theirs, words=WORDS, scan=SCAN)
    for change in (
        "words = (SELECT words FROM remark WHERE contact_id = :mine)",
        "words = scan",
        "words = set_byte(words, 40, get_byte(words, 40) # 1)",
        "words = set_byte(words, 0, 2)",
    ):
        async with hub.engine.connect() as connection:
            statement = sa.text(f"UPDATE remark SET {change} WHERE contact_id = :theirs")
            await connection.execute(statement, {"mine": mine, "theirs": theirs})
            rows = (await connection.execute(sa.select(remark))).all()
            with pytest.raises(Tampered):
                await hub.vault.open_rows({}, remark, rows)
    assert len(await vaults.read(hub, mine, theirs)) == 2


async def test_every_case_has_a_key_of_its_own_and_keeps_it(vaults: Vaults, hub: Hub) -> None:
    cases = [uuid4() for _ in range(3)]
    await vaults.write(hub, *cases, words=WORDS, scan=SCAN)
    await vaults.write(hub, *cases, words=WORDS, scan=SCAN)
    async with hub.engine.connect() as connection:
        rows = (await connection.execute(sa.select(case_key))).all()
    assert {row.case_id for row in rows} == set(cases)
    assert len({row.key_id for row in rows}) == 3
    assert await keys_in_database(hub) == MADE_AT_ONCE


async def test_two_first_writes_at_once_end_with_one_key(vaults: Vaults, hub: Hub) -> None:
    case = uuid4()
    await asyncio.gather(*(vaults.write(hub, case, words=WORDS) for _ in range(8)))
    assert len(await vaults.read(hub, case)) == 8
    await hub.vault.destroy([case])
    assert await keys_in_database(hub) == MADE_AT_ONCE - 1
    with pytest.raises(WordsGone):
        await vaults.read(hub, case)


async def test_a_key_whose_transaction_failed_is_no_key_of_the_case(vaults: Vaults, hub: Hub) -> None:
    case = uuid4()
    with pytest.raises(sa.exc.ProgrammingError):
        await write_and_fail(hub, case)
    await vaults.write(hub, case, words=WORDS, scan=SCAN)
    await hub.vault.destroy([case])
    with pytest.raises(WordsGone):
        await vaults.read(hub, case)


async def test_a_hundred_cases_are_sealed_by_one_query_and_opened_by_one(vaults: Vaults, hub: Hub) -> None:
    cases = [uuid4() for _ in range(100)]
    async with hub.transaction() as tx:
        with counted(hub) as run:
            await tx.sealed(remark, [{"contact_id": case, "words": "x"} for case in cases])
        assert len(run) == 2, "one for the keys that are made ahead, one to assign them"
        with counted(hub) as run:
            await tx.sealed(remark, [{"contact_id": case, "words": "x"} for case in cases])
        assert run == []
    await vaults.write(hub, *cases, words=WORDS, scan=SCAN)
    other = await vaults.open(hub)
    with counted(other) as run:
        await vaults.read(other, *cases)
    assert len(run) == 2, "one for the rows, one for their keys"
    with counted(other) as run:
        await vaults.read(other, *cases)
    assert len(run) == 1


async def test_an_erased_case_cannot_be_read_anywhere_nor_written_again(vaults: Vaults, hub: Hub) -> None:
    case, kept = uuid4(), uuid4()
    await vaults.write(hub, case, kept, words=WORDS, scan=SCAN)
    other = await vaults.open(hub)
    assert len(await vaults.read(other, case, kept)) == 2
    await hub.vault.destroy([case])
    await hub.vault.destroy([case, uuid4()])
    with pytest.raises(WordsGone):
        await vaults.read(hub, case)
    with pytest.raises(WordsGone):
        await vaults.write(hub, case, words=WORDS, scan=SCAN)
    vaults.timer.seconds += OPEN_SECONDS
    with pytest.raises(WordsGone) as refused:
        await vaults.read(other, case)
    assert status_of(refused.value) == 404
    assert len(await vaults.read(other, kept)) == 1


async def test_without_its_keys_database_or_its_file_nothing_opens(
    vaults: Vaults, hub: Hub, tmp_path: Path
) -> None:
    case = uuid4()
    await vaults.write(hub, case, words=WORDS, scan=SCAN)
    stranger = await vaults.open()
    make_store_keys(tmp_path / "other.json")
    for told in (
        {"keys_database_url": stranger.settings.keys_database_url},
        {"store_keys_file": str(tmp_path / "other.json")},
    ):
        other = await vaults.open(hub, **told)
        with pytest.raises(Exception, match=r"erased|does not open"):
            await vaults.read(other, case)


async def test_a_keys_database_that_is_away_is_an_outage_and_no_erasing(vaults: Vaults, hub: Hub) -> None:
    case = uuid4()
    await vaults.write(hub, case, words=WORDS)
    away = sa.make_url(hub.settings.keys_database_url).set(port=free_port())
    other = await vaults.open(hub, keys_database_url=away.render_as_string(hide_password=False))
    with pytest.raises((OSError, sa.exc.DBAPIError)) as failed:
        await vaults.read(other, case)
    assert is_outage(failed.value)


def test_digests_are_the_service_s_own(hub: Hub) -> None:
    assert hub.vault.digest("944 476 5919") == hub.vault.digest(b"944 476 5919")
    assert hub.vault.digest("944 476 5919") != hub.vault.digest("944 476 5918")


@pytest.mark.parametrize("missing", ["keys_database_url", "store_keys_file"])
def test_a_service_that_keeps_words_does_not_start_without_its_keys(hub: Hub, missing: str) -> None:
    def told(environment: str) -> ServiceSettings:
        without = {"keys_database_url": ""} if missing == "keys_database_url" else {"store_keys_file": None}
        return hub.settings.model_copy(update={"environment": environment, **without})

    assert make_vault(told("test"), hub.engine, hub.clock) is None
    with pytest.raises(NoVault, match="STORE_KEYS_FILE"):
        make_vault(told("production"), hub.engine, hub.clock)
