"""Logs: one line of JSON an event, with a static name and ids as fields."""

from __future__ import annotations

import logging
import sys

import structlog

# Libraries log URLs, SQL parameters and message bodies at these levels; the hub's own lines say enough.
_QUIET = (
    "httpx",
    "httpcore",
    "sqlalchemy",
    "asyncio",
    "nats",
    "alembic",
    "aiosmtplib",
    "uvicorn.access",
    "mail.log",
)


def configure(service: str, level: str) -> None:
    """Send this process's logs to standard output as JSON lines."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.basicConfig(
        level=number,
        stream=sys.stdout,
        format='{"event": "library", "logger": "%(name)s", "level": "%(levelname)s"}',
        force=True,
    )
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=False,
    )
    structlog.contextvars.bind_contextvars(service=service)


def describe(error: BaseException) -> str:
    """Name an exception and where it came from, without its message, which may hold what was typed."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f" at {trace.tb_frame.f_code.co_name}:{trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{where}"


def first_cause(error: BaseException) -> str:
    """Name the exception that began it: a certificate that does not verify is no server that is away."""
    while (earlier := error.__cause__ or error.__context__) is not None:
        error = earlier
    return type(error).__name__
