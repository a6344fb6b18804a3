"""``mash keys``: make and change the keys that messages and words are sealed with."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from mash.sealing import keys, store_keys

app = typer.Typer(help="Make and change sealing keys.", no_args_is_help=True)

Directory = Annotated[
    Path, typer.Option("--directory", envvar="SEALING_KEYS_DIR", help="The folder of key files.")
]


@app.command()
def make(
    owners: Annotated[list[str], typer.Argument(help="`hub`, or names of agencies.")], directory: Directory
) -> None:
    """Make keys for each owner that has none yet; keys that are there stay."""
    for owner in keys.make_keys(directory, owners):
        typer.echo(f"Made keys for {owner}.")


@app.command()
def rotate(
    owner: Annotated[str, typer.Argument(help="`hub`, or the name of an agency.")], directory: Directory
) -> None:
    """Give an owner new keys and keep the ones before them for messages under way."""
    keys.rotate(directory, owner)
    typer.echo(f"New keys for {owner}. Copy the public file to everybody first, the private one last.")


StoreFile = Annotated[Path, typer.Argument(envvar="STORE_KEYS_FILE", help="A service's STORE_KEYS_FILE.")]
Database = Annotated[str, typer.Option(envvar="DATABASE_URL", help="The service's database.")]
KeysDatabase = Annotated[str, typer.Option(envvar="KEYS_DATABASE_URL", help="The service's keys database.")]


@app.command()
def make_store(file: StoreFile) -> None:
    """Make a service's file of its own keys, unless it is there."""
    typer.echo("Made." if store_keys.make_store_keys(file) else "It is there already.")


@app.command()
def rotate_store(file: StoreFile) -> None:
    """Add a key to wrap data keys with; what is wrapped with those before it stays readable."""
    kid = store_keys.rotate_store_keys(file)
    typer.echo(f"New key {kid}. Once every copy of the service has this file: mash keys rewrap.")


@app.command()
def rewrap(file: StoreFile, keys_database_url: KeysDatabase) -> None:
    """Wrap every data key with the newest key of the file, and say which keys nothing needs any more."""
    from mash.vault.tending import count_by_store_key, wrap_anew

    count = asyncio.run(wrap_anew(keys_database_url, file))
    typer.echo(f"{count} data keys were wrapped anew.")
    used = asyncio.run(count_by_store_key(keys_database_url))
    for kid in store_keys.wrapping_keys(file)[:-1]:
        if kid not in used:
            typer.echo(f"Nothing is wrapped with {kid}. Once every backup of the keys database is younger:")
            typer.echo(f"  mash keys retire-store {file} {kid}")


@app.command()
def retire_store(
    file: StoreFile, kid: Annotated[str, typer.Argument(help="The id of an older key, as `rewrap` told it.")]
) -> None:
    """Take an older key out of the file."""
    if not store_keys.retire_store_key(file, kid):
        raise typer.BadParameter("It is the newest key, which is needed, or none of the file's.")
    typer.echo(f"{kid} is gone.")


@app.command()
def destroy_again(database_url: Database, keys_database_url: KeysDatabase) -> None:
    """Destroy the keys of erased cases that a restored backup has brought back."""
    from mash.vault import tending

    count = asyncio.run(tending.destroy_again(database_url, keys_database_url))
    typer.echo(f"{count} keys of erased cases were destroyed again.")
