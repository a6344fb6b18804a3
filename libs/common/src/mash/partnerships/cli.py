"""`mash partnerships`: checks the files of a partnership and shows what they say."""

from pathlib import Path
from typing import Annotated

import typer

from mash.partnerships.description import describe
from mash.partnerships.faults import PartnershipFault
from mash.partnerships.lexicon import lexicon
from mash.partnerships.loader import FOLDER, SHARED, UnknownPartnership, get, load, names, read_folder

app = typer.Typer(help="The partnerships' files.", no_args_is_help=True)


@app.command(name="check")
def _check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Folders, or files in them; all when none is named.")
    ] = None,
) -> None:
    """Name every fault by file, line and reason."""
    faults = check(files or [SHARED, *(FOLDER / name for name in names())])
    for found in faults:
        typer.echo(found, err=True)
    if faults:
        raise typer.Exit(code=1)
    typer.echo("No fault found.")


@app.command(name="show")
def _show(
    name: str,
    indicators: Annotated[bool, typer.Option("--indicators", help="Every indicator as well.")] = False,
) -> None:
    """Show everything that is known of one partnership, to be checked against its documents."""
    try:
        typer.echo(describe(get(name), with_indicators=indicators))
    except (UnknownPartnership, PartnershipFault) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(code=1) from None


def check(paths: list[Path]) -> list[str]:
    """The faults in the partnerships whose folders, or files, these are.

    A file of the shared folder is checked with every partnership, for they all stand on it.
    """
    faults: list[str] = []
    for folder in dict.fromkeys(_folder(path) for path in paths):
        try:
            if folder == SHARED:
                lexicon()
                load()
            else:
                read_folder(folder)
        except PartnershipFault as found:
            faults += found.faults
    return list(dict.fromkeys(faults))


def _folder(path: Path) -> Path:
    folder = (path if path.is_dir() else path.parent).resolve()
    return folder.parent if folder.name in ("thresholds", "tools", "signs", "phrases") else folder
