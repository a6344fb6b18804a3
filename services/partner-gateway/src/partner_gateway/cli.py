"""The command line: ``partner-gateway migrate``."""

from __future__ import annotations

from mash.service_cli import make_cli

app = make_cli("partner_gateway", "The gateway of one agency: its requests, its records, its returns.")
