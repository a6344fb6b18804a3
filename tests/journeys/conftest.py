"""One whole hub for all the journeys: eleven processes on real servers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.journeys import RunningHub, open_hub


@pytest.fixture(scope="session")
def hub() -> Iterator[RunningHub]:
    with open_hub() as hub:
        yield hub
