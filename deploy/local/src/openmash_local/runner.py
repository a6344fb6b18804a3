"""Starts the whole hub on this machine, watches over it, and stops it.

The servers start while this process imports what the services share; then each service is forked from it.
"""

from __future__ import annotations

import asyncio
import gc
import importlib
import signal
import time
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from types import FrameType
from typing import BinaryIO

from mash.ids import Clock, utc_now

from openmash_local.broker import Broker
from openmash_local.credentials import Credentials, load_credentials
from openmash_local.databases import OtherOwner, connect_when_ready, provide_databases
from openmash_local.journal import end_leftovers, sole_runner, write_journal
from openmash_local.layout import HOST, OFFSETS, Layout
from openmash_local.parts import (
    AGENCIES,
    PARTS,
    STORES,
    Part,
    environment,
    migration_environment,
    roles,
    stores,
)
from openmash_local.ports import is_free
from openmash_local.postgres import PostgresServer, prepare_server
from openmash_local.processes import Child, fork, stop
from openmash_local.readiness import is_ready
from openmash_local.schema import migrate, out_of_date
from openmash_local.sealing import provide_audit_keys, provide_sealing_keys, provide_store_keys

START_WITHIN_SECONDS = 120.0
LOOK_EVERY_SECONDS = 0.1
LOG_LINES_SHOWN = 15
# What ends is started again, as it would be in production, unless it keeps ending.
RESTARTS = 3
RESTARTS_WITHIN_SECONDS = 60.0
SERVERS = ("postgres", "nats")
SHARED_IMPORTS = ("mash.app", "uvicorn", "uvicorn.lifespan.on", "uvicorn.protocols.http.auto", "uvloop")


class CannotRun(Exception):
    """The message says what stands in the way, and what can be done about it."""


