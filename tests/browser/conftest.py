"""Real people's browsers at a whole hub on which the story has been played."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from support.browser import SignIn, find_browser, running_browser
from support.journeys import Played

LONGEST_SECONDS = 600


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The first walk of a worker starts the hub and plays the story, beside whatever else is running."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(LONGEST_SECONDS))


# For each module: while it runs, its loop would keep those of other tests from running.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    binary = find_browser()
    if binary is None:
        # What holds every change has to have one; a laptop without is told what it did not try.
        assert not os.environ.get("CI"), "no Chromium or Chrome is installed"
        pytest.skip("no Chromium or Chrome on this machine: the pages were not tried in a real browser")
    with running_browser(binary) as browser:
        yield browser


@pytest.fixture
def sign_in(chromium: Browser, played: Played) -> Iterator[SignIn]:
    people = SignIn(chromium, played.layout)
    yield people
    people.close()
