"""What docker-compose.yml prepares before the services start, and who signs the made-up people in.

Keys are laid out a folder an owner, so that each container can be given its owner's alone.
"""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Annotated

import asyncpg
import typer
from fastapi import FastAPI
from mash.access import development
from mash.messaging import topology
from mash.messaging.broker_conf import Listener, TlsFiles, broker_conf

from openmash_local.broker import ADMIN, SYSTEM, Broker
from openmash_local.certificates import SERVER, provide_certificates
from openmash_local.credentials import write_private
from openmash_local.databases import provide_databases
from openmash_local.parts import AGENCIES, STORES, Part, roles, stores
from openmash_local.sealing import provide_audit_keys, provide_sealing_keys, provide_store_keys

app = typer.Typer(help="Prepare the containers of docker-compose.yml.", no_args_is_help=True)

STREAMS_FOLDER = Path("/data")
BROKER_FOLDER = Path("/etc/nats")
Folder = Annotated[Path, typer.Option("--folder", help="Where keys are kept, a folder an owner.")]


@app.command()
def keys(folder: Folder) -> None:
    """Make the keys that are missing, and the broker's configuration."""
    for name in ("broker", "sealing", "issuer", "store", "audit"):
        (folder / name).mkdir(mode=0o700, exist_ok=True)
    broker = Broker(folder / "broker", STREAMS_FOLDER, 4222, 8222, AGENCIES)
    certificates = folder / "certificates"
    provide_certificates(certificates, broker.names)
    shutil.copytree(certificates / SERVER, folder / "broker" / "tls", dirs_exist_ok=True)
    tls = TlsFiles.within(BROKER_FOLDER / "tls")
    # Only the composed networks reach it.
    listener = Listener(STREAMS_FOLDER, "0.0.0.0", tls=tls)  # noqa: S104
    write_private(folder / "broker" / "nats.conf", broker_conf(broker.identities(), listener))
    provide_sealing_keys(folder / "sealing", AGENCIES)
    provide_audit_keys(folder / "audit", [part.owner for part in STORES])
    for part in STORES:
        _hand_over(folder, part, broker.seed_file(part.owner))


def _hand_over(folder: Path, part: Part, seed: Path) -> None:
    """Put the keys that a part has, and no other's, in the one folder that its container is given."""
    own = folder / part.owner
    own.mkdir(mode=0o700, exist_ok=True)
    shutil.copy(seed, own / "seed")
    shutil.copytree(folder / "certificates" / part.owner, own, dirs_exist_ok=True)
    shutil.copytree(folder / "audit" / part.owner, own / "audit", dirs_exist_ok=True)
    if part.store and part.store.keeps_words:
        provide_store_keys(folder / "store", [part.owner])
        shutil.copy(folder / "store" / f"{part.owner}.json", own / "store.json")
    if part.sealing_owner:
        shutil.copytree(folder / "sealing" / part.sealing_owner, own / "sealing", dirs_exist_ok=True)


@app.command()
def databases(
    superuser_url: Annotated[str, typer.Option(envvar="SUPERUSER_URL")],
    password: Annotated[str, typer.Option(envvar="DATABASE_PASSWORD")],
) -> None:
    """Make the databases that are missing, each with roles that open no other."""
    made = asyncio.run(_make_databases(superuser_url, password))
    typer.echo(f"made {len(made)} databases")


async def _make_databases(superuser_url: str, password: str) -> list[str]:
    connection = await asyncpg.connect(superuser_url)
    try:
        return await provide_databases(connection, stores(), dict.fromkeys(roles(), password))
    finally:
        await connection.close()


@app.command()
def streams(folder: Folder, nats_url: Annotated[str, typer.Option(envvar="NATS_URL")]) -> None:
    """Make the streams and consumers, as the one user that may."""
    seeds = folder / "broker"
    certificates = folder / "certificates" / ADMIN
    made = topology.deploy(
        nats_url, seeds / f"{ADMIN}.nk", seeds / f"{SYSTEM}.nk", AGENCIES, certificates=certificates
    )
    asyncio.run(made)


def issuer() -> FastAPI:
    """Who signs the made-up people in, with nothing beside it."""
    return development.create(development.DevelopmentIssuerSettings())


if __name__ == "__main__":
    app()
