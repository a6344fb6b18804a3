"""The command `reporting`."""

from mash.service_cli import make_cli

app = make_cli("reporting", "Measure the hub from its events.")