@dataclass
class LocalHub:
    """All the processes of one hub. `tell` is given a line for the person who started it."""

    layout: Layout
    tell: Callable[[str], None]
    parts: tuple[Part, ...] = PARTS
    clock: Clock = utc_now
    _children: dict[str, Child] = field(default_factory=dict)
    _starts: dict[str, Callable[[], Child]] = field(default_factory=dict)
    _ends: defaultdict[str, deque[float]] = field(
        default_factory=lambda: defaultdict(lambda: deque(maxlen=RESTARTS))
    )
    _environments: dict[str, Mapping[str, str]] = field(default_factory=dict)

    def run(self, when_ready: Callable[[], None]) -> None:
        """Start everything, call `when_ready`, and watch until this process is told to stop."""
        self.layout.create()
        with sole_runner(self.layout.lock_file), ExitStack() as stack:
            self._clear_the_ground()
            stack.callback(self._stop)
            _stop_on_signals()
            self._start()
            when_ready()
            self._watch()

    def _clear_the_ground(self) -> None:
        left = end_leftovers(self.layout.run_file)
        if left:
            self.tell(f"ended what the last run left behind: {', '.join(left)}")
        for log in self.layout.logs.glob("*.log"):
            log.unlink()
        taken = [name for name in OFFSETS if not is_free(self.layout.port(name))]
        if taken:
            ports = ", ".join(f"{self.layout.port(name)} ({name})" for name in taken)
            raise CannotRun(
                f"Something else listens on port {ports}. Stop it, or move all the hub's ports with "
                f"OPENMASH_BASE_PORT={self.layout.base_port + 100}."
            )

    def _start(self) -> None:
        credentials = load_credentials(self.layout.secrets_file, roles())
        server = prepare_server(self.layout.state, self.layout.port("postgres"))
        if server.initialise(credentials.superuser):
            self.tell("made a new database server")
        self._begin("postgres", partial(self._execute, "postgres", server.start))
        broker = Broker.of(self.layout, AGENCIES)
        self._begin("nats", partial(self._execute, "nats", broker.start))
        self._provide_keys()
        _import_what_is_shared()
        self._environments = {part.name: environment(part, self.layout, credentials) for part in self.parts}
        superuser = partial(server.url, password=credentials.superuser)
        self._migrate(
            asyncio.run(self._prepare(server, broker, superuser, credentials.databases)), credentials
        )
        self._start_parts()

    def _provide_keys(self) -> None:
        owners = [part.owner for part in STORES]
        provide_sealing_keys(self.layout.sealing_keys, AGENCIES)
        provide_store_keys(
            self.layout.store_keys, (part.owner for part in STORES if part.store and part.store.keeps_words)
        )
        provide_audit_keys(self.layout.audit_keys, owners)

    def _begin(self, name: str, start: Callable[[], Child]) -> None:
        """Start something that `_watch` starts again in the same way if it ends."""
        self._starts[name] = start
        self._children[name] = start()
        write_journal(self.layout.run_file, {name: child.pid for name, child in self._children.items()})

    def _execute(self, name: str, start: Callable[[BinaryIO], Child]) -> Child:
        with (self.layout.logs / f"{name}.log").open("ab") as log:
            return start(log)

    async def _prepare(
        self,
        server: PostgresServer,
        broker: Broker,
        superuser: Callable[[str], str],
        passwords: Mapping[str, str],
    ) -> list[Part]:
        """Bring databases, streams and consumers into being; return the parts that have to be migrated."""
        connection = await connect_when_ready(superuser("postgres"))
        try:
            made = await provide_databases(connection, stores(), passwords)
        except OtherOwner as reason:
            raise CannotRun(f"{reason} Begin afresh with `make clean`.") from None
        finally:
            await connection.close()
        if made:
            self.tell(f"made {len(made)} databases")
        self.tell(f"PostgreSQL answers on {HOST}:{server.port}")
        await broker.apply_topology()
        self.tell(f"NATS answers on {HOST}:{broker.port}")
        return await out_of_date(self.parts, superuser)

    def _migrate(self, parts: list[Part], credentials: Credentials) -> None:
        if not parts:
            return
        self.tell(f"bringing the databases of {len(parts)} parts to the newest form")
        importlib.import_module("mash.db.migrations")
        running = {
            part.name: self._fork(
                part, partial(migrate, part), migration_environment(part.store, self.layout, credentials)
            )
            for part in parts
            if part.store
        }
        for name, child in running.items():
            while (code := child.poll()) is None:
                time.sleep(LOOK_EVERY_SECONDS)
            if code:
                raise CannotRun(f"The database of {name} could not be migrated.\n{self._last_words(name)}")

    def _start_parts(self) -> None:
        # What is there now will stay; the collector need not touch it, and so the children go on sharing it.
        gc.freeze()
        for part in self.parts:
            serve = partial(_serve, part, self.layout.port(part.name), self.clock)
            self._begin(part.name, partial(self._fork, part, serve))
        waiting = list(self.parts)
        deadline = time.monotonic() + START_WITHIN_SECONDS
        while waiting:
            self._refuse_ended()
            for part in [part for part in waiting if is_ready(part, self.layout)]:
                waiting.remove(part)
                self.tell(f"{part.name} is ready on {self.layout.url(part.name)}")
            if waiting and time.monotonic() > deadline:
                name = waiting[0].name
                raise CannotRun(f"{name} did not become ready.\n{self._last_words(name)}")
            time.sleep(LOOK_EVERY_SECONDS)

    def _fork(self, part: Part, work: Callable[[], None], told: Mapping[str, str] | None = None) -> Child:
        log = self.layout.logs / f"{part.name}.log"
        environment = {**self._environments[part.name], **(told or {})}
        return fork(part.name, work, log=log, environment=environment)

    def _watch(self) -> None:
        """Return only by an exception: a signal to stop, or a part that cannot be kept going."""
        while True:
            for name, child in list(self._children.items()):
                if child.poll() is None:
                    continue
                self.tell(f"{name} has ended (exit code {child.poll()}).\n{self._last_words(name)}")
                if self._ended_too_often(name):
                    raise CannotRun(f"Stopping everything, because {name} has ended.")
                self.tell(f"starting {name} again")
                self._begin(name, self._starts[name])
            time.sleep(LOOK_EVERY_SECONDS)

    def _ended_too_often(self, name: str) -> bool:
        now, ends = time.monotonic(), self._ends[name]
        often = len(ends) == RESTARTS and now - ends[0] < RESTARTS_WITHIN_SECONDS
        ends.append(now)
        return often

    def _refuse_ended(self) -> None:
        for name, child in self._children.items():
            if child.poll() is not None:
                raise CannotRun(f"{name} ended while starting.\n{self._last_words(name)}")

    def _last_words(self, name: str) -> str:
        path = self.layout.logs / f"{name}.log"
        lines = path.read_text(errors="replace").splitlines() if path.exists() else []
        shown = "\n".join(f"    {line}" for line in lines[-LOG_LINES_SHOWN:])
        return f"The end of {path}:\n{shown}"

    def _stop(self) -> None:
        for number in _STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        servers = {name: self._children[name] for name in SERVERS if name in self._children}
        stop(child for name, child in self._children.items() if name not in servers)
        stop([servers["nats"]] if "nats" in servers else [])
        stop([servers["postgres"]] if "postgres" in servers else [], signal.SIGINT, within_seconds=20)
        self.layout.run_file.unlink(missing_ok=True)


_STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def _stop_on_signals() -> None:
    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for number in _STOP_SIGNALS:
        signal.signal(number, interrupt)


def _import_what_is_shared() -> None:
    for module in SHARED_IMPORTS:
        importlib.import_module(module)


def _serve(part: Part, port: int, clock: Clock) -> None:
    """Run one part, as `uvicorn --factory` would, in a process that was forked for it."""
    import uvicorn

    module, _, name = part.application.partition(":")
    uvicorn.run(
        partial(getattr(importlib.import_module(module), name), clock=clock),
        factory=True,
        host=HOST,
        port=port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        use_colors=False,
        timeout_graceful_shutdown=5,
    )
