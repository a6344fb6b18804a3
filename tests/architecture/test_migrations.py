"""Each service's migrations have one end, and lead to the very tables the service uses."""

import importlib
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from mash.db.tables import SHARED
from sqlalchemy.ext.asyncio import create_async_engine
from support.architecture import ALL_SERVICES
from support.deployment import ROOT, package_of


def migrations(service: str) -> ScriptDirectory:
    return ScriptDirectory(str(ROOT / "services" / service / "migrations"))


def tables(service: str) -> sa.MetaData:
    found: sa.MetaData = importlib.import_module(f"{package_of(service)}.store.tables").metadata
    return found


@pytest.mark.parametrize("service", ALL_SERVICES)
class TestMigrations:
    def test_have_one_end(self, service: str) -> None:
        heads = migrations(service).get_heads()
        assert len(heads) == 1, (
            f"{service} has the ends {heads}. Make one follow the other by its down_revision."
        )

    def test_say_what_they_are_for(self, service: str) -> None:
        for script in migrations(service).walk_revisions():
            assert script.doc, f"{Path(script.path).name} has no docstring."

    async def test_lead_to_the_tables_that_are_used(
        self, service: str, make_database: Callable[[str], Awaitable[str]]
    ) -> None:
        engine = create_async_engine(await make_database(service))
        async with engine.connect() as connection:
            differences = await connection.run_sync(_differences, tables(service))
        await engine.dispose()
        assert differences == [], f"{service}: store/tables.py and the migrations differ. Write a revision."


def _differences(connection: sa.Connection, metadata: sa.MetaData) -> list[Any]:
    return list(
        compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata)
    )


# Counts of requests, which nobody queries for a caller.
OF_NO_CASE = {"public_count"}


@pytest.mark.parametrize("service", ALL_SERVICES)
def test_every_table_of_a_service_says_whose_partnership_a_row_is(service: str) -> None:
    shared = {table.name for table in SHARED}
    own = [table for name, table in tables(service).tables.items() if name not in shared | OF_NO_CASE]
    without = [table.name for table in own if "partnership" not in table.c and not table.foreign_keys]
    assert not without, (
        f"{service}: {without} have no `partnership`, by which every query is held to its caller."
    )
