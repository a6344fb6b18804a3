"""Keys are changed with an overlap, and a restored backup brings no erased case back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from mash.db.keys_table import data_key
from mash.sealing.cli import app
from mash.sealing.store_keys import make_store_keys, retire_store_key, rotate_store_keys, wrapping_keys
from mash.vault import StoreKeys, UnknownStoreKey, WordsGone
from mash.vault.data_keys import MADE_AT_ONCE
from support.vaults import Vaults
from typer.testing import CliRunner

WORDS = "Her aunt collects her."


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "intake.json"
    make_store_keys(path)
    return path


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_file_of_store_keys_is_closed_to_other_users(file: Path) -> None:
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    ["", "[]", '{"keys": []}', '{"keys": [{"kty": "oct", "kid": "x", "k": "dG9vIHNob3J0IGJ5IGZhcg"}]}'],
)
def test_a_file_that_is_not_in_order_stops_the_start(file: Path, content: str) -> None:
    file.write_text(content)
    with pytest.raises(ValueError, match=r"intake\.json"):
        StoreKeys(file)


def test_what_was_wrapped_before_a_rotation_opens_after_it(file: Path) -> None:
    keys = StoreKeys(file)
    wrapped, old = keys.wrap(b"k" * 32)
    digest = keys.digest("Testcase")
    new = rotate_store_keys(file)
    assert keys.newest == new != old
    assert keys.unwrap(wrapped, old) == b"k" * 32
    assert keys.digest("Testcase") == digest
    with pytest.raises(UnknownStoreKey):
        keys.unwrap(wrapped, new)


def test_the_newest_key_cannot_be_retired(file: Path) -> None:
    assert not retire_store_key(file, wrapping_keys(file)[0])
    old, new = wrapping_keys(file)[0], rotate_store_keys(file)
    assert [retire_store_key(file, new), retire_store_key(file, old)] == [False, True]
    assert wrapping_keys(file) == [new]


async def test_an_old_key_may_go_once_all_is_wrapped_anew(vaults: Vaults, file: Path) -> None:
    hub, case = await vaults.open(store_keys_file=str(file)), uuid4()
    await vaults.write(hub, case, words=WORDS)
    (old,) = wrapping_keys(file)
    run("rotate-store", file)
    told = ["rewrap", file, "--keys-database-url", hub.settings.keys_database_url]
    output = await asyncio.to_thread(run, *told)
    assert f"{MADE_AT_ONCE} data keys" in output
    assert f"retire-store {file} {old}" in output
    assert "0 data keys" in await asyncio.to_thread(run, *told)
    run("retire-store", file, old)
    again = await vaults.open(hub)
    assert [row.words for row in await vaults.read(again, case)] == [WORDS]


async def test_a_restored_backup_of_the_keys_is_cleared_of_erased_cases(vaults: Vaults) -> None:
    hub, erased, kept = await vaults.open(), uuid4(), uuid4()
    await vaults.write(hub, erased, kept, words=WORDS)
    engine = hub.vault._data_keys._engine
    async with engine.connect() as connection:
        backup: list[dict[str, Any]] = [
            dict(row) for row in (await connection.execute(sa.select(data_key))).mappings()
        ]
    await hub.vault.destroy([erased])
    async with engine.begin() as connection:
        await connection.execute(sa.delete(data_key))
        await connection.execute(sa.insert(data_key), backup)
    restored = await vaults.open(hub)
    assert len(await vaults.read(restored, erased)) == 1
    urls = ["--database-url", hub.settings.database_url, "--keys-database-url"]
    output = await asyncio.to_thread(run, "destroy-again", *urls, hub.settings.keys_database_url)
    assert output.startswith("1 keys")
    again = await vaults.open(hub)
    with pytest.raises(WordsGone):
        await vaults.read(again, erased)
    assert len(await vaults.read(again, kept)) == 1
