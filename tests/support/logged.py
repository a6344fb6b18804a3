"""What is logged within a part of a test, whatever level the service of an earlier one was given."""

from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import structlog
from structlog.testing import capture_logs


@contextmanager
def all_logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """The lines, as they come."""
    kept = structlog.get_config()
    structlog.reset_defaults()
    try:
        with capture_logs() as lines:
            yield lines
    finally:
        structlog.configure(**kept)
