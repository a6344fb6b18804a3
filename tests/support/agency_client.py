"""The example clients of docs/how-to, run as an agency would: a process of its own with its own settings."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import sys
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from support.deployment import ROOT

FOLDER = ROOT / "docs" / "how-to" / "agency_client"


@dataclass
class ExampleClient:
    """One example with its settings; ``store`` is the file that it keeps."""

    name: str
    store: Path
    settings: dict[str, str]
    _running: asyncio.subprocess.Process | None = field(default=None, init=False)

    async def start(self) -> None:
        self._running = await self._execute("run")

    async def kill(self) -> None:
        """End it as a power cut would, in the middle of whatever it does."""
        assert self._running is not None
        if self._running.returncode is None:
            self._running.kill()
        await self._running.communicate()

    async def say(self, *arguments: str) -> str:
        """Run one of its commands to the end, and return what it prints."""
        process = await self._execute(*arguments)
        printed, complained = await process.communicate()
        assert process.returncode == 0, complained.decode()
        return printed.decode()

    async def until_it_lists(self, request_id: str) -> None:
        async with asyncio.timeout(20):
            # Another process writes it.
            while request_id not in await self.say("list"):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.store)) as db:
            return db.execute(query).fetchall()

    async def _execute(self, *arguments: str) -> asyncio.subprocess.Process:
        # Nothing of ours is told: no path to our code, and no setting but its own.
        own = {"PATH": os.environ["PATH"], "STORE": str(self.store), **self.settings}
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(FOLDER / f"{self.name}.py"),
            *arguments,
            env=own,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
