"""The one table of a service's keys database: the data keys of its cases, each wrapped by the service's own.

It is in a database apart from the words that the keys encrypt, so that a key that was destroyed is not in the
backups of those words.
"""

from __future__ import annotations

import asyncio

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

_metadata = sa.MetaData()

data_key = sa.Table(
    "data_key",
    _metadata,
    sa.Column("key_id", sa.Uuid, primary_key=True),
    sa.Column("wrapped", sa.LargeBinary, nullable=False),
    sa.Column("kek_id", sa.Text, nullable=False),
    sa.Column("made_at", sa.TIMESTAMP(timezone=True), nullable=False),
)


def install_keys_table(url: str) -> None:
    """Make the table in the keys database at ``url``, unless it is there."""
    asyncio.run(_install(url))


async def _install(url: str) -> None:
    engine = create_async_engine(url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(_metadata.create_all)
        # PostgreSQL lets every role open every database until told otherwise.
        await connection.execute(sa.text(f'REVOKE ALL ON DATABASE "{engine.url.database}" FROM PUBLIC'))
    await engine.dispose()
