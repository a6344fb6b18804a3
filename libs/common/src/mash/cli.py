"""The command `mash`: what the hub's people run by hand.

Each command imports what it needs when it runs, so that none waits for the others' packages.
"""

import typer

from mash.calendar.cli import due_command

app = typer.Typer(
    help="Work with the hub by hand.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


@app.callback()
def main() -> None:
    """Keeps `due` a command of its own while it is the only one."""


app.command("due")(due_command)
