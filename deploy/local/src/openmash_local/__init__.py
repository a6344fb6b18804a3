"""Runs the whole hub on one machine, on embedded PostgreSQL and NATS."""
