"""The service's command line. Each command imports what it needs only when it is run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from mash.service_cli import make_cli

app = make_cli("intake", "Takes in every concern about a child, and gives it a reference.")


@app.command("parse-email")
def parse_email(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Print as JSON what would be taken from a message as it was received (RFC 5322). Nothing is stored."""
    import json
    from datetime import UTC, datetime

    from intake.reading import read_email

    message = read_email(file.read_bytes(), received_at=datetime.now(UTC))
    typer.echo(json.dumps(message.as_dict(), indent=2, ensure_ascii=False))
