"""A whole hub of the benchmark's own, beside any that runs already."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from openmash_local.layout import Layout
from openmash_local.parts import PARTS
from openmash_local.readiness import is_ready

BASE_PORT = 8600
LONGEST_START_SECONDS = 120
PROGRAMS = Path(sys.executable).parent


@contextmanager
def running_hub(folder: Path) -> Iterator[Layout]:
    """Start a hub on ports of its own, and stop it and delete its data in the end."""
    environment = {**os.environ, "OPENMASH_BASE_PORT": str(BASE_PORT), "OPENMASH_STATE": str(folder)}
    command = str(PROGRAMS / "openmash")
    with (folder.parent / "hub.log").open("wb") as log:
        hub = subprocess.Popen([command, "run"], env=environment, stdout=log, stderr=log)
    layout = Layout(folder, BASE_PORT)
    try:
        _wait_until_ready(layout, hub)
        yield layout
    finally:
        hub.terminate()
        hub.wait(timeout=60)
        subprocess.run([command, "clean"], env=environment, check=False, stdout=subprocess.DEVNULL)


def token(layout: Layout, persona: str) -> str:
    """Return an access token of one of the local hub's people."""
    form = {"grant_type": "client_credentials", "client_id": persona, "client_secret": "local"}
    answer = httpx.post(f"{layout.url('companion')}/token", data=form)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def _wait_until_ready(layout: Layout, hub: subprocess.Popen[bytes]) -> None:
    give_up_at = time.monotonic() + LONGEST_START_SECONDS
    while not all(is_ready(part, layout) for part in PARTS):
        if hub.poll() is not None or time.monotonic() > give_up_at:
            raise RuntimeError(f"the hub did not start; its words are in {layout.state.parent / 'hub.log'}")
        time.sleep(0.2)
