"""The command `openmash`: the whole hub on one machine."""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from openmash_local.layout import Layout

app = typer.Typer(
    help="Run the whole hub on this machine.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

State = Annotated[
    Path | None, typer.Option("--state", help="Where data, keys and logs are kept; default .openmash here.")
]
STOP_WITHIN_SECONDS = 40.0
Tell = Callable[[str], None]
Clock = Callable[[], datetime]


@app.command()
def run(state: State = None) -> None:
    """Start PostgreSQL, NATS, the services and the gateways; Ctrl-C stops them."""
    from mash.ids import utc_now

    _run(state, utc_now, None)


def _run(state: Path | None, clock: Clock, first: Callable[[Layout, Tell], None] | None) -> None:
    """Run a hub that goes by ``clock``; once all of it is ready do something first, then say where it is."""
    started = time.monotonic()

    def tell(line: str) -> None:
        typer.echo(f"{time.monotonic() - started:6.1f} s  {line}")

    from mash.messaging.topology import WrongTopology

    from openmash_local.journal import AlreadyRunning
    from openmash_local.postgres import CannotRunPostgres
    from openmash_local.runner import CannotRun, LocalHub
    from openmash_local.welcome import welcome

    layout = Layout.from_environment(state)

    def ready() -> None:
        if first:
            first(layout, tell)
        typer.echo(welcome(layout))

    try:
        LocalHub(layout, tell, clock=clock).run(ready)
    except (AlreadyRunning, CannotRun, CannotRunPostgres, WrongTopology) as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        tell("stopped; the data is kept")


@app.command()
def status(state: State = None) -> None:
    """Say which parts run and are ready; exit code 1 unless all are."""
    from openmash_local.journal import read_journal
    from openmash_local.parts import PARTS
    from openmash_local.readiness import is_ready

    layout = Layout.from_environment(state)
    processes = read_journal(layout.run_file)
    everything = True
    for part in PARTS:
        trace = processes.get(part.name)
        ready = trace is not None and trace.process() is not None and is_ready(part, layout)
        everything = everything and ready
        pid = f"pid {trace.pid}" if ready and trace else ""
        typer.echo(f"{part.name:18} {'ready' if ready else 'not ready':10} {layout.url(part.name)}  {pid}")
    raise typer.Exit(0 if everything else 1)


@app.command()
def stop(state: State = None) -> None:
    """Stop the hub that runs on this state folder, and keep its data."""
    from openmash_local.journal import RUNNER, read_journal

    trace = read_journal(Layout.from_environment(state).run_file).get(RUNNER)
    process = trace.process() if trace else None
    if trace is None or process is None:
        typer.echo("The hub is not running.")
        return
    process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOP_WITHIN_SECONDS
    while trace.process() is not None:
        if time.monotonic() > deadline:
            typer.echo(f"The hub has not stopped; its runner is process {trace.pid}.", err=True)
            raise typer.Exit(1)
        time.sleep(0.1)
    typer.echo("The hub has stopped; its data is kept.")


@app.command()
def demo(state: State = None) -> None:
    """Play a day at the hub that is running: what arrives, what people do, and what comes of it."""
    from httpx import TransportError

    from openmash_local.demo.client import Client, NeverHappened, Refused
    from openmash_local.demo.story import play

    try:
        play(Client(Layout.from_environment(state)), typer.echo)
    except (Refused, NeverHappened) as reason:
        typer.echo(f"\n{reason}", err=True)
        raise typer.Exit(1) from None
    except TransportError:
        typer.echo("The hub does not answer. Start it with `make run`, and wait for its addresses.", err=True)
        raise typer.Exit(1) from None
    typer.echo("\nThat is the whole of it. The mail is at the companion's /inbox; nobody in it exists.")


@app.command("demo-data")
def demo_data(state: State = None) -> None:
    """Start the hub on new databases, play a fictitious fortnight on it, and let it run; Ctrl-C stops it."""
    from openmash_local.clocks import MovableClock
    from openmash_local.demo.client import Client, NeverHappened, Refused
    from openmash_local.demo.fortnight import Fortnight
    from openmash_local.runner import CannotRun

    clock = MovableClock()

    def fill(layout: Layout, tell: Tell) -> None:
        client = Client(layout)
        if client.get("officer", "intake", "/v1/contacts?limit=1")["items"]:
            raise CannotRun("This hub has contacts already. Begin afresh: `make clean; make demo-data`.")
        try:
            Fortnight(client, clock, tell).play()
        except (NeverHappened, Refused) as reason:
            raise CannotRun(f"The fortnight could not be played: {reason}") from None

    _run(state, clock, fill)


@app.command()
def audit(state: State = None) -> None:
    """Check that no line of any audit was changed, removed, moved or cut off."""
    from datetime import timedelta

    from mash.audit.cli import check

    from openmash_local.auditing import ANYBODY, audits
    from openmash_local.parts import AUDIT_SIGNING_SECONDS

    layout = Layout.from_environment(state)
    if not layout.secrets_file.exists():
        typer.echo("There is nothing to check yet. Start the hub with `make run`.", err=True)
        raise typer.Exit(1)
    stores, witnesses = audits(layout)
    check(stores, witnesses, layout.audit_keys / ANYBODY, timedelta(seconds=AUDIT_SIGNING_SECONDS))


@app.command()
def clean(state: State = None) -> None:
    """Delete the databases, streams, keys and logs."""
    from openmash_local.journal import AlreadyRunning, sole_runner
    from openmash_local.postgres import remove_data

    layout = Layout.from_environment(state)
    if not layout.state.exists():
        return
    try:
        with sole_runner(layout.lock_file):
            remove_data(layout.state)
            shutil.rmtree(layout.state)
    except AlreadyRunning as reason:
        typer.echo(str(reason), err=True)
        raise typer.Exit(1) from None
