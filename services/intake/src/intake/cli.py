"""The service's command line."""

from __future__ import annotations

from mash.service_cli import make_cli

app = make_cli("intake", "Takes in every concern about a child, and gives it a reference.")
