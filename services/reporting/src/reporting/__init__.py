"""Measures the hub from its events: timeliness, sources, outcomes, movement."""
