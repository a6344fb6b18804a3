"""The command line: ``enquiry migrate``."""

from __future__ import annotations

from mash.service_cli import make_cli

app = make_cli("enquiry", "Asks the agencies what they hold, and brings it back to the decision maker.")
