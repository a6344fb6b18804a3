from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio
from support.vaults import Vaults


@pytest_asyncio.fixture
async def vaults(make_store: Any, clock: Any) -> AsyncIterator[Vaults]:
    opened = Vaults(make_store, clock)
    yield opened
    await opened.close()
