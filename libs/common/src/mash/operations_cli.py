"""Commands for those who run the hub: the broker's streams, the contracts' documents, the dead letters."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from mash.contracts.base import CASE_SERVICES

if TYPE_CHECKING:
    import httpx

broker = typer.Typer(help="The streams and consumers of the bus.", no_args_is_help=True)
dead_letters = typer.Typer(help="Messages that no handler could take.", no_args_is_help=False)

InTheClear = Annotated[
    bool, typer.Option("--in-the-clear", help="For development alone: speak to nobody by TLS.")
]
Service = Annotated[
    list[str],
    typer.Option(
        "--service", help="A service's address, such as http://127.0.0.1:8101; may be given many times."
    ),
]


def contracts_command(
    folder: Annotated[Path, typer.Argument(help="Where the documents are kept.")] = Path("docs/events"),
) -> None:
    """Write the documents of every event and boundary message."""
    from mash.contracts.published import documents

    folder.mkdir(parents=True, exist_ok=True)
    wanted = documents()
    for old in {path.name for path in folder.iterdir()} - set(wanted):
        (folder / old).unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")
    typer.echo(f"{len(wanted)} documents written to {folder}")


@broker.command("apply")
def apply_command(
    agencies: Annotated[str, typer.Option(help="The agencies, separated by commas.", envvar="AGENCIES")],
    url: Annotated[str, typer.Option(help="The broker.", envvar="NATS_URL")],
    seed_file: Annotated[Path, typer.Option(help="The admin's nkey seed.", envvar="NATS_NKEY_SEED_FILE")],
    system_seed_file: Annotated[
        Path,
        typer.Option(
            help="The system's nkey seed, to ask how the servers are set.", envvar="NATS_SYSTEM_SEED_FILE"
        ),
    ],
    certificates: Annotated[
        Path | None,
        typer.Option(
            help="A folder with tls.crt, tls.key and ca.crt.",
            envvar="NATS_CERTIFICATES_DIR",
        ),
    ] = None,
    replicas: Annotated[int, typer.Option(help="Copies of each stream.", envvar="NATS_REPLICAS")] = 1,
    in_the_clear: InTheClear = False,
) -> None:
    """Make or update every stream and consumer, and compare what the broker gives back."""
    from mash.messaging import topology
    from mash.messaging.certificates import PlainBus, require_tls

    if not in_the_clear:
        try:
            require_tls(url, certificates)
        except PlainBus as error:
            typer.echo(str(error), err=True)
            raise typer.Exit(2) from None
    names = agencies.split(",")
    try:
        made = topology.deploy(
            url, seed_file, system_seed_file, names, replicas=replicas, certificates=certificates
        )
        asyncio.run(made)
    except topology.WrongTopology as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(topology.streams(names))} streams are as they should be")


@broker.command("config")
def config_command(
    keys: Annotated[Path, typer.Argument(help="YAML: admin, system, and services and agencies by name.")],
    store_dir: Annotated[Path, typer.Option(help="Where the server keeps its streams.")],
    certificates: Annotated[
        Path | None,
        typer.Option(help="A folder with the server's tls.crt, tls.key and ca.crt, as the server sees it."),
    ] = None,
    host: Annotated[str, typer.Option(help="Where the server listens.")] = "0.0.0.0",  # noqa: S104
    in_the_clear: InTheClear = False,
) -> None:
    """Print the broker's configuration, made from everybody's public nkeys."""
    import yaml

    from mash.messaging.broker_conf import Identities, Listener, TlsFiles, UnsafeIdentities, broker_conf

    if certificates is None and not in_the_clear:
        typer.echo("--certificates is missing: the broker is spoken to by mutual TLS only.", err=True)
        raise typer.Exit(2)
    tls = certificates and TlsFiles.within(certificates)
    try:
        identities = Identities(**yaml.safe_load(keys.read_text(encoding="utf-8")))
    except (OSError, TypeError, yaml.YAMLError) as error:
        typer.echo(f"{keys}: must give admin, system, services and agencies ({error})", err=True)
        raise typer.Exit(2) from None
    try:
        typer.echo(broker_conf(identities, Listener(store_dir, host=host, tls=tls or None)))
    except UnsafeIdentities as error:
        typer.echo(f"{keys}: {error}", err=True)
        raise typer.Exit(2) from None


@dead_letters.callback(invoke_without_command=True)
def list_dead_letters(context: typer.Context, service: Service = []) -> None:  # noqa: B006
    """List the messages set aside by each service: where from, why and when."""
    if context.invoked_subcommand:
        return
    answers = {address: _ask("GET", address, "/v1/dead-letters") for address in _addresses(service)}
    letters = [(address, letter) for address, answer in answers.items() if answer for letter in answer.json()]
    for address, letter in letters:
        typer.echo(
            f"{letter['id']}  {address}  {letter['subject']}  "
            f"{letter['set_aside_at']}  deliveries: {letter['deliveries']}  {letter['reason']}"
        )
    typer.echo(f"{len(letters)} waiting")
    # What a service that is down has set aside is not known: that must not pass for nothing.
    if None in answers.values():
        raise typer.Exit(1)


@dead_letters.command("replay")
def replay_dead_letter(id: UUID, service: Service = []) -> None:  # noqa: B006
    """Have one message handled again by the service that set it aside."""
    for address in _addresses(service):
        answer = _ask("POST", address, f"/v1/dead-letters/{id}/replay", others=(404, 409))
        if answer is not None and answer.status_code == 204:
            typer.echo("replayed")
            return
        if answer is not None and answer.status_code == 409:
            problem = answer.json()
            typer.echo(f"{problem['detail']} {problem.get('reason', '')}".strip(), err=True)
            raise typer.Exit(1)
    typer.echo("No service that answers has such a message waiting.", err=True)
    raise typer.Exit(1)


def _addresses(given: list[str]) -> list[str]:
    """Return the services to ask: those given, those of MASH_SERVICES, or those that run on this machine."""
    known = given or os.environ.get("MASH_SERVICES", "").split()
    return known or [f"http://127.0.0.1:{_local_port() + place}" for place in (*range(1, 6), *range(11, 15))]


def case_services() -> list[str]:
    """Return the services on this machine that keep cases, intake first."""
    return [f"http://127.0.0.1:{_local_port() + place}" for place in range(1, 1 + len(CASE_SERVICES))]


def _local_port() -> int:
    """Return the first port of the hub on this machine, which is the development issuer's."""
    return int(os.environ.get("OPENMASH_BASE_PORT", "8100"))


