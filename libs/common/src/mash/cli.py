"""The command `mash`: what the hub's people run by hand.

Each command imports what it needs when it runs, so that none waits for the others' packages.
"""

import typer

from mash.audit.cli import app as audit
from mash.calendar.cli import due_command
from mash.operations_cli import broker, contracts_command, dead_letters
from mash.partnerships.cli import app as partnerships
from mash.sealing.cli import app as keys

app = typer.Typer(
    help="Work with the hub by hand.", no_args_is_help=True, add_completion=False, rich_markup_mode=None
)


app.command("due")(due_command)
app.command("contracts")(contracts_command)
app.add_typer(audit, name="audit")
app.add_typer(broker, name="broker")
app.add_typer(dead_letters, name="dead-letters")
app.add_typer(keys, name="keys")
app.add_typer(partnerships, name="partnerships")
