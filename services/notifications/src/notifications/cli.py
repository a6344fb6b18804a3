"""The command line: ``notifications migrate``."""

from __future__ import annotations

from mash.service_cli import make_cli

app = make_cli("notifications", "Notifications: referrers are told, and what could not be told is a task.")
