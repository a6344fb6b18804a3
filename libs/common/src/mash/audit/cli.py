"""``mash audit``: show that no line was changed, removed, moved or cut off, and who looked at a child."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from mash.audit.verifying import Result

app = typer.Typer(help="Check the audit, and ask it who looked at a child.", no_args_is_help=True)

Named = Annotated[
    list[str],
    typer.Option(
        "--store", help="A database, as name=URL of its auditor; the name is the service's or agency's."
    ),
]
Witness = Annotated[
    list[str],
    typer.Option("--witness", help="Who keeps signed heads: name=URL, or name=FILE of `GET /v1/witness`."),
]
Keys = Annotated[
    Path, typer.Option("--keys", envvar="AUDIT_KEYS_DIR", help="The folder of everybody's public keys.")
]
Settings = Annotated[
    Path | None,
    typer.Option("--settings", help="A file with a store (`name=URL`) or `witness.name=URL` in each line."),
]


@app.command("verify")
def verify_command(
    keys: Keys,
    store: Named = [],  # noqa: B006
    witness: Witness = [],  # noqa: B006
    settings: Settings = None,
    signing_seconds: Annotated[
        float, typer.Option(envvar="AUDIT_SIGNING_SECONDS", help="How often the services sign.")
    ] = 600,
) -> None:
    """Check every line, head and signature; exit status 1, with each fault in words, unless all is well.

    Exit status 2: it could not be checked.
    """
    given = _lines(settings)
    stores = _named([*(one for one in given if not one.startswith("witness.")), *store])
    kept = [one.removeprefix("witness.") for one in given if one.startswith("witness.")]
    witnesses = _named([*kept, *witness])
    if not stores:
        typer.echo("Say which databases to check: --store name=URL, or --settings FILE.", err=True)
        raise typer.Exit(2)
    check(stores, witnesses, keys, timedelta(seconds=signing_seconds))


def check(stores: dict[str, str], witnesses: dict[str, str], keys: Path, interval: timedelta) -> None:
    """Check the audits of all these databases and print what is wrong; raises ``Exit(1)`` if anything is."""
    import asyncpg

    try:
        results = asyncio.run(_verify_all(stores, witnesses, keys, interval))
    except (OSError, asyncpg.PostgresError) as error:
        typer.echo(f"A database cannot be read: {type(error).__name__}: {error}", err=True)
        raise typer.Exit(2) from None
    faults = [fault for result in results for fault in result.faults]
    for fault in faults:
        typer.echo(str(fault))
    typer.echo(f"{len(faults)} faults in {sum(result.lines for result in results)} lines")
    if faults:
        raise typer.Exit(1)


async def _verify_all(
    stores: dict[str, str], witnesses: dict[str, str], keys: Path, interval: timedelta
) -> list[Result]:
    from mash.audit.signatures import Checker
    from mash.audit.verifying import Witnesses, read_witness, verify

    known: Witnesses = {}
    for name, where in witnesses.items():
        await read_witness(name, where, known)
    results = []
    for service, url in stores.items():

        def tell(lines: int, service: str = service) -> None:
            typer.echo(f"{service}: {lines} lines so far", err=True)

        result = await verify(service, url, Checker(keys), known, interval=interval, progress=tell)
        typer.echo(
            f"{service}: {result.lines} lines in {result.chains} chains, {result.signatures} signatures, "
            f"{result.unsigned} lines not signed yet, {result.seconds:.1f} s",
            err=True,
        )
        results.append(result)
    return results


def _lines(path: Path | None) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines() if path else []
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


def _named(given: Iterable[str]) -> dict[str, str]:
    named = {}
    for one in given:
        name, equals, where = one.partition("=")
        if not equals:
            # Not repeated: it may hold a password.
            typer.echo("Each store and witness is given as name=URL.", err=True)
            raise typer.Exit(2)
        named[name] = where
    return named


@app.command("who-saw")
def who_saw_command(
    reference: Annotated[
        str | None, typer.Argument(help="A contact's reference; without it the child is read as JSON.")
    ] = None,
    child: Annotated[
        Path | None,
        typer.Option(
            help="A file with the child: nhs_number, or given, family and dob; and partnership where you "
            "have several. Without file and reference it is read from standard input."
        ),
    ] = None,
    service: Annotated[
        list[str],
        typer.Option(
            "--service", envvar="MASH_CASE_SERVICES", help="A service's address, intake's first; many times."
        ),
    ] = [],  # noqa: B006
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON and no table.")] = False,
) -> None:
    """Say who looked at a child's cases, when, what for and from where; for the data protection officer."""
    from mash.audit.looks import CannotAsk, as_table, who_saw
    from mash.operations_cli import case_services, token_of

    addresses = service or case_services()
    asked = {"reference": reference} if reference else _child(child)
    try:
        looks = who_saw(addresses[0], addresses, token_of("dpo", addresses[0]), asked)
    except CannotAsk as problem:
        typer.echo(str(problem), err=True)
        raise typer.Exit(1) from None
    typer.echo(json.dumps(looks, indent=2) if as_json else "\n".join(as_table(looks)))


def _child(path: Path | None) -> dict[str, Any]:
    """Read who the child is; never from the command line, which is kept in histories and seen by others."""
    try:
        said = json.loads(path.read_text(encoding="utf-8") if path else sys.stdin.read())
        partnership = said.pop("partnership", None)
    except (OSError, ValueError, AttributeError):
        typer.echo('Give the child as JSON, such as {"nhs_number": "..."}.', err=True)
        raise typer.Exit(2) from None
    return {"person": said} | ({"partnership": partnership} if partnership else {})