def _ask(method: str, address: str, path: str, others: Collection[int] = ()) -> httpx.Response | None:
    """Return a service's answer, if it succeeded or its status is one of ``others``.

    None, having said so, where the service is not well; a wrong token ends the command.
    """
    import httpx

    token = token_of("ops", address)
    try:
        answer = httpx.request(method, address + path, headers={"Authorization": f"Bearer {token}"})
    except httpx.TransportError:
        typer.echo(f"{address} does not answer; is it running?", err=True)
        return None
    if answer.status_code in (401, 403):
        typer.echo(f"{address} refuses this token: set MASH_TOKEN to one with the role ops.", err=True)
        raise typer.Exit(1)
    if answer.is_success or answer.status_code in others:
        return answer
    typer.echo(f"{address} answers {answer.status_code}; its log says why.", err=True)
    return None


def token_of(persona: str, address: str) -> str:
    """Return MASH_TOKEN or, on this machine, the development issuer's token for a persona."""
    if token := os.environ.get("MASH_TOKEN"):
        return token
    import httpx

    issuer = os.environ.get("MASH_ISSUER", f"http://127.0.0.1:{_local_port()}")
    form = {"grant_type": "client_credentials", "client_id": persona, "client_secret": "local"}
    try:
        form["audience"] = httpx.get(f"{address}/info").json()["token_audience"]
    except httpx.TransportError:
        return ""
    try:
        answer = httpx.post(f"{issuer}/token", data=form)
    except httpx.TransportError:
        typer.echo(f"The issuer {issuer} does not answer: set MASH_TOKEN, or MASH_ISSUER.", err=True)
        raise typer.Exit(1) from None
    return str(answer.json().get("access_token", ""))
