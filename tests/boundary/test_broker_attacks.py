"""Every service and agency, with its own key, against everybody else at the broker: nothing comes of it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from support.broker import OpenBroker, running_broker
from support.broker_attacks import ATTACKS, attack
from support.ground import PARTIES, Ground, prepared

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with running_broker(tmp_path_factory.mktemp("boundary")) as broker, prepared(broker) as ready:
        yield ready


@pytest.mark.requirement("SEAL-02", "SEAL-09")
@pytest.mark.parametrize("attacker", PARTIES)
@pytest.mark.parametrize("name", ATTACKS)
async def test_nothing_comes_of_it(ground: Ground, name: str, attacker: str) -> None:
    assert await attack(ground, attacker, name) == []


# A single server refuses these to anybody, or the streams are made so that they do nothing. To ask for more
# time leaves no trace that could be looked for.
REFUSED_TO_ANYBODY = {
    "acknowledge another's message with b'+WPI'",
    "acknowledge with stars",
    "api: account purge",
    "api: direct get",
    "api: direct get last",
    "api: direct get many",
    "api: meta leader stepdown",
    "api: server remove",
    "headers that reach beyond one's own",
    "pretend to be the broker",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def open_ground(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    folder = tmp_path_factory.mktemp("open")
    async with running_broker(folder, OpenBroker) as broker, prepared(broker, seeded=2) as ready:
        yield ready


@pytest.mark.parametrize("name", ATTACKS)
async def test_the_judge_notices_it_where_nothing_stops_it(open_ground: Ground, name: str) -> None:
    await open_ground.begin_again()
    found = await attack(open_ground, "police", name)
    # An empty answer says that nobody is there, which is no proof of having been let through.
    noticed = [one for one in found if not one.endswith("b''")]
    assert bool(noticed) == (name not in REFUSED_TO_ANYBODY)
