"""Screens each contact against the thresholds of its partnership; a manager decides."""
