"""A whole hub of one's own, beside any that runs already: for the journeys' tests and the benchmarks."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from openmash_local.layout import OFFSETS, Layout
from openmash_local.parts import PARTS
from openmash_local.ports import free_port, is_free
from openmash_local.readiness import is_ready

LONGEST_START_SECONDS = 120
PROGRAM = str(Path(sys.executable).with_name("openmash"))


class DidNotStart(Exception):
    """The hub did not start; the text is what it said."""


@contextmanager
def running_hub(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[Layout]:
    """Start a hub whose state is in ``folder``, on ports that nobody uses; stop it in the end.

    ``folder`` has to be one that the database's own user may pass through. What ``environment`` says all
    parts are told as well.
    """
    layout = Layout(folder / "state", free_base_port())
    told = {
        **(environment or {}),
        "OPENMASH_BASE_PORT": str(layout.base_port),
        "OPENMASH_STATE": str(layout.state),
    }
    log = folder / "hub.log"
    with log.open("wb") as file:
        hub = subprocess.Popen([PROGRAM, "run"], env=os.environ | told, stdout=file, stderr=file)
    try:
        _wait_until_ready(layout, hub, log)
        yield layout
    finally:
        hub.terminate()
        hub.wait(timeout=60)
        subprocess.run([PROGRAM, "clean"], env=os.environ | told, check=False)


def free_base_port() -> int:
    """Return a base port above which every port of a hub is free at this moment."""
    while True:
        base = free_port()
        if base < 60_000 and all(is_free(base + offset) for offset in OFFSETS.values()):
            return base


def _wait_until_ready(layout: Layout, hub: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + LONGEST_START_SECONDS
    while not all(is_ready(part, layout) for part in PARTS):
        if hub.poll() is not None or time.monotonic() > give_up_at:
            raise DidNotStart(log.read_text(errors="replace"))
        time.sleep(0.1)
