"""The connection pool."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event, exc
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from mash.settings import ServiceSettings

KEYS_POOL_SIZE = 2


def make_engine(settings: ServiceSettings) -> AsyncEngine:
    """Return the service's pool of connections.

    A connection that the server has closed is not given out, so that a restarted database costs no request.
    The driver hears of the closing by itself; asking the server each time would cost three exchanges.
    """
    return _pool(settings.database_url, settings.database_pool_size, settings.service)


def make_keys_engine(settings: ServiceSettings) -> AsyncEngine:
    """Return the pool of connections to the keys database, which is asked rarely."""
    return _pool(settings.keys_database_url, KEYS_POOL_SIZE, settings.service)


def _pool(url: str, size: int, application: str) -> AsyncEngine:
    engine = create_async_engine(
        url,
        pool_size=size,
        max_overflow=size,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={
            "server_settings": {"application_name": application, "timezone": "UTC"},
            "timeout": 5,
            "command_timeout": 30,
        },
    )
    event.listen(engine.sync_engine, "checkout", _refuse_closed)
    return engine


def _refuse_closed(connection: Any, _record: Any, _proxy: Any) -> None:
    if connection.driver_connection.is_closed():
        raise exc.DisconnectionError
