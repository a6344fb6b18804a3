"""The command line: ``screening migrate``."""

from __future__ import annotations

from mash.service_cli import make_cli

app = make_cli("screening", "Screening: every contact is weighed, and a manager decides.")
