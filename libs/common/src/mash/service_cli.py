"""The commands that every service has."""

from __future__ import annotations

from importlib import import_module

import typer


def make_cli(package: str, help: str) -> typer.Typer:
    """Return the service's command line, with ``migrate`` on it; the service adds its own commands."""
    app = typer.Typer(help=help, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.callback()
    def main() -> None:
        """Keep sub-commands named, even where there is only one."""

    @app.command()
    def migrate() -> None:
        """Bring the database at DATABASE_URL to the newest revision."""
        from mash.db.migrations import upgrade

        upgrade(import_module(package))

    return app
