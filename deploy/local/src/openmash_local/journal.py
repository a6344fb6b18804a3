"""What the runner has started, kept in a file for `status`, `stop`, and for tidying up after a crash."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

RUNNER = "runner"


class AlreadyRunning(Exception):
    """A hub is running on this state folder."""


@dataclass(frozen=True)
class Trace:
    """A process, told from a later one of the same number by when it began."""

    pid: int
    started_at: float

    @classmethod
    def of(cls, pid: int) -> Trace:
        return cls(pid, psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """Return the process if it is still that one and alive."""
        try:
            process = psutil.Process(self.pid)
            same = process.create_time() == self.started_at and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return None
        return process if same else None


def write_journal(path: Path, pids: Mapping[str, int]) -> None:
    entries: dict[str, dict[str, float]] = {}
    for name, pid in {RUNNER: os.getpid(), **pids}.items():
        try:
            entries[name] = asdict(Trace.of(pid))
        except psutil.NoSuchProcess:
            continue
    path.write_text(json.dumps(entries, indent=2))


def read_journal(path: Path) -> dict[str, Trace]:
    """Return the last run's processes by name, whether they still run or not."""
    try:
        entries = json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return {name: Trace(int(entry["pid"]), entry["started_at"]) for name, entry in entries.items()}


def end_leftovers(path: Path) -> list[str]:
    """End what a killed runner has left behind and return the names; only processes that it had started."""
    left = [(name, process) for name, trace in read_journal(path).items() if (process := trace.process())]
    for _, process in left:
        process.terminate()
    _, stubborn = psutil.wait_procs([process for _, process in left], timeout=10)
    for process in stubborn:
        process.kill()
    return [name for name, _ in left]


@contextmanager
def sole_runner(path: Path) -> Iterator[None]:
    """Hold the lock on the state folder; the system lets go of it however this process ends."""
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as taken:
            raise AlreadyRunning("The hub is running already: see `make status`, or `make stop`.") from taken
        yield
