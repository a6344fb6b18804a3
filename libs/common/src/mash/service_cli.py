"""The commands that every service has."""

from __future__ import annotations

import os
from importlib import import_module

import typer


def make_cli(package: str, help: str) -> typer.Typer:
    """Return the service's command line, with ``migrate`` on it; the service adds its own commands."""
    app = typer.Typer(help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.callback()
    def main() -> None:
        """Keep sub-commands named, even where there is only one."""

    @app.command("migrate")
    def migrate_command() -> None:
        """Bring the databases at DATABASE_URL and KEYS_DATABASE_URL to their newest form."""
        migrate(package)

    return app


def migrate(package: str) -> None:
    """Bring the databases that the environment names to the newest form of ``package``'s."""
    from mash.db.keys_table import install_keys_table
    from mash.db.migrations import upgrade

    upgrade(import_module(package))
    if keys := os.environ.get("KEYS_DATABASE_URL"):
        install_keys_table(keys)
