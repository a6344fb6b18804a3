"""Child processes that end with the process that started them, however that one ends."""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Protocol

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
FIRST_FREE_DESCRIPTOR = 3
MOST_DESCRIPTORS = 4096


class Child(Protocol):
    """A running part; `poll` gives its exit code once it has ended, and None until then."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...


class Forked:
    """A child that was forked from this process and runs a function of it."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._exit_code: int | None = None

    def poll(self) -> int | None:
        if self._exit_code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._exit_code = os.waitstatus_to_exitcode(status) if pid else None
        return self._exit_code


def execute(
    command: Sequence[str],
    *,
    log: BinaryIO,
    uid: int | None = None,
    gid: int | None = None,
    last_signal: signal.Signals = signal.SIGTERM,
) -> subprocess.Popen[bytes]:
    """Start a program of somebody else's; it gets `last_signal` when we die."""
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd="/",
        user=uid,
        group=gid,
        extra_groups=None if uid is None else [],
        start_new_session=True,
        preexec_fn=functools.partial(_die_with, os.getpid(), last_signal),
    )


def fork(name: str, work: Callable[[], None], *, log: Path, environment: Mapping[str, str]) -> Forked:
    """Run `work` in a process of its own.

    What this process has imported is shared by all its children, so that ten services cost one
    import and little more than one service's memory. The caller must have no other thread running.
    """
    parent = os.getpid()
    pid = os.fork()
    if pid:
        return Forked(pid)
    code = 1
    try:
        _settle(name, parent, log)
        os.environ.update(environment)
        work()
        code = 0
    except SystemExit as leaving:
        code = leaving.code if isinstance(leaving.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def stop(
    children: Iterable[Child], how: signal.Signals = signal.SIGTERM, *, within_seconds: float = 8.0
) -> None:
    """Ask all of them to end, wait for them together, and kill what has not ended in time."""
    running = [child for child in children if child.poll() is None]
    _signal(running, how)
    deadline = time.monotonic() + within_seconds
    while running and time.monotonic() < deadline:
        time.sleep(0.02)
        running = [child for child in running if child.poll() is None]
    _signal(running, signal.SIGKILL)
    for child in running:
        while child.poll() is None:
            time.sleep(0.02)


def _signal(children: Iterable[Child], how: signal.Signals) -> None:
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child.pid, how)


def _settle(name: str, parent: int, log: Path) -> None:
    """Make a forked child a process in its own right: its own session, log, descriptors and signals."""
    os.setsid()
    _die_with(parent, signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(output, 1)
    os.dup2(output, 2)
    os.closerange(FIRST_FREE_DESCRIPTOR, MOST_DESCRIPTORS)
    # New ones, because those of the parent may hold words of its own that were not written yet.
    sys.stdout = os.fdopen(1, "w", buffering=1, closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    _name(name)


def _die_with(parent: int, last_signal: signal.Signals) -> None:
    """Linux only: elsewhere a killed runner leaves its children to the next start, which tidies them away."""
    if _prctl is None:
        return
    _prctl(PR_SET_PDEATHSIG, int(last_signal))
    if os.getppid() != parent:
        os._exit(1)


def _name(name: str) -> None:
    if _prctl is not None:
        _prctl(PR_SET_NAME, name.encode()[:15])


# Looked up once, before any fork: loading a library between fork and exec is not safe.
_prctl = ctypes.CDLL(None).prctl if sys.platform == "linux" else None
