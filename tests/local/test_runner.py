"""Starting and stopping the hub on one machine, on real servers, with parts that do nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import psutil
import pytest
from openmash_local.credentials import load_credentials
from openmash_local.databases import connect_when_ready
from openmash_local.journal import read_journal
from openmash_local.layout import OFFSETS, Layout
from openmash_local.ports import free_port, is_free
from support.postgres import open_folder

TESTS = Path(__file__).resolve().parents[1]
READY = "support.trivial_part:create"


class Run:
    """One run of the runner, and all that it has said."""

    def __init__(self, layout: Layout, application: str) -> None:
        arguments = (str(layout.state), str(layout.base_port), application)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "support.run_hub", *arguments],
            env=os.environ | {"PYTHONPATH": str(TESTS)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.said = ""

    def until(self, words: str) -> str:
        """Read until the runner says the words; fails with all that it said if it ends first."""
        assert self.process.stdout is not None
        while words not in self.said:
            line = self.process.stdout.readline()
            assert line, f"ended without {words!r}:\n{self.said}"
            self.said += line
        return self.said

    def end(self) -> str:
        self.said += self.process.communicate(timeout=60)[0]
        return self.said

    def stop(self, how: signal.Signals = signal.SIGTERM) -> str:
        self.process.send_signal(how)
        return self.end()


Start = Callable[..., Run]


@pytest.fixture(scope="module")
def layout() -> Iterator[Layout]:
    """One state folder, since only the first start takes long, and ports that nobody uses."""
    with open_folder() as folder:
        while True:
            base = free_port()
            if all(is_free(base + offset) for offset in OFFSETS.values()):
                break
        yield Layout(folder / "state", base)


@pytest.fixture
def start(layout: Layout) -> Iterator[Start]:
    with ExitStack() as stack:

        def run(application: str = READY) -> Run:
            started = Run(layout, application)
            stack.callback(started.process.kill)
            return started

        yield run


def processes(layout: Layout) -> list[psutil.Process]:
    return [process for trace in read_journal(layout.run_file).values() if (process := trace.process())]


def wait_for(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def database(layout: Layout, statement: str) -> object:
    password = load_credentials(layout.secrets_file, []).superuser

    async def run() -> object:
        connection = await connect_when_ready(
            f"postgresql://postgres:{password}@127.0.0.1:{layout.port('postgres')}/postgres"
        )
        try:
            return await connection.fetchval(statement)
        finally:
            await connection.close()

    return asyncio.run(run())


class TestRun:
    @pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
    def test_stops_everything_it_started(self, start: Start, layout: Layout, how: signal.Signals) -> None:
        run = start()
        run.until("up")
        started = processes(layout)
        assert len(started) == 5

        assert "stopped" in run.stop(how)
        assert run.process.returncode == 0
        assert not any(process.is_running() for process in started)

    def test_keeps_its_data_to_the_next_start(self, start: Start, layout: Layout) -> None:
        first = start()
        first.until("up")
        database(layout, "CREATE TABLE kept AS SELECT 7 AS number")
        first.stop()

        second = start()
        second.until("up")
        assert database(layout, "SELECT number FROM kept") == 7
        assert "made" not in second.stop()

    def test_killed_leaves_no_process_and_starts_again(self, start: Start, layout: Layout) -> None:
        first = start()
        first.until("up")
        started = processes(layout)
        first.stop(signal.SIGKILL)
        wait_for(lambda: not any(process.is_running() for process in started), "children outlived the runner")

        second = start()
        second.until("up")
        assert "stopped" in second.stop()

    def test_starts_over_the_locks_of_a_dead_machine(self, start: Start, layout: Layout) -> None:
        first = start()
        first.until("up")
        for process in processes(layout):
            process.kill()
        first.end()
        # The number in the database's lock now belongs to a process that is alive and something else.
        lock = (layout.state / "postgres").resolve() / "data" / "postmaster.pid"
        lines = lock.read_text().split("\n")
        lock.write_text("\n".join([str(os.getpid()), *lines[1:]]))

        second = start()
        second.until("up")
        assert "stopped" in second.stop()

    def test_is_refused_while_another_runs(self, start: Start) -> None:
        first = start()
        first.until("up")
        second = start()

        assert "running already" in second.end()
        assert second.process.returncode == 1
        assert "stopped" in first.stop()

    def test_names_the_port_that_is_taken(self, start: Start, layout: Layout) -> None:
        with socket.create_server(("127.0.0.1", layout.port("screening"))):
            run = start()
            said = run.end()

        assert f"{layout.port('screening')} (screening)" in said
        assert f"OPENMASH_BASE_PORT={layout.base_port + 100}" in said
        assert run.process.returncode == 1

    def test_shows_why_a_part_did_not_start(self, start: Start, layout: Layout) -> None:
        run = start("support.trivial_part:refuse")
        said = run.end()

        assert "intake ended while starting" in said
        assert "RuntimeError: a setting is missing" in said
        assert run.process.returncode == 1
        assert processes(layout) == []

    def test_starts_a_part_again_that_has_ended(self, start: Start, layout: Layout) -> None:
        run = start()
        run.until("up")
        httpx.post(layout.url("intake") + "/end")

        said = run.until("starting intake again")
        assert "the last words" in said
        wait_for(lambda: _answers(layout.url("intake")), "intake did not come back")
        assert "stopped" in run.stop()

    @pytest.mark.parametrize("server", ["postgres", "nats"])
    def test_starts_a_server_again_that_was_killed(self, start: Start, layout: Layout, server: str) -> None:
        run = start()
        run.until("up")
        database(layout, "CREATE TABLE IF NOT EXISTS still_there AS SELECT 7 AS number")
        os.kill(read_journal(layout.run_file)[server].pid, signal.SIGKILL)

        run.until(f"starting {server} again")
        wait_for(lambda: not is_free(layout.port(server)), f"{server} did not come back")
        assert database(layout, "SELECT number FROM still_there") == 7
        assert "stopped" in run.stop()

    def test_gives_up_on_a_part_that_keeps_ending(self, start: Start, layout: Layout) -> None:
        run = start()
        run.until("up")
        while run.process.poll() is None:
            if _answers(layout.url("intake")):
                httpx.post(layout.url("intake") + "/end")
            time.sleep(0.2)

        assert "Stopping everything, because intake has ended." in run.end()
        assert run.process.returncode == 1

    def test_closes_its_secrets_to_other_users(self, start: Start, layout: Layout) -> None:
        run = start()
        run.until("up")
        run.stop()
        seeds = list(layout.nats_keys.iterdir())
        private = [layout.secrets_file, layout.service_secrets_file, *seeds]

        assert seeds
        assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o600}


class TestCommand:
    """What is said and done from another terminal while a hub runs."""

    def test_status_tells_what_is_ready(self, start: Start, layout: Layout) -> None:
        run = start()
        run.until("up")
        said = openmash("status", layout)
        run.stop()

        lines = {line.split()[0]: line for line in said.stdout.splitlines()}
        assert " ready " in lines["intake"]
        assert "not ready" in lines["screening"]
        assert said.returncode == 1

    def test_stop_ends_the_hub_and_says_so(self, start: Start, layout: Layout) -> None:
        run = start()
        run.until("up")

        assert "has stopped" in openmash("stop", layout).stdout
        assert run.process.wait(timeout=5) == 0
        assert "not running" in openmash("stop", layout).stdout

    def test_clean_deletes_the_data_of_a_hub_that_has_stopped(self, start: Start, layout: Layout) -> None:
        run = start()
        run.until("up")
        refused = openmash("clean", layout)
        run.stop()
        assert refused.returncode == 1
        assert layout.secrets_file.exists()

        assert openmash("clean", layout).returncode == 0
        assert not layout.state.exists()


def openmash(command: str, layout: Layout) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OPENMASH_BASE_PORT": str(layout.base_port)}
    program = Path(sys.executable).with_name("openmash")
    return subprocess.run(
        [program, command, "--state", str(layout.state)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def _answers(url: str) -> bool:
    try:
        return httpx.get(url + "/health/ready").status_code == 200
    except httpx.TransportError:
        return False
