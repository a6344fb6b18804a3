"""The connection pool."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from mash.settings import ServiceSettings


def make_engine(settings: ServiceSettings) -> AsyncEngine:
    """Return the service's pool of connections.

    Connections are tried before use, so that a restarted database costs no request.
    """
    return create_async_engine(
        settings.database_url,
        pool_size=settings.database_pool_size,
        max_overflow=settings.database_pool_size,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
        connect_args={
            "server_settings": {"application_name": settings.service, "timezone": "UTC"},
            "timeout": 5,
            "command_timeout": 30,
        },
    )
