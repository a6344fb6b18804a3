"""What is a server's being away, and what is a fault of our own."""

from __future__ import annotations

import asyncpg
import pytest
import sqlalchemy as sa
from mash.db.outage import is_outage
from mash.messaging.handlers import Wait


def create_database_error(cause: asyncpg.PostgresError, *, is_lost: bool = False) -> sa.exc.DBAPIError:
    return sa.exc.DBAPIError("SELECT 1", {}, cause, connection_invalidated=is_lost)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(111, "Connect call failed"),
        TimeoutError(),
        sa.exc.TimeoutError("QueuePool limit reached"),
        create_database_error(asyncpg.CannotConnectNowError("starting up")),
        create_database_error(asyncpg.AdminShutdownError("shutting down")),
        create_database_error(asyncpg.TooManyConnectionsError("too many clients")),
        create_database_error(asyncpg.PostgresError("lost"), is_lost=True),
        asyncpg.ConnectionDoesNotExistError("closed in the middle of operation"),
    ],
    ids=lambda error: type(getattr(error, "orig", error)).__name__,
)
def test_a_server_that_is_away_is_an_outage(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        create_database_error(asyncpg.UniqueViolationError("duplicate key")),
        create_database_error(asyncpg.UndefinedTableError("no such table")),
        create_database_error(asyncpg.NumericValueOutOfRangeError("out of range")),
        FileNotFoundError(2, "No such file or directory", "key.json"),
        Wait("not here yet"),
        ValueError("wrong"),
    ],
    ids=lambda error: type(getattr(error, "orig", error)).__name__,
)
def test_a_fault_of_our_own_is_not(error: Exception) -> None:
    assert not is_outage(error)
