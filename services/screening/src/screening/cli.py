"""The command line: ``screening migrate`` and ``screening suggest``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from mash.partnerships import PartnershipFault, UnknownPartnership, get
from mash.service_cli import make_cli

from screening.suggesting import as_json, suggest

app = make_cli("screening", "Screening: every contact is weighed, and a manager decides.")


@app.command(name="suggest")
def _suggest(
    file: Annotated[str, typer.Argument(help="The text of a contact; a dash reads it from standard input.")],
    partnership: Annotated[str, typer.Option(help="Whose thresholds the text is read against.")],
) -> None:
    """Read a text for indicators, and print as JSON what it suggests and why."""
    try:
        chosen = get(partnership)
        text = _read(file)
    except UnknownPartnership:
        _refuse(f"There is no partnership called {partnership}.")
    except PartnershipFault as fault:
        _refuse(str(fault))
    except (OSError, UnicodeDecodeError):
        _refuse(f"{file} cannot be read as text.")
    typer.echo(json.dumps(as_json(suggest(text, chosen, chosen.thresholds())), indent=2, ensure_ascii=False))


def _read(file: str) -> str:
    if file == "-":
        return sys.stdin.buffer.read().decode("utf-8-sig")
    return Path(file).read_text(encoding="utf-8-sig")


def _refuse(reason: str) -> None:
    typer.echo(reason, err=True)
    raise typer.Exit(code=1) from None
