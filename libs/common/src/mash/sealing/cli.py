"""``mash keys``: make and change the keys that messages across the boundary are sealed with."""

from pathlib import Path
from typing import Annotated

import typer

from mash.sealing import keys

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
