"""`mash partnerships`: checks the files of a partnership and shows what they say."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from mash.partnerships.faults import PartnershipFault
from mash.partnerships.loader import FOLDER, UnknownPartnership, get, read_folder
from mash.partnerships.models import Partnership
from mash.partnerships.tools import Tool

app = typer.Typer(help="The partnerships' files.", no_args_is_help=True)


@app.command(name="check")
def _check(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Folders, or files in them; all when none is named.")
    ] = None,
) -> None:
    """Name every fault by file, line and reason."""
    faults = check(files or [FOLDER / name.parent.name for name in sorted(FOLDER.glob("*/profile.yaml"))])
    for found in faults:
        typer.echo(found, err=True)
    if faults:
        raise typer.Exit(code=1)
    typer.echo("No fault found.")


@app.command(name="show")
def _show(name: str) -> None:
    """Show one partnership's hours, clocks, levels and thresholds."""
    try:
        typer.echo(describe(get(name)))
    except (UnknownPartnership, PartnershipFault) as refusal:
        typer.echo(str(refusal), err=True)
        raise typer.Exit(code=1) from None


def check(paths: list[Path]) -> list[str]:
    """The faults in the partnerships whose folders, or files, these are."""
    faults: list[str] = []
    for folder in dict.fromkeys(_folder(path) for path in paths):
        try:
            read_folder(folder)
        except PartnershipFault as found:
            faults += found.faults
    return faults


def _folder(path: Path) -> Path:
    folder = path if path.is_dir() else path.parent
    return folder.parent if folder.name in ("thresholds", "tools") else folder


def describe(partnership: Partnership) -> str:
    thresholds = partnership.thresholds()
    levels = Counter(indicator.level for indicator in thresholds.indicators.values())
    return "\n".join(
        [
            f"{partnership.title} ({partnership.code}), {partnership.front_door.kind}",
            f"Out of hours: {partnership.out_of_hours.service}, {partnership.out_of_hours.telephone}",
            "",
            "Opening hours",
            *(f"  {day}: {_spoken(spells)}" for day, spells in partnership.hours.days.items()),
            "",
            "Due times",
            *(f"  {key}: {rule.target}. {rule.reading}" for key, rule in partnership.due_rules.items()),
            "",
            f"{thresholds.title}, version {thresholds.version}, {len(thresholds.domains)} domains",
            *(
                f"  {level.title}: {levels[number]} indicators, rated {level.rating or 'not at all'}"
                for number, level in partnership.levels.items()
            ),
            f"  {len(partnership.criteria)} criteria for an enquiry",
            *(_told(tool) for tool in partnership.tools.values()),
            "",
            f"Review due on {partnership.review.due_on:%d %B %Y}",
        ]
    )


def _told(tool: Tool) -> str:
    bands = ", ".join(
        band.title if band.level is None else f"{band.title} (level {band.level})"
        for band in tool.bands.values()
    )
    return f"  Tool {tool.name}, {tool.title}: {len(tool.evidence)} pieces of evidence; {bands}"


def _spoken(spells: tuple[tuple[str, str], ...]) -> str:
    return ", ".join(f"{opens} to {closes}" for opens, closes in spells)
