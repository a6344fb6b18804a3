"""A police gateway, and its researcher."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from factories.partner_gateway import Gateway, running_gateway
from mash.sealing import make_keys
from support.services import Services
from support.tokens import AGENCIES, Tokens


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    make_keys(tmp_path, ["hub", *AGENCIES])
    return tmp_path


@pytest_asyncio.fixture
async def gateway(service: Services, keys: Path) -> AsyncIterator[Gateway]:
    async with running_gateway(service, keys) as running:
        yield running


@pytest.fixture
def researcher(tokens: Tokens) -> dict[str, str]:
    return tokens.issue("researcher", agency="police")
